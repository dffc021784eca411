"""What a web server loads."""

import os

from django.core.wsgi import get_wsgi_application

from config import settings, starting
from config.preloading import preload

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
starting.prepare(settings)
application = get_wsgi_application()
preload()  # Before the server forks (`--preload`).
