"""How the product looks and reads: icons, formats, template tags, the form renderer. No models, and nothing below it."""
