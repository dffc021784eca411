"""Learning how long commitments take, from those of the last weeks, for each team and for everybody."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from django.db import transaction

from compliance.at_risk import in_use
from compliance.models import TimeTaken
from compliance.survival import Observation, Step, curve
from standards.models import CalendarVersion
from standards.terms import Clock, Kind
from tickets.models import Commitment

LATELY = timedelta(days=56)
# So many of the newest, of all teams together; more say no more.
MOST = 50_000
# Steps lower than so much are left out: the curve is read, never counted with again.
FINE = 0.005

_DONE = (Commitment.Outcome.KEPT, Commitment.Outcome.KEPT_LATE)


def learn(*, now: datetime) -> int:
    """Write down how long each kind takes, as of `now`; returns for how many teams and kinds.

    Counted are commitments by rule that fell due lately, or run: those still open tell that they take longer. What
    nobody has done lately is known no more.
    """
    seen: dict[tuple[int | None, str], list[Observation]] = defaultdict(list)
    rows = (
        Commitment.objects.filter(
            counted_due_at__gte=now - LATELY,
            source=Commitment.Source.STANDARD,
            started_at__lt=now,
            due_at__isnull=False,
            replaces=None,
            voided_at=None,
        )
        .exclude(outcome=Commitment.Outcome.MOVED)
        .exclude(clock=Clock.FIXED)
        .exclude(kind=Kind.ACKNOWLEDGE)
        .order_by("-counted_due_at")
    )
    facts = (
        "ticket__team",
        "kind",
        "calendar_version",
        "started_at",
        "unpaused_due_at",
        "due_at",
        "ended_at",
        "outcome",
    )
    calendars = {version.pk: version.working for version in CalendarVersion.objects.all()}
    for team, kind, calendar, started, unpaused_due, due, ended, outcome in rows.values_list(*facts)[:MOST]:
        minutes = in_use(calendars[calendar], started, unpaused_due, due, ended or now)
        one = Observation(minutes, outcome in _DONE)
        seen[team, kind].append(one)
        seen[None, kind].append(one)
    learned = [
        TimeTaken(team_id=team, kind=kind, steps=_thinned(curve(found)), sample=done, as_of=now)
        for (team, kind), found in seen.items()
        if (done := sum(one.finished for one in found))
    ]
    with transaction.atomic():
        TimeTaken.objects.bulk_create(
            learned,
            update_conflicts=True,
            unique_fields=["team", "kind"],
            update_fields=["steps", "sample", "as_of"],
        )
        TimeTaken.objects.filter(as_of__lt=now).delete()
    return len(learned)


def _thinned(steps: list[Step]) -> list[tuple[int, int]]:
    """In thousandths, without the steps that hardly show; the last one always stays."""
    kept: list[Step] = []
    last = 1.0
    for step in steps:
        if last - step.open >= FINE or step is steps[-1]:
            kept.append(step)
            last = step.open
    return [(step.duration, round(step.open * 1000)) for step in kept]
