"""How fast our outgoing server takes mail: what one worker was told holds for all of them, and for every mail.

A server that is away or asks for patience is asked again by one mail; the others leave, in the order in which they
were due, when that one was taken.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Q

from mail import outbox, waits
from mail.models import MailServer
from mail.models.mail_server import MailServerQuerySet

# With a limit a minute, so much of it may leave at once.
AT_ONCE = timedelta(seconds=10)


@dataclass(frozen=True)
class Claimed:
    """Mails that are ours while the lease lasts, each with when it was due. A trial: by it we see whether all goes."""

    lease: uuid.UUID
    due: dict[int, datetime]
    is_a_trial: bool = False


def server_name() -> str:
    """Which server the settings name."""
    return f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"


def server() -> MailServerQuerySet:
    """What is known of it."""
    return MailServer.objects.filter(name=server_name())


def may_leave(now: datetime) -> Q:
    """For a query of mails: that the server may be given any at `now`."""
    return Q(~Exists(server().waiting(now)))


@transaction.atomic
def claim(most: int, *, now: datetime) -> Claimed:
    """Take mails that are due, as many as the server may be given now."""
    limit = settings.MAIL_PER_MINUTE
    if limit:
        MailServer.objects.get_or_create(name=server_name())
    known = server().filter(Q() if limit else Q(trouble_since__isnull=False)).select_for_update().first()
    if known is None:
        return Claimed(*outbox.claim(most, now=now))
    if known.not_before is not None and known.not_before > now:
        return Claimed(uuid.uuid4(), {})
    if known.trouble_since is not None:
        # Whoever else looks meanwhile waits for what becomes of it.
        known.not_before = now + waits.BACK_OFF[0]
        known.save(update_fields=["not_before"])
        return Claimed(*outbox.claim(1, now=now), is_a_trial=True)
    return _claim_within(limit, most, known, now)


@transaction.atomic
def hold(why: str, *, now: datetime, after_a_trial: bool, longer_and_longer: bool) -> None:
    """The server takes nothing at the moment: all mail waits a minute, or each time longer, up to an hour."""
    MailServer.objects.get_or_create(name=server_name())
    known = server().select_for_update().get()
    if known.trouble_since is not None and not after_a_trial:
        return  # Another worker has been told the same.
    known.troubles += 1
    rung = min(known.troubles, len(waits.BACK_OFF)) if longer_and_longer else 1
    known.not_before = now + waits.back_off(rung)
    known.trouble_since, known.why = known.trouble_since or now, why[:400]
    known.save()


def is_well() -> None:
    """The server takes our mail again."""
    server().update(not_before=None, trouble_since=None, troubles=0, why="")


def _claim_within(limit: int, most: int, known: MailServer, now: datetime) -> Claimed:
    """So many a minute, evenly: what ten seconds allow may leave at once, then each when its turn comes."""
    each = timedelta(minutes=1) / limit
    at_once = max(AT_ONCE, each)
    used_to = max(known.used_to or now, now)
    claimed = Claimed(*outbox.claim(min(most, (now + at_once - used_to) // each), now=now))
    known.used_to = used_to + each * len(claimed.due)
    known.not_before = known.used_to + each - at_once
    known.save(update_fields=["used_to", "not_before"])
    return claimed
