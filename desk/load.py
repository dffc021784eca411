"""How much is due in each hour of the rest of the day, against the people who are there then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from desk.scope import Scope
from standards.working_time import working_time_between

# What one due promise takes, until measured times are known. It stands under the figures.
MINUTES_EACH = 15
_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Hour:
    """One hour of today: promises due in it, the minutes they take and the minutes we have."""

    starts: datetime
    due: int
    people: int
    minutes_have: int

    @property
    def minutes_due(self) -> int:
        """What is due, in minutes of work."""
        return self.due * MINUTES_EACH

    @property
    def is_too_full(self) -> bool:
        """Whether more is due than can be done by the people who are there."""
        return self.minutes_due > self.minutes_have


def hours(scope: Scope, due: Mapping[datetime, int], *, now: datetime, day_ends: datetime) -> list[Hour]:
    """The hours from `now` to the end of the day in which we are open or something is due.

    `due` counts promises by the hour (its start, in UTC) in which they fall due. The present hour has only what is
    left of it. A person in two teams is there when one of them is open, and counts once.
    """
    people = list(scope.people().values())
    found = []
    # In UTC, where an hour later is an hour later also when the clocks change.
    starts = now.replace(minute=0, second=0, microsecond=0).astimezone(UTC)
    while starts < day_ends:
        ends = starts + _HOUR
        open_minutes = {
            calendar: working_time_between(calendar, max(starts, now), ends) // _MINUTE
            for calendar in scope.calendars()
        }
        there = [max((open_minutes[crew.calendar] for crew in crews if crew.calendar), default=0) for crews in people]
        hour = Hour(starts, due.get(starts, 0), sum(minutes > 0 for minutes in there), sum(there))
        if hour.due or hour.minutes_have:
            found.append(hour)
        starts = ends
    return found


@dataclass(frozen=True)
class Bar:
    """One hour as a bar, in percent of the widest: what we have, what is due of it, what is too much."""

    hour: Hour
    have: str
    due: str
    over: str


def bars(found: list[Hour]) -> list[Bar]:
    """A bar for each hour, all on one scale."""
    widest = max((max(hour.minutes_due, hour.minutes_have) for hour in found), default=0) or 1

    def percent(minutes: int) -> str:
        return f"{100 * minutes / widest:.1f}%"

    return [
        Bar(
            hour,
            percent(hour.minutes_have),
            percent(min(hour.minutes_due, hour.minutes_have)),
            percent(hour.minutes_due - hour.minutes_have) if hour.is_too_full else "",
        )
        for hour in found
    ]
