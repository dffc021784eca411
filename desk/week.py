"""How full the coming days of each colleague are: what falls due, against the time they are there. Reads only."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, When
from django.db.models.functions import TruncDate

from desk.load import MINUTES_EACH, minutes_there
from desk.scope import Crew, crews_of
from people.models import Absence, User
from standards.working_time import WorkingCalendar
from tickets.models import Commitment

DAYS = 7


@dataclass(frozen=True)
class Cell:
    """One day of one person: promises due, the minutes they take and the minutes there are."""

    due: int
    minutes_have: int
    is_away: bool

    @property
    def minutes_due(self) -> int:
        """What is due, in minutes of work."""
        return self.due * MINUTES_EACH

    @property
    def is_too_full(self) -> bool:
        """Whether that is more than the day can hold."""
        return self.minutes_due > self.minutes_have


@dataclass(frozen=True)
class Line:
    """One person: what is overdue already, and each day."""

    person: User
    overdue: int
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Week:
    """The days, and everybody in them by name."""

    days: Sequence[date]
    lines: Sequence[Line]


def read(user: User, *, now: datetime, zone: ZoneInfo) -> Week:
    """Everybody in the teams whose work `user` may see, from today on; in a fixed number of queries."""
    today = now.astimezone(zone).date()
    days = [today + timedelta(days=number) for number in range(DAYS)]
    # One more: the last day ends where that begins.
    begins = [datetime.combine(today + timedelta(days=number), time(), zone) for number in range(DAYS + 1)]
    hours = _hours(crews_of(user, now=now))
    absences: dict[int, list[Absence]] = defaultdict(list)
    for one in Absence.objects.filter(user__in=hours).touching(begins[0], begins[-1]):
        absences[one.user_id].append(one)
    due = _due(hours, now, begins[-1], zone)
    lines = []
    for person in User.objects.filter(pk__in=hours):
        cells = []
        for day, starts_at, ends_at in zip(days, begins, begins[1:], strict=False):
            since = max(starts_at, now)
            have = max((minutes_there(one, absences[person.pk], since, ends_at) for one in hours[person.pk]), default=0)
            away = any(one.starts_at <= since and one.ends_at >= ends_at for one in absences[person.pk])
            cells.append(Cell(due[person.pk, day], have, away))
        lines.append(Line(person, due[person.pk, None], cells))
    return Week(days, lines)


def _hours(crews: Sequence[Crew]) -> dict[int, set[WorkingCalendar]]:
    """By whose hours each person works: those of all their teams."""
    found: dict[int, set[WorkingCalendar]] = defaultdict(set)
    for crew in crews:
        for person in crew.people:
            found[person] |= {crew.calendar} if crew.calendar else set()
    return found


def _due(
    people: dict[int, set[WorkingCalendar]], now: datetime, until: datetime, zone: ZoneInfo
) -> Counter[tuple[int, date | None]]:
    """How many fall due for each on each day; under None what is overdue."""
    day = Case(When(due_at__gte=now, then=TruncDate("due_at", tzinfo=zone)))
    running = Commitment.objects.running().filter(accountable__in=people, due_at__lt=until)
    rows = running.order_by().values_list("accountable", day).annotate(Count("pk"))
    return Counter({(person, on): number for person, on, number in rows})
