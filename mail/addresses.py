"""Secrets in links and reply addresses: random, for one recipient and purpose, only their hash kept."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mail.models import Token
from people.models import User
from people.sign_in import set_password_link

# Where the link of each purpose leads, and the words that it has where words can be links.
LINKS = {
    "answer": ("/r/{secret}/answer/", _("Say whether it is settled")),
    "ticket": ("/r/{secret}/", _("See how it stands")),
    "set_password": ("", _("Choose a new password")),
}
# A link in a mail works this long.
LINKS_LIVE = timedelta(days=30)

# support+r.<secret>@…: what a reply address carries.
_DETAIL = re.compile(r"\+r\.([a-z2-7]{26})@", re.IGNORECASE)


def issue(purpose: str, about: str, recipient: str, *, now: datetime, expires_at: datetime | None = None) -> str:
    """A new secret (130 bits) for `recipient`; shown once, then only its hash is known.

    Lower case and digits only: some mail systems change the case of addresses.
    """
    secret = base64.b32encode(secrets.token_bytes(17)).decode().lower()[:26]
    Token.objects.create(
        purpose=purpose, recipient=recipient, about=about, sha256=_hash(secret), made_at=now, expires_at=expires_at
    )
    return secret


def resolve(secret: str, purpose: str, *, now: datetime) -> Token | None:
    """What `secret` gives access to; None where it is unknown, expired, revoked or for something else."""
    live = Q(expires_at__isnull=True) | Q(expires_at__gt=now)
    return Token.objects.filter(live, sha256=_hash(secret), purpose=purpose, revoked_at=None).first()


def once_given(secret: str) -> Token | None:
    """What `secret` is or was for, also where it has ended; None where we never gave it. It opens nothing."""
    return Token.objects.filter(sha256=_hash(secret)).first()


def revoke(about: str, *, now: datetime) -> int:
    """End every secret about `about`; returns how many."""
    return Token.objects.filter(about=about, revoked_at=None).update(revoked_at=now)


def reply_address(mailbox: str, secret: str) -> str:
    """`mailbox`'s address with a secret in it: what comes back to it is known by that."""
    local, _at, domain = mailbox.rpartition("@")
    return f"{local}+r.{secret}@{domain}"


def secret_in(address: str) -> str:
    """The secret that a reply address carries; empty where there is none."""
    found = _DETAIL.search(address)
    return found[1].lower() if found else ""


def without_detail(address: str) -> str:
    """The address of the mailbox that takes mail to `address`: without what stands after a plus."""
    local, _at, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def link(purpose: str, secret: str) -> str:
    """The address that a mail shows for `secret`; absolute by configuration, never by a request's host."""
    path, _words = LINKS[purpose]
    return settings.SITE_URL + path.format(secret=secret)


def fresh_link(purpose: str, about: str, recipient: str, *, now: datetime) -> str:
    """A link with a new secret, as every attempt to send a mail gets."""
    if purpose == "set_password":
        # Signed by the sign-in library instead of kept as a row: it ends when the password changes.
        return set_password_link(User.objects.get(pk=about.partition(":")[2]))
    return link(purpose, issue(purpose, about, recipient, now=now, expires_at=now + LINKS_LIVE))


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.lower().encode()).digest()
