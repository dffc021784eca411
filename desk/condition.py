"""How the desk itself stands: whether it runs, whether mail leaves, whether something waits for a decision.

Read once a request, in the query that finds the organisation's zone anyway.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Subquery

from desk import rail
from desk.rail import Counts
from followups.actions.holding import held
from followups.models import Hold
from mail import pace
from mail.models import Account, Heartbeat, Mailbox, MailServer
from people.models import Organisation, User

# Stand in the statement for whoever looks, when, and at which mail server.
_WHOEVER, _WHENEVER, _WHICH = -1, datetime(2000, 1, 1, tzinfo=UTC), "which server"
_STANDS = ("zone", "demo", "beat_at", "refusal", "hold_id", "trouble_since", "trouble", "unfetched", "why_unfetched")
# A restart of the worker takes seconds; after this time somebody has to look.
STANDS_STILL = timedelta(minutes=3)
# A mail server that is away for less is not worth a word: what is due leaves within two minutes.
MAIL_IS_LATE = timedelta(minutes=1)


@dataclass(frozen=True)
class Condition:
    """What staff have to know about the machine they work with."""

    zone: str
    demo: bool
    beat_at: datetime | None
    refusal: str | None
    hold_id: int | None
    trouble_since: datetime | None = None
    trouble: str | None = None
    # The mailbox from which no mail comes in, and what failed.
    unfetched: str | None = None
    why_unfetched: str | None = None
    counts: Counts | None = None

    def worker_stands_still(self, now: datetime) -> bool:
        """Whether nothing has run by itself for three minutes."""
        return self.beat_at is None or now - self.beat_at > STANDS_STILL

    @property
    def mail_is_off(self) -> bool:
        """Whether there is no server at all that takes our mail; the demo's catcher takes the demo's only."""
        return not self.demo if settings.MAIL_TO_CATCHER else bool(settings.MAIL_PAUSED_REASON)

    def mail_is_late(self, now: datetime) -> bool:
        """Whether our mail server has taken no mail for a minute, though it refuses nothing that we could mend."""
        return self.trouble_since is not None and now - self.trouble_since > MAIL_IS_LATE

    @property
    def held(self) -> int:
        """How many follow-ups wait for a decision. Asks the database; call it where something is held."""
        hold = Hold.objects.filter(pk=self.hold_id).first() if self.hold_id else None
        return held(hold).count() if hold else 0


def read(user: User | None = None, *, now: datetime) -> Condition:
    """How things stand now, with what the rail counts for `user`, where a page shows it: one query."""
    statement, places = _statement(user.role if user else None)
    given = {_WHOEVER: user.pk if user else None, _WHENEVER: now, _WHICH: pace.server_name()}
    with connection.cursor() as cursor:
        cursor.execute(statement, [given.get(value, value) for value in places])
        found = cursor.fetchone()
    stands = dict(zip(_STANDS, found, strict=False))
    return Condition(**stands, counts=Counts(*found[len(_STANDS) :]) if user else None)


@cache
def _statement(role: str | None) -> tuple[str, tuple[Any, ...]]:
    """The query for everybody with that role. Built once: that takes ten times as long as asking it, on every page."""
    beat = Heartbeat.objects.filter(name="worker").values("at")
    refused = Mailbox.objects.exclude(sending_paused_why="").order_by("pk").values("sending_paused_why")
    hold = Hold.objects.filter(decided_at=None).values("pk")
    trouble = MailServer.objects.filter(name=_WHICH).in_trouble()
    silent = Account.objects.needing_somebody(_WHENEVER)
    asked = Organisation.objects.filter(pk=1).annotate(
        beat_at=Subquery(beat[:1]), refusal=Subquery(refused[:1]), hold_id=Subquery(hold[:1]),
        unfetched=Subquery(silent.values("mailbox__name")[:1]), why_unfetched=Subquery(silent.values("trouble")[:1]),
        trouble_since=Subquery(trouble.values("trouble_since")[:1]), trouble=Subquery(trouble.values("why")[:1]),
    )  # fmt: skip
    counts = rail.counted(User(pk=_WHOEVER, role=role), now=_WHENEVER) if role else {}
    return asked.annotate(**counts).values_list(*_STANDS, *counts).query.sql_with_params()
