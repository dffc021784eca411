"""Stored secrets: sealed, readable with any of the keys, and never by falling back to plain text."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet

from mail import secrets

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def test_a_key_is_changed_without_a_gap(settings):
    settings.ENCRYPTION_KEYS = [OLD]
    sealed = secrets.seal("lozinka čćž")
    assert "lozinka" not in sealed
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    assert secrets.open_sealed(sealed) == "lozinka čćž"
    anew = secrets.sealed_anew(sealed)
    settings.ENCRYPTION_KEYS = [NEW]
    assert secrets.open_sealed(anew) == "lozinka čćž"
    assert not secrets.is_readable(sealed)


def test_without_its_key_nothing_is_opened_and_the_refusal_says_what_to_do(settings):
    settings.ENCRYPTION_KEYS = [OLD]
    sealed = secrets.seal("hunter2")
    for keys in ([NEW], []):
        settings.ENCRYPTION_KEYS = keys
        with pytest.raises(secrets.CannotOpen, match="ENCRYPTION_KEYS") as refused:
            secrets.open_sealed(sealed)
        assert "hunter2" not in str(refused.value)
    assert secrets.open_sealed("") == ""


def test_without_a_key_nothing_is_stored(settings):
    settings.ENCRYPTION_KEYS = []
    with pytest.raises(secrets.CannotSeal, match="ENCRYPTION_KEYS"):
        secrets.seal("hunter2")
    assert secrets.seal("") == ""
