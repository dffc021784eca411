"""Which promises will probably be missed although they are not due soon yet: they have been open for long already.

The probability says when to look, never when to warn: that is what the clock says. With too few done
ones behind it nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from compliance.models import TimeTaken
from compliance.safe_dates import ENOUGH
from compliance.survival import Step, chance_of_lasting
from standards.models import CalendarVersion
from standards.terms import Clock
from standards.working_time import WorkingCalendar, working_time_between
from tickets.models import Commitment
from tickets.models.commitment import CommitmentQuerySet

PROBABLY = 0.5
# What was learned longer ago than this says nothing about now.
STALE = timedelta(days=2)
# So many are looked at, those that are due first; one board shows no more.
MOST = 2_000
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class AtRisk:
    """A commitment that will probably be missed: how probably, and how many done ones that is known from.

    No chance is given where it has been open for longer than any of those took.
    """

    pk: int
    chance: float | None
    sample: int


def at_risk(commitments: CommitmentQuerySet, *, now: datetime) -> list[AtRisk]:
    """Those of `commitments` that are not due soon and will probably be missed, by due time. Three queries."""
    ahead = (
        commitments.running()
        .filter(warn_at__gt=now, source=Commitment.Source.STANDARD)
        .exclude(clock=Clock.FIXED)
        .order_by("due_at", "pk")
    )
    facts = ("pk", "ticket__team", "kind", "calendar_version", "started_at", "unpaused_due_at", "due_at")
    rows = list(ahead.values_list(*facts)[:MOST])
    known = _known(now)
    calendars = {
        version.pk: version.working for version in CalendarVersion.objects.filter(pk__in={row[3] for row in rows})
    }
    found = (_look(row, calendars[row[3]], known, now) for row in rows)
    return [one for one in found if one is not None]


def in_use(calendar: WorkingCalendar, started: datetime, unpaused_due: datetime, due: datetime, until: datetime) -> int:
    """Minutes of working time from `started` to `until` without pauses, which put `unpaused_due` off to `due`."""
    paused = working_time_between(calendar, unpaused_due, due)
    return max(working_time_between(calendar, started, until) - paused, timedelta(0)) // MINUTE


def _look(
    row: Sequence[Any],
    calendar: WorkingCalendar,
    known: dict[tuple[int | None, str], TimeTaken],
    now: datetime,
) -> AtRisk | None:
    pk, team, kind, _calendar, started, unpaused_due, due = row
    learned = known.get((team, kind)) or known.get((None, kind))
    if learned is None:
        return None
    steps = [Step(minutes, thousandth / 1000) for minutes, thousandth in learned.steps]
    elapsed = in_use(calendar, started, unpaused_due, due, now)
    window = in_use(calendar, started, unpaused_due, due, due)
    chance = chance_of_lasting(steps, elapsed, window)
    return AtRisk(pk, chance, learned.sample) if chance is None or chance >= PROBABLY else None


def _known(now: datetime) -> dict[tuple[int | None, str], TimeTaken]:
    fresh: Iterable[TimeTaken] = TimeTaken.objects.filter(as_of__gte=now - STALE, sample__gte=ENOUGH)
    return {(one.team_id, one.kind): one for one in fresh}
