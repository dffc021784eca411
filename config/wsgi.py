"""What a web server loads."""

from django.core.wsgi import get_wsgi_application

from config import settings, starting
from config.preloading import preload

starting.prepare(settings)
application = get_wsgi_application()
preload()  # Before the server forks (`--preload`).
