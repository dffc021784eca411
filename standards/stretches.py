"""The way from a start to a due time, stretch by stretch: what counts, and what is skipped and why.

Pure: nothing here reads the database or the clock. Reasons come in the active language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from standards.terms import Clock
from standards.working_time import WorkingCalendar, opening_intervals
from ui.formats import clock_time, day_in_words

MOST = 40  # shown one by one; a longer way says how many more there are


@dataclass(frozen=True)
class Stretch:
    """A piece of the way: from when to when in words, and the time that counts; none where it is skipped, with why."""

    span: str
    counted: timedelta | None
    why: str = ""


def to_the_minute(moment: datetime) -> datetime:
    """`moment` as it is shown, so that what is said of the way adds up from what is shown of it."""
    return moment.replace(second=0, microsecond=0)


def stretches(
    clock: str,
    calendar: WorkingCalendar,
    start: datetime,
    due: datetime,
    zone: ZoneInfo,
    closed: Mapping[date, str],
    pauses: Sequence[tuple[datetime, datetime, str]] = (),
) -> list[Stretch]:
    """Every piece between `start` and `due`, in order, without a gap. `closed` names the holidays.

    A clock that skips nothing has none: its way is told in a sentence. `pauses` of a clock of working time
    are pieces of their own, each with why it stood still; for one of working days `due` is without them.
    """
    if clock == Clock.WORKING_TIME:
        return list(_of_working_time(calendar, start, due, zone, closed, pauses))
    if clock == Clock.WORKING_DAYS:
        return _of_working_days(calendar, start, due, closed)
    return []


def _of_working_time(
    calendar: WorkingCalendar,
    start: datetime,
    due: datetime,
    zone: ZoneInfo,
    closed: Mapping[date, str],
    pauses: Sequence[tuple[datetime, datetime, str]],
) -> Iterator[Stretch]:
    reached = start
    for since, until, why in sorted(pauses):
        since, until = max(since, reached), min(until, due)
        if since < until:
            yield from _open_and_shut(calendar, reached, since, zone, closed)
            yield Stretch(_span(since, until, zone), None, why)
            reached = until
    yield from _open_and_shut(calendar, reached, due, zone, closed)


def _open_and_shut(
    calendar: WorkingCalendar, start: datetime, end: datetime, zone: ZoneInfo, closed: Mapping[date, str]
) -> Iterator[Stretch]:
    reached = start
    for opens, closes in opening_intervals(calendar, start, end):
        if opens > reached:
            yield Stretch(_span(reached, opens, zone), None, _why_shut(calendar, reached, opens, closed))
        yield Stretch(_span(opens, closes, zone), to_the_minute(closes) - to_the_minute(opens))
        reached = closes
    if reached < end:
        yield Stretch(_span(reached, end, zone), None, _why_shut(calendar, reached, end, closed))


def _of_working_days(
    calendar: WorkingCalendar, start: datetime, due: datetime, closed: Mapping[date, str]
) -> list[Stretch]:
    first = start.astimezone(calendar.zone).date()
    # A day that ends at 24:00 ends on the next date; it is still the day it began on.
    last = (due - timedelta(microseconds=1)).astimezone(calendar.zone).date()
    found = [Stretch(day_in_words(first), None, _("the day of receipt"))]
    for day in _days(first + timedelta(days=1), last):
        spans = _open_on(calendar, day)
        open_time = sum((closes - opens for opens, closes in spans), timedelta(0))
        found.append(Stretch(day_in_words(day), open_time or None, "" if spans else closed.get(day, _("closed"))))
    return found


def _why_shut(calendar: WorkingCalendar, since: datetime, until: datetime, closed: Mapping[date, str]) -> str:
    """The days between that are shut from end to end, by name; else only that it is closed."""
    zone = calendar.zone
    days = _days(since.astimezone(zone).date(), (until - timedelta(microseconds=1)).astimezone(zone).date())
    shut = [day for day in days if not _open_on(calendar, day)]
    named = [
        _("%(day)s (%(holiday)s)") % {"day": day_in_words(day), "holiday": closed[day]}
        if day in closed
        else day_in_words(day)
        for day in shut
    ]
    return _("closed: %(days)s") % {"days": ", ".join(named)} if named else _("closed")


def _open_on(calendar: WorkingCalendar, day: date) -> list[tuple[datetime, datetime]]:
    midnight = datetime.combine(day, time(0), calendar.zone)
    return opening_intervals(calendar, midnight, datetime.combine(day + timedelta(days=1), time(0), calendar.zone))


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _span(since: datetime, until: datetime, zone: ZoneInfo) -> str:
    first, last = since.astimezone(zone).date(), until.astimezone(zone).date()
    if first == last:
        return f"{day_in_words(first)} {clock_time(since, zone)}\u2013{clock_time(until, zone)}"
    return f"{day_in_words(first)} {clock_time(since, zone)} \u2013 {day_in_words(last)} {clock_time(until, zone)}"
