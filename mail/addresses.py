"""Secrets in links and reply addresses: random, for one recipient and purpose, only their hash kept."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from mail.models import Token
from people.models import User
from people.sign_in import set_password_link

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


class Link(NamedTuple):
    """Where it leads, the words that it has where words can be links, and what its secret is for.

    One of several, it has its words in front of it where words can't be links.
    """

    path: str
    words: StrPromise
    opens: str = ""
    one_of_several: bool = False


LINKS = {
    "answer": Link("/r/{secret}/answer/", _("Say whether it is settled"), "answer"),
    # Nothing is answered by opening them: what was chosen is only marked on the page.
    "answer_yes": Link("/r/{secret}/answer/?choice=yes", _("Yes, settled"), "answer", one_of_several=True),
    "answer_not_quite": Link("/r/{secret}/answer/?choice=not_quite", _("Not quite"), "answer", one_of_several=True),
    "answer_no": Link("/r/{secret}/answer/?choice=no", _("No"), "answer", one_of_several=True),
    "ticket": Link("/r/{secret}/", _("See how it stands"), "ticket"),
    "stop": Link("/u/{secret}/", _("Stop these questions"), "stop", one_of_several=True),
    "set_password": Link("", _("Choose a new password")),
}
# What a mail carries works this long; a reply address, and the wish to get no more, for good.
LIVES = {
    "answer": timedelta(days=30),
    "ticket": timedelta(days=30),
    "reply": None,
    "stop": None,
    "bounce": timedelta(days=14),
}

# support+r.<secret>@…: what a reply address carries.
_DETAIL = re.compile(r"\+r\.([a-z2-7]{26})@", re.IGNORECASE)
# support+c.<tag>@…: where a test mail of ours goes.
_CHECK = re.compile(r"\+c\.([a-z2-7]{26})@", re.IGNORECASE)
# support+b.<secret>@…: where mail servers report what became of a mail.
_RETURN = re.compile(r"\+b\.([^@]*)@", re.IGNORECASE)


def issue(purpose: str, about: str, recipient: str, *, now: datetime, expires_at: datetime | None = None) -> str:
    """A new secret (130 bits) for `recipient`; shown once, then only its hash is known.

    Lower case and digits only: some mail systems change the case of addresses.
    """
    secret = _new()
    _row(secret, purpose, about, recipient, now, expires_at).save(force_insert=True)
    return secret


def issue_for_mail(wanted: Sequence[tuple[str, str, str]], *, now: datetime) -> list[str]:
    """Secrets for each (purpose, about, recipient), in that order and in one statement; as every attempt gets.

    New ones but for the return address: to a server that puts strangers off, another sender is another stranger.
    """
    made = [_of_returns(about, recipient) if purpose == "bounce" else _new() for purpose, about, recipient in wanted]
    rows = [
        _row(secret, purpose, about, recipient, now, None if (lives := LIVES[purpose]) is None else now + lives)
        for secret, (purpose, about, recipient) in zip(made, wanted, strict=True)
    ]
    Token.objects.bulk_create(rows, update_conflicts=True, unique_fields=["sha256"], update_fields=["expires_at"])
    return made


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


def return_address(mailbox: str, secret: str) -> str:
    """`mailbox`'s address as the sender of one mail for mail servers: what comes back to it is about that mail."""
    local, _at, domain = mailbox.rpartition("@")
    return f"{local}+b.{secret}@{domain}"


def return_secret_in(address: str) -> str | None:
    """What a return address carries, real or invented; None where it is no return address."""
    found = _RETURN.search(address)
    return found[1].lower() if found else None


def check_address(mailbox: str, tag: str) -> str:
    """`mailbox`'s address with the tag of a test mail in it."""
    local, _at, domain = mailbox.rpartition("@")
    return f"{local}+c.{tag}@{domain}"


def check_tag_in(address: str) -> str:
    """The tag that the address of a test mail carries; empty where there is none."""
    found = _CHECK.search(address)
    return found[1].lower() if found else ""


def new_tag() -> str:
    """Something that nobody else has, as addresses can carry it."""
    return _new()


def without_detail(address: str) -> str:
    """The address of the mailbox that takes mail to `address`: without what stands after a plus."""
    local, _at, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def link(purpose: str, secret: str) -> str:
    """The address that a mail shows for `secret`; absolute by configuration, never by a request's host."""
    return settings.SITE_URL + LINKS[purpose].path.format(secret=secret)


def link_in_mail(purpose: str, about: str, secret: str) -> str:
    """The address that stands in a mail: with `secret`, or signed by the sign-in library, which needs none."""
    if purpose == "set_password":
        # It ends when the password changes.
        return set_password_link(User.objects.get(pk=about.partition(":")[2]))
    return link(purpose, secret)


def _new() -> str:
    return _spelt(secrets.token_bytes(17))


def _of_returns(about: str, recipient: str) -> str:
    return _spelt(salted_hmac("mail.addresses.returns", f"{about} {recipient}", algorithm="sha256").digest())


def _spelt(secret: bytes) -> str:
    return base64.b32encode(secret).decode().lower()[:26]


def _row(secret: str, purpose: str, about: str, recipient: str, now: datetime, expires_at: datetime | None) -> Token:
    return Token(
        purpose=purpose, recipient=recipient, about=about, sha256=_hash(secret), made_at=now, expires_at=expires_at
    )


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.lower().encode()).digest()
