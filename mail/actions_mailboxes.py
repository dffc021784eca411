"""What administrators change about mailboxes. Each change is written down with its fields, never with their values."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mail import notices, secrets
from mail.models import Account, Mailbox, MailboxChange
from mail.models.account import ON_THIS_MACHINE
from people.models import Team, User

What = MailboxChange.What
# Where the mails lie: another one of these, and the numbers that we know are of other mails.
_PLACE = {"host", "port", "user", "folder"}
# Who is told the secrets: where that changes, they are typed anew, so that nobody can have them sent elsewhere.
_TOLD_TO = {"password": {"host", "port"}, "client_secret": {"token_url"}, "refresh_token": {"token_url"}}
_PLAIN = (
    "host", "port", "security", "user", "sign_in", "client_id", "token_url", "folder", "afterwards", "move_to",
    "largest_mb",
)  # fmt: skip
# What was promised for a month is final seven days after it: older mail must not change it.
LONGEST_BACK = timedelta(days=7)


@transaction.atomic
def make(*, name: str, address: str, team: Team | None, by: User, now: datetime) -> Mailbox:
    """A mailbox: mail to `address` opens tickets for `team`, or for the team that catches what no rule assigns."""
    mailbox = Mailbox(name=name.strip(), address=address.strip(), team=team)
    _check(mailbox)
    mailbox.save()
    _record(mailbox, What.MADE, by=by, now=now)
    return mailbox


@transaction.atomic
def change(mailbox: Mailbox, *, name: str, address: str, team: Team | None, by: User, now: datetime) -> Mailbox:
    """`mailbox` with these values; what was sent from its former address stays as it was."""
    mailbox = Mailbox.objects.select_for_update().get(pk=mailbox.pk)
    given = {"name": name.strip(), "address": address.strip(), "team": team}
    changed = [field for field, value in given.items() if getattr(mailbox, field) != value]
    for field, value in given.items():
        setattr(mailbox, field, value)
    _check(mailbox)
    mailbox.save(update_fields=list(given))
    if changed:
        _record(mailbox, What.CHANGED, changed, by=by, now=now)
    return mailbox


@transaction.atomic
def believe(mailbox: Mailbox, server: str, *, by: User, now: datetime) -> Mailbox:
    """What `server` says about the senders of mail to `mailbox` counts from now on; empty: nobody's word does."""
    mailbox = Mailbox.objects.select_for_update().get(pk=mailbox.pk)
    if mailbox.authserv_id != server.strip():
        mailbox.authserv_id = server.strip()
        mailbox.save(update_fields=["authserv_id"])
        _record(mailbox, What.CHANGED, ["authserv_id"], by=by, now=now)
    return mailbox


@transaction.atomic
def connect(mailbox: Mailbox, *, by: User, now: datetime, **fields: Any) -> Account:
    """Where the mail of `mailbox` is fetched from, and how one signs in there. A secret that is left empty stays.

    The account is as it was about being switched on. A refusal is forgotten: somebody has looked. All
    administrators are told.
    """
    Mailbox.objects.select_for_update().get(pk=mailbox.pk)
    account = Account.objects.select_for_update().filter(mailbox=mailbox).first() or Account(mailbox=mailbox)
    changed = [field for field in _PLAIN if getattr(account, field) != fields[field]]
    for field in _PLAIN:
        setattr(account, field, fields[field])
    changed += _seal(account, {name: fields.get(name) or "" for name in _TOLD_TO}, set(changed))
    _check_account(account)
    if account.pk is None or _PLACE.intersection(changed):
        account.uidvalidity = account.fetched_up_to = account.marked_up_to = 0
    # Whoever is fetching now does so with settings that no longer hold.
    account.lease, account.sealed_access_token, account.access_ends_at = None, "", None
    _forget_trouble(account, now)
    account.save()
    change = _record(mailbox, What.CONNECTED, changed, by=by, now=now)
    notices.connection_changed(account, change)
    return account


@transaction.atomic
def start(account: Account, *, back: timedelta, by: User, now: datetime) -> Account:
    """Fetch from now on, with what has reached the server since `back` ago; what is older stays there."""
    account = Account.objects.select_for_update().get(pk=account.pk)
    if not timedelta() <= back <= LONGEST_BACK:
        raise ValidationError({"back": _("Mail of the last seven days can be fetched, not older.")})
    if account.is_on:
        return account
    account.is_on, account.starts_at, account.lease = True, now - back, None
    _forget_trouble(account, now)
    account.save()
    _record(account.mailbox, What.STARTED, by=by, now=now)
    return account


