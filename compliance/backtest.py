"""What would have happened to what has been, had a draft been in force: judged like what really ran.

Pure: working time of calendars, no database, no clock. Where the cases come from: `compliance.past_cases`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median
from zoneinfo import ZoneInfo

from compliance.results import Figure
from compliance.survival import Observation, curve, quantile
from standards.due import Window, shift, worked_inside
from standards.terms import Clock
from standards.working_time import WorkingCalendar, end_of_working_day, working_time_between

MINUTE = timedelta(minutes=1)
# A standard of which nearly all is kept, and half of it in a fraction of the time, could promise more.
NEARLY_ALL, LITTLE_USED = 0.98, 0.30
ENOUGH = 30  # cases; fewer say nothing about what could be promised
MOST_DAYS = 60  # what took longer is not told apart any more


@dataclass(frozen=True)
class Past:
    """One thing that was owed: when its clock began, when and whether it was done, by which hours it ran.

    `done` is false where somebody gave up, or a resolution did not hold. `dropped`: withdrawn or merged at its
    end. `was_kept` is how it went by the standard that really applied; None where none did, or its time is ahead.
    """

    start: datetime
    end: datetime | None
    done: bool
    calendar: WorkingCalendar
    pauses: Sequence[tuple[datetime, datetime]] = ()
    dropped: bool = False
    was_kept: bool | None = None


class Fate(StrEnum):
    """What would have become of it."""

    KEPT = "kept"
    MISSED = "missed"
    AHEAD = "ahead"  # not due yet
    OUT = "out"  # dropped before it would have been due


@dataclass(frozen=True)
class Backtest:
    """The draft's result, and that of what really applied to those of the same cases that had a standard.

    `ahead` would not be due yet. `needed` is the window, in the draft's own unit, that would have been kept
    as often as its target says; None where so many were never done. `cases` is how many were looked at: those of
    one ticket in so many as `every` says.
    """

    kept: Figure
    really: Figure
    ahead: int
    needed: int | None
    used: float | None
    cases: int
    every: int = 1

    @property
    def could_be_shorter(self) -> bool:
        """Whether it promises far less than is done: nearly all kept, half of it in under a third of the time."""
        enough = self.kept.n >= ENOUGH and self.used is not None and self.used < LITTLE_USED
        return enough and self.kept.k > NEARLY_ALL * self.kept.n


def backtest(
    cases: Iterable[Past], window: Window, target: float, zone: ZoneInfo, *, now: datetime, every: int = 1
) -> Backtest:
    """What `window` would have done with these cases by `now`; `target` is the share to be kept."""
    seen, fates, used, observed = list(cases), [], [], []
    for case in seen:
        fates.append(fate(case, window, zone, now))
        took = taken(case, window.clock, zone, now)
        observed.append(Observation(took, case.done))
        if case.done:
            used.append(took / (window.minutes or window.days or 1))
    judged = [case.was_kept for case in seen if case.was_kept is not None]
    return Backtest(
        kept=Figure(fates.count(Fate.KEPT), fates.count(Fate.KEPT) + fates.count(Fate.MISSED)),
        really=Figure(sum(judged), len(judged)),
        ahead=fates.count(Fate.AHEAD),
        needed=quantile(curve(observed), target),
        used=median(used) if used else None,
        cases=len(seen),
        every=every,
    )


def fate(case: Past, window: Window, zone: ZoneInfo, now: datetime) -> Fate:
    """Exactly at due is kept; what was not done by then is missed, whatever became of it later."""
    due = shift(case.calendar, window.due(case.calendar, case.start, zone), worked_inside(case.calendar, case.pauses))
    if case.end is not None and case.end <= due:
        if case.dropped:
            return Fate.OUT
        if case.done:
            return Fate.KEPT
    return Fate.MISSED if due < now else Fate.AHEAD


def taken(case: Past, clock: str, zone: ZoneInfo, now: datetime) -> int:
    """How long it took, or has taken up to `now`, rounded up: minutes, for clocks that count days days."""
    end = max(case.end or now, case.start)
    match clock:
        case Clock.WORKING_DAYS:
            paused = worked_inside(case.calendar, case.pauses)
            return next((n for n in range(1, MOST_DAYS) if _day_ends(case, n, paused) >= end), MOST_DAYS)
        case Clock.CALENDAR_DAYS:
            return max((end.astimezone(zone).date() - case.start.astimezone(zone).date()).days, 1)
        case Clock.WALL:
            return -(-(end - case.start) // MINUTE)
    return -(-working_time_between(case.calendar, case.start, end, case.pauses or ()) // MINUTE)


def _day_ends(case: Past, days: int, paused: timedelta) -> datetime:
    return shift(case.calendar, end_of_working_day(case.calendar, case.start, days), paused)
