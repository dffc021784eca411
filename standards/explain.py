"""Why a due time is what it is, in sentences. No due time is shown that can't explain itself.

Pure: nothing here reads the database or the clock. Sentences come in the active language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from standards import words
from standards.due import Window, shift
from standards.terms import Clock
from standards.working_time import (
    NoWorkingTime,
    WorkingCalendar,
    is_open,
    next_opening,
    opening_intervals,
    working_time_between,
)
from ui.formats import clock_time, compact_duration, day_in_words, zone_in_words

MOST_DAYS = 8  # named one by one; a longer list says how many more there are


def why_due(
    *,
    clock: str,
    minutes: int | None,
    days: int | None,
    calendar: WorkingCalendar,
    start: datetime,
    due: datetime,
    zone: ZoneInfo,
    paused: timedelta = timedelta(0),
    closed: Mapping[date, str] | None = None,
) -> list[str]:
    """The way from `start` to `due` in sentences, each span that was skipped named.

    `zone` is the organisation's, `paused` the working time inside pauses, `closed` the names of
    holidays where they are known. A due time that doesn't follow from the window (it was told, or
    moved) is said to be just that, and nothing is made up for it.
    """
    if clock == Clock.FIXED or not follows(clock, minutes, days, calendar, start, due, zone, paused):
        return [
            _("This time was told to the customer: %(due)s.") % {"due": _moment(due, zone)},
            _("From %(start)s until then there are %(open)s of opening time.")
            % {"start": _moment(start, zone), "open": _length(working_time_between(calendar, start, due))},
        ]
    allowed = words.window(clock, minutes, days)
    unpaused = Window(clock, minutes, days).due(calendar, start, zone)
    match clock:
        case Clock.WALL:
            sentences = [
                _("%(window)s from %(start)s, every minute counted, day and night.")
                % {"window": allowed, "start": _moment(start, zone)}
            ]
        case Clock.CALENDAR_DAYS:
            sentences = [
                _("%(window)s after %(start)s, the day of receipt. Weekends and holidays count.")
                % {"window": allowed, "start": day_in_words(start.astimezone(zone).date())}
            ]
        case Clock.WORKING_DAYS:
            sentences = _working_days(allowed, calendar, start, unpaused, closed or {})
        case _:
            sentences = _working_time(allowed, calendar, start, unpaused, zone, closed or {})
    if paused > timedelta(0):
        sentences.append(
            _("That leads to %(unpaused)s; the clock stood still for %(paused)s of opening time.")
            % {"unpaused": _moment(unpaused, zone), "paused": _length(paused)}
        )
    # Where a language writes a day with a full stop, a sentence that ends with one has two.
    return [f"{one.rstrip('.')}." for one in (*sentences, _end(clock, calendar, due, zone))]


def follows(
    clock: str,
    minutes: int | None,
    days: int | None,
    calendar: WorkingCalendar,
    start: datetime,
    due: datetime,
    zone: ZoneInfo,
    paused: timedelta,
) -> bool:
    """Whether `due` is the window from `start`, moved on by what was `paused`; else it was told, or set otherwise."""
    if not (days if clock in {Clock.WORKING_DAYS, Clock.CALENDAR_DAYS} else minutes):
        return False
    try:
        return shift(calendar, Window(clock, minutes, days).due(calendar, start, zone), paused) == due
    except NoWorkingTime:
        return False


def _working_days(
    allowed: str, calendar: WorkingCalendar, start: datetime, due: datetime, closed: Mapping[date, str]
) -> list[str]:
    first = start.astimezone(calendar.zone).date()
    # A day that ends at 24:00 ends on the next date; it is still the day it began on.
    last = (due - timedelta(microseconds=1)).astimezone(calendar.zone).date()
    between = _days(first + timedelta(days=1), last)
    opens = [day for day in between if _intervals_of(calendar, day)]
    sentences = [
        _("%(window)s after %(start)s, the day of receipt: %(days)s.")
        % {"window": allowed, "start": day_in_words(first), "days": _list([day_in_words(day) for day in opens])}
    ]
    return sentences + _closed_between(calendar, between, closed)


def _working_time(
    allowed: str,
    calendar: WorkingCalendar,
    start: datetime,
    due: datetime,
    zone: ZoneInfo,
    closed: Mapping[date, str],
) -> list[str]:
    sentences = [_("%(window)s from %(start)s.") % {"window": allowed, "start": _moment(start, zone)}]
    if not is_open(calendar, start):
        opening = next_opening(calendar, start)
        sentences.append(
            _("We were closed then, so the time begins on %(opening)s.") % {"opening": _moment(opening, zone)}
        )
    by_day: dict[date, list[str]] = {}
    for opens, closes in opening_intervals(calendar, start, due):
        spans = by_day.setdefault(opens.astimezone(zone).date(), [])
        spans.append(f"{clock_time(opens, zone)}\u2013{clock_time(closes, zone)}")
    counted = [f"{day_in_words(day)} {', '.join(spans)}" for day, spans in by_day.items()]
    sentences.append(_("Counted: %(spans)s.") % {"spans": _list(counted, "; ")})
    between = _days(start.astimezone(calendar.zone).date(), due.astimezone(calendar.zone).date())
    return sentences + _closed_between(calendar, between, closed)


def _closed_between(calendar: WorkingCalendar, between: Iterable[date], closed: Mapping[date, str]) -> list[str]:
    shut = [day for day in between if not _intervals_of(calendar, day)]
    if not shut:
        return []
    named = [
        _("%(day)s (%(holiday)s)") % {"day": day_in_words(day), "holiday": closed[day]}
        if day in closed
        else day_in_words(day)
        for day in shut
    ]
    return [_("Closed and not counted: %(days)s.") % {"days": _list(named)}]


def _end(clock: str, calendar: WorkingCalendar, due: datetime, zone: ZoneInfo) -> str:
    local = due.astimezone(zone)
    if clock == Clock.CALENDAR_DAYS and local.time() == time(0):
        last = local.date() - timedelta(days=1)
        return _("Due at the end of %(day)s, 24:00 (%(place)s).") % {
            "day": day_in_words(last),
            "place": zone_in_words(zone),
        }
    told = {"due": _moment(due, zone), "place": zone_in_words(zone)}
    before = due - timedelta(microseconds=1)
    if clock in {Clock.WORKING_DAYS, Clock.WORKING_TIME} and is_open(calendar, before) and not is_open(calendar, due):
        return _("Due at closing, %(due)s (%(place)s).") % told
    return _("Due %(due)s (%(place)s).") % told


def _intervals_of(calendar: WorkingCalendar, day: date) -> list[tuple[datetime, datetime]]:
    midnight = datetime.combine(day, time(0), calendar.zone)
    return opening_intervals(calendar, midnight, datetime.combine(day + timedelta(days=1), time(0), calendar.zone))


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _list(items: list[str], between: str = ", ") -> str:
    if len(items) <= MOST_DAYS:
        return between.join(items)
    more = len(items) - MOST_DAYS + 1
    shown = items[: MOST_DAYS - 2]
    return between.join([*shown, ngettext("%(n)d more day", "%(n)d more days", more) % {"n": more}, items[-1]])


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    return _("%(day)s at %(time)s") % {
        "day": day_in_words(moment.astimezone(zone).date()),
        "time": clock_time(moment, zone),
    }


def _length(worked: timedelta) -> str:
    return compact_duration(worked, days=False)
