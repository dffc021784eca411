"""What is written down while mail is fetched: who has an account in hand, how far it has come, and what failed.

Whoever fetches holds a lease; what is written by somebody whose lease is gone has no effect, so that two never
move the same account on.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from mail import secrets
from mail.models import Account, Unfetched

# Longer than one run may take in the worst case, whatever the server does.
LEASE = timedelta(seconds=120)
# After so many failures one after the other; a server that is away is not asked more seldom than the last.
WAITS = [timedelta(minutes=minutes) for minutes in (1, 1, 2, 5)]
# A server that is restarted is nobody's concern.
ALARM_AFTER = timedelta(minutes=10)
TRIES = 3
TRY_AGAIN_AFTER = timedelta(minutes=5)


class LeaseLost(Exception):
    """Somebody else has the account in hand, or its settings were changed."""


def claim(account_id: int, *, now: datetime) -> Account | None:
    """The account, in our hands for as long as the lease lasts; None where it is not due or another was faster."""
    lease = uuid.uuid4()
    if not Account.objects.due(now).filter(pk=account_id).update(lease=lease, next_at=now + LEASE, tried_at=now):
        return None
    return Account.objects.select_related("mailbox__team").filter(pk=account_id, lease=lease).first()


@transaction.atomic
def is_at(account: Account, uidvalidity: int) -> None:
    """The folder's numbers are these now. Where they are others than before, all of its mails are looked at anew."""
    if account.uidvalidity == uidvalidity:
        return
    _move_on(account, uidvalidity=uidvalidity, fetched_up_to=0, marked_up_to=0)
    account.unfetched.all().delete()


def fetched(account: Account, *, up_to: int) -> None:
    """Every mail up to that number is here, or stands in `Unfetched`, or is left where it is."""
    _move_on(account, fetched_up_to=up_to)


def marked(account: Account, *, up_to: int) -> None:
    """Those of them that are here are marked or moved on the server."""
    _move_on(account, marked_up_to=up_to)


def could_not_fetch(account: Account, uid: int, *, now: datetime) -> bool:
    """One more try at this mail has failed; whether that was the last.

    The second follows behind the mails that wait: most lines break for no reason of the mail's.
    """
    row, is_new = Unfetched.objects.get_or_create(
        account=account, uidvalidity=account.uidvalidity, uid=uid, defaults={"next_at": now}
    )
    if not is_new:
        row.tries += 1
        row.next_at = now + TRY_AGAIN_AFTER
        row.save(update_fields=["tries", "next_at"])
    return row.tries >= TRIES


def no_longer_unfetched(account: Account, uid: int) -> None:
    """It is here, or parked, or gone."""
    account.unfetched.filter(uidvalidity=account.uidvalidity, uid=uid).delete()


def succeeded(
    account: Account, *, now: datetime, waiting: int = 0, oldest_at: datetime | None = None, trouble: str = ""
) -> None:
    """A run has come to its end; so many mails wait for the next. `trouble`: something beside fetching failed."""
    _mine(account).update(
        lease=None, next_at=now, succeeded_at=now, failures=0, trouble=trouble[:400], alarm_at=None,
        waiting=waiting, oldest_waiting_at=oldest_at,
    )  # fmt: skip


def failed(account: Account, why: str, *, now: datetime, pause: bool = False, alarm: bool = False) -> None:
    """A run has failed. With `pause` the server is left alone until somebody looks; with `alarm` staff know at once."""
    wait = WAITS[min(account.failures, len(WAITS) - 1)]
    since = account.alarm_at or (now if pause or alarm else now + ALARM_AFTER)
    _mine(account).update(
        lease=None, next_at=now + wait, failures=F("failures") + 1, trouble=why[:400],
        paused_why=why[:400] if pause else "", alarm_at=min(since, now) if pause or alarm else since,
    )  # fmt: skip


def keep_access(account: Account, token: str, ends_at: datetime, *, refresh_token: str = "") -> None:
    """The provider has given a token, and perhaps another one to ask the next time with: the old one may be void."""
    values: dict = {"sealed_access_token": secrets.seal(token), "access_ends_at": ends_at}
    if refresh_token:
        values["sealed_refresh_token"] = secrets.seal(refresh_token)
    Account.objects.filter(pk=account.pk).update(**values)
    for name, value in values.items():
        setattr(account, name, value)


def forget_access(account: Account) -> None:
    """The token is not taken: the next run asks for another."""
    Account.objects.filter(pk=account.pk).update(sealed_access_token="", access_ends_at=None)


def _mine(account: Account):
    return Account.objects.filter(pk=account.pk, lease=account.lease)


def _move_on(account: Account, **values: int) -> None:
    if not _mine(account).update(**values):
        raise LeaseLost
    for name, value in values.items():
        setattr(account, name, value)
