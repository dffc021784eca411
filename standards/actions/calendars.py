"""Opening hours: a calendar is named once, its hours change by another version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from people.models import Team, User
from people.zones import check_zone
from standards.holidays import check_place, frozen_dates
from standards.models import Calendar, CalendarVersion, TeamCalendar
from standards.week import Spans, check_named, check_week

_HOURS = ("zone", "hours", "date_hours", "holiday_country", "holiday_region", "holidays_off", "holidays")


@transaction.atomic
def make(
    *,
    name: str,
    zone: str,
    hours: Mapping[str, Spans],
    date_hours: Mapping[str, Spans] | None = None,
    country: str = "",
    region: str = "",
    holidays_off: Iterable[str] = (),
    by: User | None = None,
    now: datetime,
) -> Calendar:
    """A calendar with its first hours, like `{"mon": [["08:00", "12:00"], ["13:00", "16:00"]]}`.

    `holidays_off` are ISO dates of holidays on which there is work as on any other day.
    """
    calendar = Calendar(name=name.strip())
    _check_name(calendar)
    version = _version(zone, hours, date_hours or {}, country, region, holidays_off, now)
    calendar.save()
    _add(calendar, version, number=1, by=by, now=now)
    return calendar


@transaction.atomic
def change(
    calendar: Calendar,
    *,
    name: str,
    zone: str,
    hours: Mapping[str, Spans],
    date_hours: Mapping[str, Spans] | None = None,
    country: str = "",
    region: str = "",
    holidays_off: Iterable[str] = (),
    based_on: int | None = None,
    by: User | None = None,
    now: datetime,
) -> CalendarVersion:
    """The calendar's hours from now on: another version, or the newest one where they are the same.

    What runs keeps the hours it started with. `based_on` is the number of the version that the
    person saw; where somebody else has made another one meanwhile, the change is refused.
    """
    calendar = Calendar.objects.select_for_update(no_key=True).get(pk=calendar.pk)
    calendar.name = name.strip()
    _check_name(calendar)
    calendar.save()
    version = proposed(
        calendar, zone=zone, hours=hours, date_hours=date_hours, country=country, region=region,
        holidays_off=holidays_off, based_on=based_on, now=now,
    )  # fmt: skip
    if version.pk is not None:
        return version
    return _add(calendar, version, number=calendar.current.number + 1, by=by, now=now)


def proposed(
    calendar: Calendar,
    *,
    zone: str,
    hours: Mapping[str, Spans],
    date_hours: Mapping[str, Spans] | None = None,
    country: str = "",
    region: str = "",
    holidays_off: Iterable[str] = (),
    based_on: int | None = None,
    now: datetime,
) -> CalendarVersion:
    """What `change` would make of that, not saved; the newest version where nothing changes. Refusals as there."""
    newest = calendar.current
    version = _version(zone, hours, date_hours or {}, country, region, holidays_off, now)
    if all(getattr(newest, field) == getattr(version, field) for field in _HOURS):
        return newest
    if based_on is not None and based_on != newest.number:
        raise ValidationError(
            _("%(who)s changed these hours while you were here. Open them again and repeat your change.")
            % {"who": newest.made_by or _("Somebody")}
        )
    version.calendar = calendar
    return version


@transaction.atomic
def assign(team: Team, calendar: Calendar) -> TeamCalendar:
    """From now on `team` works by `calendar`; what runs keeps the hours it started with."""
    assigned, _made = TeamCalendar.objects.update_or_create(team=team, defaults={"calendar": calendar})
    return assigned


def _check_name(calendar: Calendar) -> None:
    calendar.full_clean(validate_unique=False, validate_constraints=False)
    if Calendar.objects.filter(name__iexact=calendar.name).exclude(pk=calendar.pk).exists():
        raise ValidationError({"name": _("There is a calendar with this name already.")})


def _version(
    zone: str,
    hours: Mapping[str, Spans],
    date_hours: Mapping[str, Spans],
    country: str,
    region: str,
    holidays_off: Iterable[str],
    now: datetime,
) -> CalendarVersion:
    check_zone(zone)
    check_place(country, region)
    check_week(hours)
    for day, spans in date_hours.items():
        check_named(day, spans)
    off = sorted(set(holidays_off)) if country else []
    version = CalendarVersion(
        zone=zone,
        hours={day: _plain(spans) for day, spans in hours.items() if spans},
        date_hours={day: _plain(spans) for day, spans in sorted(date_hours.items())},
        holiday_country=country,
        holiday_region=region,
        holidays_off=off,
        holidays=frozen_dates(country, region, now.astimezone(ZoneInfo(zone)).date(), off),
    )
    try:
        version.working  # noqa: B018  reading it says what is wrong with the hours
    except ValueError as problem:
        raise ValidationError({"hours": str(problem)}) from None
    return version


def _plain(spans: Iterable[Iterable[Any]]) -> Spans:
    return [[start, end] for start, end in spans]


def _add(
    calendar: Calendar, version: CalendarVersion, *, number: int, by: User | None, now: datetime
) -> CalendarVersion:
    version.calendar, version.number, version.made_by, version.made_at = calendar, number, by, now
    version.save(force_insert=True)
    return version
