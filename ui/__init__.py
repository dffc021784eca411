"""How the product looks and reads: icons, formats, tags, the form renderer. No models, and nothing below it."""
