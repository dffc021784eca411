"""How much is due in a time, against the people who are there then: each hour of today, or one person's day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from desk.scope import Scope, hours_of
from people.models import Absence, User
from standards.working_time import WorkingCalendar, working_time_between
from tickets.models import Commitment

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


@dataclass(frozen=True)
class Day:
    """One person's day if one more promise fell due in it: what is due already, and the minutes there are."""

    person: User
    date: date
    due: int
    minutes_have: int
    is_away: bool

    @property
    def minutes_due(self) -> int:
        """What would be due with the new one, in minutes of work."""
        return (self.due + 1) * MINUTES_EACH

    @property
    def is_too_full(self) -> bool:
        """Whether that is more than the day can hold. A warning; nobody is kept from promising."""
        return self.minutes_due > self.minutes_have


def day_of(person: User, due_at: datetime, *, now: datetime, but: Q | None = None) -> Day:
    """The day of `due_at` for `person`, in the time zone of the request; of today only what is left.

    `but` are commitments that end with what is about to be told. A person in two teams is there when
    one of them is open; while they are away, never.
    """
    starts_at = due_at.astimezone(timezone.get_current_timezone()).replace(hour=0, minute=0, second=0, microsecond=0)
    ends_at = starts_at + timedelta(days=1)
    due = Commitment.objects.running().filter(accountable=person, due_at__gte=starts_at, due_at__lt=ends_at)
    absences = list(person.absences.touching(starts_at, ends_at))
    since = max(starts_at, now)
    have = max((minutes_there(calendar, absences, since, ends_at) for calendar in hours_of(person)), default=0)
    counted = due.exclude(but) if but is not None else due
    return Day(person, starts_at.date(), counted.count(), have, is_away=bool(absences) and not have)


def minutes_there(calendar: WorkingCalendar, absences: list[Absence], since: datetime, until: datetime) -> int:
    """The working minutes between two moments, without those of `absences`."""
    if since >= until:
        return 0
    there = working_time_between(calendar, since, until)
    for one in absences:
        away_since, away_until = max(one.starts_at, since), min(one.ends_at, until)
        if away_since < away_until:
            there -= working_time_between(calendar, away_since, away_until)
    return there // _MINUTE
