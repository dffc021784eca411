"""When we are open: the hours of the team that catches everything, and the days ahead that are different."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from people.models import Organisation
from standards import holidays, week
from standards.models import CalendarVersion
from standards.opening_hours import WEEKDAYS
from standards.working_time import opening_intervals
from ui.formats import clock_time, day_in_words, moment_in_words

AHEAD = timedelta(days=366)
MOST_DATES = 12


@dataclass(frozen=True)
class Opening:
    """What is said about the hours; all of it is empty where nobody has given any."""

    week: tuple[tuple[str, str], ...] = ()
    different: tuple[tuple[str, str], ...] = ()
    open_now: str = ""


def read(organisation: Organisation, language: str, now: datetime) -> Opening:
    """The hours as they are at `now`, in words. One query."""
    version = (
        CalendarVersion.objects.filter(calendar__team_calendars__team=organisation.default_team_id)
        .order_by("-number")
        .first()
    )
    if version is None:
        return Opening()
    working, today = version.working, now.astimezone(organisation.zone_info).date()
    named = holidays.named(version.holiday_country, version.holiday_region, language, today, today + AHEAD)
    different = {day: _("closed, %(holiday)s") % {"holiday": name} for day, name in named if _closes(version, day)}
    different |= {date.fromisoformat(day): week.show_spans(spans) for day, spans in version.date_hours.items()}
    ahead = sorted(day for day in different if day >= today)[:MOST_DATES]
    return Opening(
        week=tuple(week.week_table(version.hours)),
        different=tuple((day_in_words(day, today), different[day]) for day in ahead),
        open_now=_open_now(opening_intervals(working, now, now + AHEAD), now),
    )


def _closes(version: CalendarVersion, day: date) -> bool:
    # Holidays on days that are closed anyway are no news.
    return day.isoformat() in version.holidays and WEEKDAYS[day.weekday()] in version.hours


def _open_now(intervals: list[tuple[datetime, datetime]], now: datetime) -> str:
    if not intervals:
        return ""
    opens, closes = intervals[0]
    if opens > now:
        return _("closed now, open again %(moment)s") % {"moment": moment_in_words(opens, now)}
    if timezone.localdate(closes) == timezone.localdate(now):
        return _("open until %(time)s") % {"time": clock_time(closes)}
    return _("open now")
