"""Secrets that we have to be able to read again, like the passwords of mailboxes.

They are sealed with keys from outside the database: the first of `ENCRYPTION_KEYS` seals, all of them open,
so that a key is changed without a gap. What is sealed with a key that is gone stays sealed: nothing falls
back to plain text.
"""

from __future__ import annotations

from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.translation import gettext as _

# For whoever has none yet; needs nothing but Python.
HOW_TO_MAKE_A_KEY = 'python3 -c "import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())"'


class CannotSeal(Exception):
    """There is no key to seal with; the text says what to do about it."""


class CannotOpen(Exception):
    """None of the keys opens it; the text says what to do about it."""


def has_key() -> bool:
    """Whether secrets can be stored at all."""
    return bool(settings.ENCRYPTION_KEYS)


def seal(plain: str) -> str:
    """`plain` as it may stand in the database; empty stays empty. Raises `CannotSeal`."""
    if not plain:
        return ""
    if not has_key():
        raise CannotSeal(
            _("A password can't be stored yet: there is no key to encrypt it with. Set ENCRYPTION_KEYS first.")
        )
    return _ring().encrypt(plain.encode()).decode()


def open_sealed(sealed: str) -> str:
    """The secret itself; empty where nothing was stored. Raises `CannotOpen`."""
    if not sealed:
        return ""
    try:
        return _ring().decrypt(sealed.encode()).decode()
    except (InvalidToken, ValueError) as error:
        raise CannotOpen(
            _("The stored password can't be read: its key is missing from ENCRYPTION_KEYS. Add it, or type it anew.")
        ) from error


def is_readable(sealed: str) -> bool:
    """Whether it can still be opened."""
    try:
        open_sealed(sealed)
    except CannotOpen:
        return False
    return True


def sealed_anew(sealed: str) -> str:
    """The same secret, sealed with the first key. Raises `CannotOpen`."""
    return seal(open_sealed(sealed))


def _ring() -> MultiFernet:
    return _ring_of(tuple(settings.ENCRYPTION_KEYS))


@cache
def _ring_of(keys: tuple[str, ...]) -> MultiFernet:
    # Without any key it refuses to be made; that nothing can be opened then is said by whoever asks.
    return MultiFernet([Fernet(key) for key in keys])