@transaction.atomic
def stop(account: Account, *, by: User, now: datetime) -> Account:
    """Fetch nothing any more; the mails stay on the server."""
    account = Account.objects.select_for_update().get(pk=account.pk)
    if account.is_on:
        account.is_on, account.lease = False, None
        _forget_trouble(account, now)
        account.save()
        _record(account.mailbox, What.STOPPED, by=by, now=now)
    return account


@transaction.atomic
def resume(account: Account, *, by: User, now: datetime) -> Account:
    """Somebody has looked: try again at once."""
    account = Account.objects.select_for_update().get(pk=account.pk)
    if account.paused_why or account.failures:
        _forget_trouble(account, now)
        account.save()
        _record(account.mailbox, What.RESUMED, by=by, now=now)
    return account


@transaction.atomic
def seal_anew() -> tuple[int, int]:
    """Seal every stored secret with the first key; how many are, and how many no key opens."""
    done = closed = 0
    for account in Account.objects.select_for_update():
        for field in ("sealed_password", "sealed_client_secret", "sealed_refresh_token", "sealed_access_token"):
            sealed = getattr(account, field)
            if not sealed:
                continue
            try:
                setattr(account, field, secrets.sealed_anew(sealed))
                done += 1
            except secrets.CannotOpen:
                closed += 1
        account.save()
    return done, closed


def _seal(account: Account, given: dict[str, str], elsewhere: set[str]) -> list[str]:
    """Put in the secrets that were given; which those are. What is not needed, or was told somebody else, is forgotten.

    `elsewhere`: the fields that have changed.
    """
    by_password = account.sign_in == Account.SignIn.PASSWORD
    changed = []
    for name, secret in given.items():
        field = f"sealed_{name}"
        if (name == "password") != by_password or (not secret and _TOLD_TO[name] & elsewhere):
            setattr(account, field, "")
        elif secret:
            try:
                setattr(account, field, secrets.seal(secret))
            except secrets.CannotSeal as refusal:
                raise ValidationError({name: str(refusal)}) from None
            changed.append(name)
    if by_password:
        account.client_id = account.token_url = ""
    return changed


def _forget_trouble(account: Account, now: datetime) -> None:
    account.paused_why = account.trouble = ""
    account.failures, account.alarm_at, account.next_at = 0, None, now


def _check(mailbox: Mailbox) -> None:
    mailbox.full_clean(exclude=["team"], validate_unique=False, validate_constraints=False)
    others = Mailbox.objects.exclude(pk=mailbox.pk)
    if others.filter(name__iexact=mailbox.name).exists():
        raise ValidationError({"name": _("There is a mailbox with this name already.")})
    if others.filter(address__iexact=mailbox.address).exists():
        raise ValidationError({"address": _("There is a mailbox with this address already.")})


def _check_account(account: Account) -> None:
    problems: dict[str, str] = {}
    if account.security == Account.Security.NONE and account.host not in ON_THIS_MACHINE:
        problems["security"] = _("Only a server on this machine may be talked to without encryption.")
    if account.afterwards == Account.Afterwards.MOVE and not account.move_to:
        problems["move_to"] = _("Name the folder that mail is moved to.")
    if account.afterwards == Account.Afterwards.MOVE and account.move_to == account.folder:
        problems["move_to"] = _("This is the folder that mail is fetched from. Name another.")
    if account.sign_in == Account.SignIn.PASSWORD and not account.sealed_password:
        problems["password"] = _("Type the password. It is not sent to another server without you.")
    if account.sign_in == Account.SignIn.XOAUTH2:
        if not account.sealed_refresh_token:
            problems["refresh_token"] = _("Type the refresh token that the provider gave.")
        if not account.client_id:
            problems["client_id"] = _("Type the client ID that the provider gave.")
        if not account.token_url.startswith("https://"):
            problems["token_url"] = _("Only addresses that begin with https:// are asked.")
    if problems:
        raise ValidationError(problems)


def _record(mailbox: Mailbox, what: str, fields: Iterable[str] = (), *, by: User, now: datetime) -> MailboxChange:
    return MailboxChange.objects.create(mailbox=mailbox, what=what, fields=list(fields), by=by, at=now)
