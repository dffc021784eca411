"""How the desk itself stands: whether it runs, whether mail leaves, whether something waits for a decision.

Read once a request, in the query that finds the organisation's zone anyway.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Subquery

from desk import rail
from desk.rail import Counts
from followups.actions.holding import held
from followups.models import Hold
from mail.models import Heartbeat, Mailbox
from people.models import Organisation, User

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
    beat = Heartbeat.objects.filter(name="worker").values("at")
    refused = Mailbox.objects.exclude(sending_paused_why="").order_by("pk").values("sending_paused_why")
    hold = Hold.objects.filter(decided_at=None).values("pk")
    asked = Organisation.objects.annotate(
        beat_at=Subquery(beat[:1]), refusal=Subquery(refused[:1]), hold_id=Subquery(hold[:1])
    )
    stands = ("zone", "demo", "beat_at", "refusal", "hold_id")
    counts = rail.counted(user, now=now) if user else {}
    zone, demo, beat_at, refusal, hold_id, *counted = asked.annotate(**counts).values_list(*stands, *counts).get(pk=1)
    return Condition(zone, demo, beat_at, refusal, hold_id, Counts(*counted) if user else None)
