"""When a commitment falls due, and when it begins to need somebody.

Pure arithmetic over a calendar: nothing here reads the database or the clock.
Rules: docs/architecture.md, "The life of a promise".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from standards.terms import Clock
from standards.working_time import (
    NoWorkingTime,
    WorkingCalendar,
    add_working_time,
    end_of_working_day,
    previous_closing,
    working_time_between,
)


@dataclass(frozen=True)
class Window:
    """The time that is allowed: minutes for a running clock, days for one that counts days."""

    clock: str
    minutes: int | None = None
    days: int | None = None

    def due(self, calendar: WorkingCalendar, start: datetime, organisation_zone: ZoneInfo) -> datetime:
        """When it is used up, counted from `start`.

        Working days end with the nth opening day after the day of `start`; calendar days end at
        24:00 in the organisation's zone. `NoWorkingTime` when the calendar never opens.
        """
        match self.clock:
            case Clock.WALL:
                return start + timedelta(minutes=self.minutes or 0)
            case Clock.WORKING_TIME:
                return add_working_time(calendar, start, timedelta(minutes=self.minutes or 0))
            case Clock.WORKING_DAYS:
                return end_of_working_day(calendar, start, self.days or 0)
            case Clock.CALENDAR_DAYS:
                last_day = start.astimezone(organisation_zone).date() + timedelta(days=self.days or 0)
                midnight = datetime.combine(last_day + timedelta(days=1), time(0), organisation_zone)
                return midnight.astimezone(start.tzinfo)
        raise ValueError(f"a {self.clock} clock has no window")


def worked_inside(calendar: WorkingCalendar, spans: Iterable[tuple[datetime, datetime]]) -> timedelta:
    """The working time inside `spans`; overlapping ones count once."""
    total, reached = timedelta(0), None
    for start, end in sorted(spans):
        start = max(start, reached) if reached else start
        if end > start:
            total += working_time_between(calendar, start, end)
            reached = end
    return total


def shift(calendar: WorkingCalendar, moment: datetime, worked: timedelta) -> datetime:
    """`moment` moved on by that much working time; `moment` itself where there is none."""
    return add_working_time(calendar, moment, worked) if worked > timedelta(0) else moment


def before_pauses(calendar: WorkingCalendar, due: datetime, paused: timedelta) -> datetime:
    """The moment that `shift` moves to `due` by `paused`: what would be due if nothing had been paused."""
    return _back(calendar, due, paused) if paused > timedelta(0) else due


SOON_SHARE, SOON_LEAST, SOON_MOST = 0.25, timedelta(minutes=30), timedelta(hours=8)
LAST_SHARE, LAST_LEAST, LAST_MOST = 0.10, timedelta(minutes=10), timedelta(hours=2)
MORNING = timedelta(hours=2)


def shortly(calendar: WorkingCalendar, start: datetime, due: datetime, since: datetime) -> datetime:
    """When something is due instead whose new window, from `start` to `due`, was used up before it applied.

    Nobody could have kept that: it is due after one warning span from `since`, of half an hour at least.
    """
    window = working_time_between(calendar, start, due)
    return shift(calendar, since, min(max(window * SOON_SHARE, SOON_LEAST), SOON_MOST))


def warning_moments(
    calendar: WorkingCalendar,
    clock: str,
    start: datetime,
    due: datetime,
    paused: timedelta = timedelta(0),
    not_before: datetime | None = None,
) -> tuple[datetime, datetime]:
    """When a commitment becomes due soon, and when it is the last call; start ≤ first ≤ second ≤ due.

    The span before due is a share of the window within limits, in working time (in plain time for
    a wall clock, or where nothing is open between start and due). A commitment that falls due in
    the first two working hours after an opening is announced before the *previous* closing, while
    somebody can still act (the next-morning trap). `paused` is the working time inside pauses, which
    is no part of the window; no warning lies before `not_before`, the end of the last pause.
    """
    total = working_time_between(calendar, start, due)
    if clock == Clock.WALL or total <= timedelta(0):
        moments = [due - _before(due - start, *limits) for limits in _LIMITS]
    else:
        window = total - paused
        moments = [shift(calendar, start, total - _before(window, *limits)) for limits in _LIMITS]
        closing = previous_closing(calendar, due)
        if closing is not None and start < closing and working_time_between(calendar, closing, due) <= MORNING:
            half = shift(calendar, start, total - window / 2)
            evening = [max(_back(calendar, closing, timedelta(hours=hours)), half) for hours in (2, 1)]
            moments = [
                early if early <= closing else ordinary for ordinary, early in zip(moments, evening, strict=True)
            ]
    soon = min(max(moments[0], start, not_before or start), due)
    return soon, min(max(moments[1], soon), due)


OWNED_WITHIN = timedelta(hours=4)
NOON = time(12)


def owning_ends(calendar: WorkingCalendar, due: datetime) -> datetime:
    """Until when a miss of what was due at `due` is to be owned, with an apology and a new time.

    Within four working hours, and not later than noon of the next working day; noon is no limit on a
    day on which nobody works before it. By plain time where nothing opens any more.
    """
    try:
        within = add_working_time(calendar, due, OWNED_WITHIN)
        closing = end_of_working_day(calendar, due, 1)
    except NoWorkingTime:
        return due + OWNED_WITHIN
    # A day that ends at 24:00 is still that day.
    day = (closing - datetime.resolution).astimezone(calendar.zone).date()
    morning, noon = (datetime.combine(day, wall, calendar.zone) for wall in (time(0), NOON))
    if working_time_between(calendar, morning, noon) <= timedelta(0):
        return within
    return min(within, noon.astimezone(due.tzinfo))


_LIMITS = (
    (SOON_SHARE, SOON_LEAST, SOON_MOST, 2),
    (LAST_SHARE, LAST_LEAST, LAST_MOST, 4),
)


def _before(window: timedelta, share: float, least: timedelta, most: timedelta, part: int) -> timedelta:
    return min(max(window * share, min(least, window / part)), most)


def _back(calendar: WorkingCalendar, closing: datetime, worked: timedelta) -> datetime:
    """The moment from which `worked` of working time is left until `closing`."""
    since = closing - timedelta(days=1)
    while True:
        open_time = working_time_between(calendar, since, closing)
        if open_time >= worked:
            return shift(calendar, since, open_time - worked)
        if closing - since > timedelta(days=64):
            raise NoWorkingTime(f"less than {worked} of working time before {closing:%Y-%m-%d %H:%M}")
        since = closing - 2 * (closing - since)
