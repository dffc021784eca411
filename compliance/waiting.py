"""How long does somebody wait who writes now? Counted with those who are still waiting, or not said at all.

Pure: working time of a calendar, no database, no clock. Times are minutes of working time.
A figure is rounded up to what people say, and it withdraws itself: with too few answers behind it only
the standard is said, called standard; older than two hours it is not available; and where the
longest waits of those in the queue are longer than the estimate, that is said and the larger one given.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from compliance.survival import Observation, curve, quantile
from standards.working_time import (
    NoWorkingTime,
    WorkingCalendar,
    add_working_time,
    end_of_working_day,
    is_open,
    next_opening,
)

RECENT, LONGER_AGO = timedelta(days=28), timedelta(days=56)
HALF_LIFE = timedelta(days=14)
ENOUGH = 20  # first responses; fewer say nothing about the next one
STALE = timedelta(hours=2)
HOURS, DAYS = (1, 2, 4), (1, 2, 3, 5, 10)  # what people say


@dataclass(frozen=True, slots=True)
class Waited:
    """One ticket: for how many minutes its customer waited, and whether a person's response ended that.

    Where none did: until the ticket was over, or, while it `waits`, until now.
    """

    opened_at: datetime
    minutes: int
    answered: bool
    waits: bool = False


@dataclass(frozen=True)
class Estimate:
    """By when half, nine and nineteen in twenty are answered; None where so many never were.

    `sample` responses stand behind it. `waiting` people wait now; nineteen in twenty of them have waited
    for at most `waited`, the oldest for `longest`.
    """

    p50: int | None
    p90: int | None
    p95: int | None
    sample: int
    waiting: int
    waited: int | None
    longest: int | None


def estimate(tickets: Sequence[Waited], *, now: datetime) -> Estimate:
    """The estimate for a queue: its tickets of the last 28 days, of 56 where these have too few responses.

    A ticket weighs half as much for every 14 days since it was opened. Who is waiting now counts
    among the waiting however long ago they wrote.
    """
    recent = _since(tickets, now - RECENT)
    if sum(ticket.answered for ticket in recent) < ENOUGH:
        recent = _since(tickets, now - LONGER_AGO)
    steps = curve(
        Observation(ticket.minutes, ticket.answered, 0.5 ** ((now - ticket.opened_at) / HALF_LIFE)) for ticket in recent
    )
    waits = sorted(ticket.minutes for ticket in tickets if ticket.waits)
    return Estimate(
        p50=quantile(steps, 0.5),
        p90=quantile(steps, 0.9),
        p95=quantile(steps, 0.95),
        sample=sum(ticket.answered for ticket in recent),
        waiting=len(waits),
        waited=waits[-(-len(waits) * 95 // 100) - 1] if waits else None,
        longest=waits[-1] if waits else None,
    )


def _since(tickets: Iterable[Waited], since: datetime) -> list[Waited]:
    return [ticket for ticket in tickets if ticket.opened_at >= since]


class Unit(StrEnum):
    """In what a wait is said."""

    HOURS = "hours"  # working hours
    TODAY = "today"  # by the end of today's opening hours; the number is 0
    DAYS = "days"  # working days: by the end of so many opening days after today


@dataclass(frozen=True)
class Spoken:
    """A wait as people say it."""

    unit: Unit
    number: int = 0


def spoken(minutes: int, calendar: WorkingCalendar, now: datetime) -> Spoken | None:
    """Rounded up to 1, 2 or 4 hours, the end of today, or 1, 2, 3, 5 or 10 working days; None for more than that."""
    for hours in HOURS:
        if minutes <= hours * 60:
            return Spoken(Unit.HOURS, hours)
    try:
        answered_by = add_working_time(calendar, now, timedelta(minutes=minutes))
        if answered_by <= _end_of_today(calendar, now):
            return Spoken(Unit.TODAY)
        return next(
            (Spoken(Unit.DAYS, days) for days in DAYS if answered_by <= end_of_working_day(calendar, now, days)), None
        )
    except NoWorkingTime:
        return None


def _end_of_today(calendar: WorkingCalendar, now: datetime) -> datetime:
    """The last closing of today, or a moment that has passed where there is none."""
    local = now.astimezone(calendar.zone)
    midnight = datetime.combine(local.date(), time(0), calendar.zone)
    closing = end_of_working_day(calendar, midnight - timedelta(microseconds=1), 1)
    tomorrow = datetime.combine(local.date() + timedelta(days=1), time(0), calendar.zone)
    return closing if closing <= tomorrow else midnight


class Saying(StrEnum):
    """What can be said about the wait."""

    CURRENT = "current"
    LONGER = "longer"  # longer than usual: those in the queue have waited longer than the estimate
    STANDARD = "standard"  # too few responses: say the standard, and that it is the standard
    NOT_AVAILABLE = "not_available"  # nothing fresh is known: say so, and the standard as the standard


@dataclass(frozen=True)
class CurrentWait:
    """What is published. Times only where `saying` is current or longer; None for more than ten working days.

    `half` of the people who write now are answered within it, `most` of them (nine in ten) within that.
    `opens_at` is when we open next, while we are closed. `waiting` and `longest` are of those in the queue.
    """

    saying: Saying
    half: Spoken | None
    most: Spoken | None
    as_of: datetime | None
    opens_at: datetime | None
    waiting: int
    longest: int | None

    @property
    def has_times(self) -> bool:
        """Whether a wait can be said."""
        return self.saying in {Saying.CURRENT, Saying.LONGER}


def published(
    known: Estimate | None, as_of: datetime | None, calendar: WorkingCalendar | None, now: datetime
) -> CurrentWait:
    """What may be said at `now` of an estimate made at `as_of` for a queue that works by `calendar`."""
    opens_at = _opens_at(calendar, now)
    if known is None or as_of is None or calendar is None or now - as_of > STALE:
        return CurrentWait(Saying.NOT_AVAILABLE, None, None, None, opens_at, 0, None)
    if known.sample < ENOUGH or known.p50 is None:
        return CurrentWait(Saying.STANDARD, None, None, as_of, opens_at, known.waiting, known.longest)
    longer = known.p90 is not None and known.waited is not None and known.waited > known.p90
    most = known.waited if longer else known.p90
    return CurrentWait(
        Saying.LONGER if longer else Saying.CURRENT,
        spoken(known.p50, calendar, now),
        spoken(most, calendar, now) if most is not None else None,
        as_of,
        opens_at,
        known.waiting,
        known.longest,
    )


def _opens_at(calendar: WorkingCalendar | None, now: datetime) -> datetime | None:
    if calendar is None or is_open(calendar, now):
        return None
    try:
        return next_opening(calendar, now)
    except NoWorkingTime:
        return None
