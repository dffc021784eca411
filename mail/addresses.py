"""Secrets in links and reply addresses: random, for one recipient and purpose, only their hash kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.conf import settings
from django.db.models import Q

from mail.models import Token

# Where the link of each purpose leads; absolute by configuration, never by a request's host.
PATHS = {"answer": "/r/{secret}/answer/", "ticket": "/r/{secret}/"}


def issue(purpose: str, about: str, recipient: str, *, now: datetime, expires_at: datetime | None = None) -> str:
    """A new secret (192 bits) for `recipient`; shown once, then only its hash is known."""
    secret = secrets.token_urlsafe(24)
    Token.objects.create(
        purpose=purpose, recipient=recipient, about=about, sha256=_hash(secret), made_at=now, expires_at=expires_at
    )
    return secret


def resolve(secret: str, purpose: str, *, now: datetime) -> Token | None:
    """What `secret` gives access to; None where it is unknown, expired, revoked or for something else."""
    live = Q(expires_at__isnull=True) | Q(expires_at__gt=now)
    return Token.objects.filter(live, sha256=_hash(secret), purpose=purpose, revoked_at=None).first()


def revoke(about: str, *, now: datetime) -> int:
    """End every secret about `about`; returns how many."""
    return Token.objects.filter(about=about, revoked_at=None).update(revoked_at=now)


def link(purpose: str, secret: str) -> str:
    """The address that a mail shows for `secret`."""
    return settings.SITE_URL + PATHS[purpose].format(secret=secret)


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
