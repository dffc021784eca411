"""Django's settings; the only place that reads the environment. Importing it has no side effect.

What each variable means stands in README.md. A `.env` in the checkout is read too; the real environment wins.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from environs import Env

from config import embedded_postgres, keys, log_lines, starting

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env(expand_vars=False)
env.read_env(str(BASE_DIR / ".env"), recurse=False)


def _number(name: str, default: int) -> int:
    given = env.str(name, "")
    if given and not given.isdecimal():
        raise ImproperlyConfigured(f"{name} must be a number, not {given!r}.")
    return int(given or default)


# --- Where we are -----------------------------------------------------------------------------------------------------
HOST = env.str("HOST", "") or "127.0.0.1"
PORT = _number("PORT", 8000)
DATA_DIR = (BASE_DIR / (env.str("DATA_DIR", "") or ".data")).resolve()
SITE_URL = (env.str("SITE_URL", "") or f"http://localhost:{PORT}").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", []) or [urlsplit(SITE_URL).hostname or "", "localhost", "127.0.0.1"]
DEBUG = env.str("DEBUG", "").lower() in {"1", "true", "yes", "on"}

DATABASE_URL = env.str("DATABASE_URL", "")
EMBEDDED = not DATABASE_URL
DEMO = (env.str("DEMO", "") or ("1" if EMBEDDED else "0")).lower() in {"1", "true", "yes", "on"}

SECRET_KEY = env.str("SECRET_KEY", "")
if not SECRET_KEY and not EMBEDDED:
    raise ImproperlyConfigured(
        "DATABASE_URL is set, but SECRET_KEY is not. Set SECRET_KEY to a long random text that stays the same:"
        " python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"
    )
SECRET_KEY = SECRET_KEY or starting.secret_key(DATA_DIR)
# For stored mailbox passwords: the first encrypts, all decrypt.
ENCRYPTION_KEYS = keys.encryption_keys(env.list("ENCRYPTION_KEYS", []))
if EMBEDDED:
    ENCRYPTION_KEYS.append(starting.encryption_key(DATA_DIR))
# Certificates of mail servers are checked against the system's authorities, and against those in this file.
MAIL_CA_FILE = env.str("MAIL_CA_FILE", "")

# --- Packages ---------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "config",
    "desk",
    "portal",
    "compliance",
    "followups",
    "tickets",
    "mail",
    "standards",
    "people",
    "ui",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "config.static_files.StaticFiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "csp",
    "django_filters",
    "django_htmx",
    "django_q",
    "lucide",
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    # The first three put their headers on every answer, errors and static files included.
    "config.middleware.security_headers",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.language_of_staff",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.middleware.sign_in_for_htmx",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "desk.middleware.zone_of_staff",
    "allauth.account.middleware.AccountMiddleware",
    "config.middleware.private_pages",
    "config.middleware.InWordsWhenHeld",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ui.context.look",
                "desk.context.shell",
            ],
        },
    }
]
FORM_RENDERER = "ui.forms.Renderer"

# --- Database ---------------------------------------------------------------------------------------------------------
STATEMENT_TIMEOUT = timedelta(seconds=30)
DATABASE: dict[str, Any] = (
    {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": embedded_postgres.DATABASE,
        "USER": embedded_postgres.ACCOUNT,
        "HOST": str(embedded_postgres.socket_directory(DATA_DIR)),
    }
    if EMBEDDED
    else dict(env.dj_db_url("DATABASE_URL"))
)
DATABASE["CONN_MAX_AGE"] = 600
DATABASE["CONN_HEALTH_CHECKS"] = True
DATABASE["OPTIONS"] = {
    **DATABASE.get("OPTIONS", {}),
    # A generic prepared plan loses the partial indices that Horizon and the sweeps live on.
    "prepare_threshold": None,
    "server_side_binding": False,
    "options": " ".join(
        [
            "-c lock_timeout=5s",
            "-c idle_in_transaction_session_timeout=30s",
            f"-c statement_timeout={STATEMENT_TIMEOUT.seconds}s",
        ]
    ),
}
DATABASES = {"default": DATABASE}
# Shared by all processes and machines: what limits sign-in attempts must count them all.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"},
    # For what everybody may see, for seconds; each process has its own.
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

# --- What happens by itself -------------------------------------------------------------------------------------------
BROKER_URL = env.str("BROKER_URL", "")
Q_CLUSTER: dict[str, Any] = {
    "name": "followthrough",
    # Two may be sending mail, one stays free for the sweeps.
    "workers": 3,
    # Our own rows know about retrying; the queue is an alarm clock that may forget.
    "timeout": 60,
    "retry": 90,
    "max_attempts": 1,
    "ack_failures": True,
    "catch_up": False,
    "save_limit": -1,
    "recycle": 500,
    "poll": 0.2,  # seconds; what is to leave at once waits for it
    "bulk": 5,
    "queue_limit": 10,
    **({"redis": BROKER_URL} if BROKER_URL else {"orm": "default"}),
}

# --- Mail -------------------------------------------------------------------------------------------------------------
MAIL_CATCHER_PORT = _number("MAIL_CATCHER_PORT", 2525)
EMAIL_URL = env.str("EMAIL_URL", "")
# Without a server of our own the demo's catcher takes all mail; it runs for a database that the demo has marked only.
MAIL_TO_CATCHER = DEMO and not EMAIL_URL
MAIL_PAUSED_REASON = "" if EMAIL_URL or DEMO else "no-server"
_server = urlsplit(EMAIL_URL or f"smtp://127.0.0.1:{MAIL_CATCHER_PORT}")
if _server.scheme not in {"smtp", "smtps"}:
    raise ImproperlyConfigured("EMAIL_URL must look like smtp://user:password@host:587 or smtps://user:password@host")
# A provider that hands over mail in a form of its own, and what django-anymail wants to know of it.
INBOUND_PROVIDER = env.str("INBOUND_PROVIDER", "")
ANYMAIL: dict[str, str] = env.dict("ANYMAIL", {})
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = _server.hostname or "localhost"
EMAIL_PORT = _server.port or (465 if _server.scheme == "smtps" else 25)
EMAIL_HOST_USER = unquote(_server.username or "")
EMAIL_HOST_PASSWORD = unquote(_server.password or "")
# smtps:// is encrypted from the first byte, except on the port where STARTTLS is the custom.
EMAIL_USE_SSL = _server.scheme == "smtps" and EMAIL_PORT != 587
EMAIL_USE_TLS = EMAIL_PORT == 587
EMAIL_TIMEOUT = 10
# What our server lets us send, where it has a limit; 0: it takes mail as fast as it can.
MAIL_PER_MINUTE = _number("MAIL_PER_MINUTE", 0)
# Our own signature on what leaves, for those whose server does not sign.
DKIM_DOMAIN, DKIM_SELECTOR, DKIM_KEY_FILE = (
    env.str(name, "").strip() for name in ("DKIM_DOMAIN", "DKIM_SELECTOR", "DKIM_KEY_FILE")
)
DKIM_KEY = keys.signing_key(DKIM_DOMAIN, DKIM_SELECTOR, DKIM_KEY_FILE)
DEMO_MAIL_DIR = DATA_DIR / "demo_mail"
# Who has one of these may hand over mail by HTTP; without any that door is shut. Several, to change them without a gap.
INBOUND_SECRETS = keys.webhook_secrets(env.list("INBOUND_SECRETS", []))

# --- Who may come in --------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = "/"
PASSWORD_RESET_TIMEOUT = 60 * 60
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "desk.sign_in.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
# Nobody can have us write to an address that is not ours.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "10/m/ip,5/5m/key", "reset_password": "10/h/ip,3/h/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = _number("TRUSTED_PROXIES", 0)

# --- What every answer says -------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
_secure = SITE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _secure
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if _secure else 0
# A token in the address of a customer's page must not travel on to another site.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [SITE_URL] if _secure else []
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None

# --- Files ------------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    # Any storage that Django knows; its options as JSON.
    "default": {
        "BACKEND": env.str("FILES_STORAGE", "") or "config.stored_files.Storage",
        "OPTIONS": env.json("FILES_STORAGE_OPTIONS", {}),
    },
    "staticfiles": {"BACKEND": "config.static_files.Storage"},
}
# Of customers; no web server serves them, only views that look who asks.
MEDIA_ROOT = DATA_DIR / "files"
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
_MEGABYTE = 1024 * 1024
# What one form may bring. What is more is left out while it comes in, and the form says so.
FILES_MOST = 10
FILES_LARGEST = 10 * _MEGABYTE
FILES_LARGEST_TOGETHER = 20 * _MEGABYTE
# A mail is here already, as large as it is: of its files so many are kept apart, up to the same size together.
FILES_MOST_IN_A_MAIL = 50
# A mail larger than that is refused by many servers: files that would make one go as a link to the customer's page.
MAIL_LARGEST = _number("MAIL_LARGEST_MB", 10) * _MEGABYTE
FILE_UPLOAD_HANDLERS = [
    "config.stored_files.Capped",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
if INBOUND_PROVIDER:
    # A provider writes a whole mail into a field of a form, or into JSON.
    DATA_UPLOAD_MAX_MEMORY_SIZE = 40 * _MEGABYTE
# Far above what a form may bring: beyond it nobody is told anything any more.
DATA_UPLOAD_MAX_NUMBER_FILES = 1000

# --- Language and time ------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("hr", "Hrvatski")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["ui.formats_l10n"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

LOGGING = log_lines.TO_THE_CONSOLE
