"""What a web server loads."""

import gc

from django.core.wsgi import get_wsgi_application
from django.urls import resolve
from django.utils import translation

from config import settings, starting

starting.prepare(settings)
application = get_wsgi_application()

# Read before the server forks (`--preload`), so that its processes share it: the routes with all they import, and the
# catalogues. What collects garbage would write into it.
resolve("/healthz")
for language, _name in settings.LANGUAGES:
    with translation.override(language):
        translation.gettext("")
gc.freeze()
