"""Keys and secrets that the environment gives: each is looked at before anything starts, and none is ever shown."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def encryption_keys(given: list[str]) -> list[str]:
    """`given`, if each is 32 bytes in base64 as addresses write it."""
    if wrong := [str(place) for place, key in enumerate(given, 1) if not _is_encryption_key(key)]:
        raise ImproperlyConfigured(
            f"ENCRYPTION_KEYS: key number {' and '.join(wrong)} is none. A key is 32 random bytes in base64:"
            ' python3 -c "import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())"'
        )
    return given


def webhook_secrets(given: list[str]) -> list[str]:
    """`given`, if each is what Standard Webhooks calls a secret: 24 to 64 bytes in base64 behind its prefix."""
    if not all(_is_webhook_secret(secret) for secret in given):
        raise ImproperlyConfigured(
            "INBOUND_SECRETS must be secrets of Standard Webhooks, 24 to 64 random bytes in base64 behind whsec_:"
            " python3 -c \"import base64, os; print('whsec_' + base64.b64encode(os.urandom(32)).decode())\""
        )
    return given


def signing_key(domain: str, selector: str, file: str) -> bytes:
    """The private key that our mail is signed with, as PEM; empty where nobody wants that.

    Half a wish is none: better no start than no signature.
    """
    if not (domain or selector or file):
        return b""
    if not (domain and selector and file):
        raise ImproperlyConfigured("DKIM_DOMAIN, DKIM_SELECTOR and DKIM_KEY_FILE belong together: set all or none.")
    # Only for those who sign: it takes as long to load as all that is above.
    from dkim.crypto import UnparsableKeyError, parse_pem_private_key

    try:
        key = Path(file).read_bytes()
        parse_pem_private_key(key)
    except (OSError, UnparsableKeyError) as error:
        raise ImproperlyConfigured(
            f"DKIM_KEY_FILE {file} can't be used, so no mail would be signed: {error}"
            " It must be an RSA key in PEM that this user may read: openssl genrsa -out FILE 2048"
        ) from error
    return key


def _is_encryption_key(given: str) -> bool:
    try:
        return len(base64.b64decode(given, altchars=b"-_", validate=True)) == 32
    except (binascii.Error, ValueError):
        return False


def _is_webhook_secret(given: str) -> bool:
    prefix, _underscore, key = given.partition("_")
    try:
        return prefix == "whsec" and 24 <= len(base64.b64decode(key + "=" * (-len(key) % 4), validate=True)) <= 64
    except (binascii.Error, ValueError):
        return False
