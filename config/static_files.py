"""How files for browsers are collected and stored: compressed, and named after their content."""

from django.contrib.staticfiles.apps import StaticFilesConfig
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(StaticFilesConfig):
    """Without the extensions of htmx: nobody uses them, and they import what is not there."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "django_htmx/ext/*"]


class Storage(CompressedManifestStaticFilesStorage):
    """Modules that import each other find the hashed names too."""

    support_js_module_import_aggregation = True
