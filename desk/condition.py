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
from mail.models import Heartbeat, Mailbox
from people.models import Organisation, User

# Stand in the statement for whoever looks, and when.
_WHOEVER, _WHENEVER = -1, datetime(2000, 1, 1, tzinfo=UTC)
# A restart of the worker takes seconds; after this time somebody has to look.
STANDS_STILL = timedelta(minutes=3)


@dataclass(frozen=True)
class Condition:
    """What staff have to know about the machine they work with."""

    zone: str
    demo: bool
    beat_at: datetime | None
    refusal: str | None
    hold_id: int | None
    counts: Counts | None = None

    def worker_stands_still(self, now: datetime) -> bool:
        """Whether nothing has run by itself for three minutes."""
        return self.beat_at is None or now - self.beat_at > STANDS_STILL

    @property
    def mail_is_off(self) -> bool:
        """Whether there is no server at all that takes our mail; the demo's catcher takes the demo's only."""
        return not self.demo if settings.MAIL_TO_CATCHER else bool(settings.MAIL_PAUSED_REASON)

    @property
    def held(self) -> int:
        """How many follow-ups wait for a decision. Asks the database; call it where something is held."""
        hold = Hold.objects.filter(pk=self.hold_id).first() if self.hold_id else None
        return held(hold).count() if hold else 0


def read(user: User | None = None, *, now: datetime) -> Condition:
    """How things stand now, with what the rail counts for `user`, where a page shows it: one query."""
    statement, places = _statement(user.role if user else None)
    given = {_WHOEVER: user.pk if user else None, _WHENEVER: now}
    with connection.cursor() as cursor:
        cursor.execute(statement, [given.get(value, value) for value in places])
        zone, demo, beat_at, refusal, hold_id, *counts = cursor.fetchone()
    return Condition(zone, demo, beat_at, refusal, hold_id, Counts(*counts) if user else None)


@cache
def _statement(role: str | None) -> tuple[str, tuple[Any, ...]]:
    """The query for everybody with that role. Built once: that takes ten times as long as asking it, on every page."""
    beat = Heartbeat.objects.filter(name="worker").values("at")
    refused = Mailbox.objects.exclude(sending_paused_why="").order_by("pk").values("sending_paused_why")
    hold = Hold.objects.filter(decided_at=None).values("pk")
    asked = Organisation.objects.filter(pk=1).annotate(
        beat_at=Subquery(beat[:1]), refusal=Subquery(refused[:1]), hold_id=Subquery(hold[:1])
    )
    counts = rail.counted(User(pk=_WHOEVER, role=role), now=_WHENEVER) if role else {}
    stands = ("zone", "demo", "beat_at", "refusal", "hold_id")
    return asked.annotate(**counts).values_list(*stands, *counts).query.sql_with_params()
