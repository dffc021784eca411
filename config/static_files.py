"""How files for browsers are stored: compressed, and named after their content."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):
    """Modules that import each other find the hashed names too."""

    support_js_module_import_aggregation = True
