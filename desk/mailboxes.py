"""How the mailboxes stand: where their mail comes from, whether it does, and what is to be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from mail import secrets
from mail.models import Account, Mailbox, MailboxChange

CHANGES_SHOWN = 20


@dataclass(frozen=True)
class Standing:
    """One mailbox, with its account if it has one."""

    mailbox: Mailbox
    account: Account | None
    # What the badge says, and with which look (`ui.states`).
    look: str
    word: str
    # The latest first, where one mailbox is looked at.
    changes: Sequence[MailboxChange] = ()

    @property
    def needs_somebody(self) -> bool:
        """Whether no mail comes in until a person does something."""
        return self.look == "overdue"


def all_of_them() -> list[Standing]:
    """Every mailbox: one query."""
    return [_standing(mailbox) for mailbox in _found()]


def one(pk: int) -> Standing | None:
    """A mailbox with who changed it; None where there is none."""
    changes = MailboxChange.objects.select_related("by")[:CHANGES_SHOWN]
    mailbox = _found().prefetch_related(Prefetch("changes", changes, to_attr="latest")).filter(pk=pk).first()
    return replace(_standing(mailbox), changes=mailbox.latest) if mailbox else None


def unreadable(account: Account | None) -> bool:
    """Whether a secret is stored that no key opens."""
    sealed = (account.sealed_password, account.sealed_client_secret, account.sealed_refresh_token) if account else ()
    return not all(map(secrets.is_readable, sealed))


def waiting_since(account: Account, now: datetime) -> datetime | None:
    """Since when the oldest mail waits that is not here yet; None when none does that we know of."""
    return min(account.oldest_waiting_at, now) if account.oldest_waiting_at else None


def _found() -> QuerySet[Mailbox]:
    return Mailbox.objects.select_related("team", "account")


def _standing(mailbox: Mailbox) -> Standing:
    account: Account | None = getattr(mailbox, "account", None)
    return Standing(mailbox, account, *_badge(account))


def _badge(account: Account | None) -> tuple[str, str]:
    if account is None:
        return "paused", _("Handed over by your mail server")
    if unreadable(account):
        return "overdue", _("Its password can't be read")
    if not account.is_on:
        return "paused", _("Not switched on")
    if account.paused_why:
        return "overdue", _("Refused: nothing is fetched")
    if account.failures:
        return "due_soon", _("The server can't be reached")
    if account.succeeded_at is None:
        return "on_track", _("Begins within a minute")
    return "kept", _("Mail comes in")
