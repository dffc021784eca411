"""Moments and durations in words, in the language that is active.

A moment is told absolutely first ("Thu 26 Nov, 16:00"); how long that is from now comes second, in its own words.
Weekdays and months come from the Unicode locale data, because they change with the case that a language asks for.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_day_names, get_timezone_location
from django.utils import timezone
from django.utils.formats import get_format_modules, number_format
from django.utils.translation import get_language, ngettext, to_locale
from django.utils.translation import gettext as _

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def moment_in_words(moment: datetime, now: datetime, zone: str | tzinfo | None = None) -> str:
    """ "today 11:00", "tomorrow 09:00", "Thu 26 Nov, 16:00"; with the year when it is not this year.

    `zone` is the reader's; without one it is the active time zone.
    """
    local, today = _local(moment, zone), _local(now, zone).date()
    time = _clock(local)
    if local.date() == today:
        return _("today %(time)s") % {"time": time}
    if local.date() == today + DAY:
        return _("tomorrow %(time)s") % {"time": time}
    if local.date() == today - DAY:
        return _("yesterday %(time)s") % {"time": time}
    return _("%(day)s, %(time)s") % {"day": day_in_words(local.date(), today), "time": time}


def short_moment(moment: datetime, now: datetime, zone: str | tzinfo | None = None) -> str:
    """For boards of one day or week: "11:00" today, "Fri 15:00" within six days, otherwise the day and the time."""
    local, today = _local(moment, zone), _local(now, zone).date()
    if local.date() == today:
        return _clock(local)
    if abs(local.date() - today) < timedelta(days=7):
        return _("%(weekday)s %(time)s") % {"weekday": _pattern("WEEKDAY", local.date()), "time": _clock(local)}
    return _("%(day)s, %(time)s") % {"day": day_in_words(local.date(), today), "time": _clock(local)}


def day_in_words(day: date, today: date | None = None) -> str:
    """ "Tue 24 Nov", with the year when it is not that of `today`."""
    return _pattern("DAY" if today is None or day.year == today.year else "DAY_OF_ANOTHER_YEAR", day)


def short_day(day: date) -> str:
    """ "28 Sep": for the axis of a chart."""
    return _pattern("SHORT_DAY", day)


def weekday_in_words(number: int) -> str:
    """ "Monday" for 0, with a small letter where the language has one inside a sentence."""
    return get_day_names("wide", "stand-alone", _locale())[number]


def long_day(day: date, today: date | None = None) -> str:
    """ "Tuesday 24 November 2026"; without the year when `today` is given and in the same year."""
    return _pattern("LONG_DAY_OF_THIS_YEAR" if today and day.year == today.year else "LONG_DAY", day)


def month_in_words(month: date, *, within: bool = False) -> str:
    """ "October 2026"; `within` is for a place after "in", where some languages change the month."""
    changed = _patterns(_locale()).get("MONTHS_WITHIN") if within else None
    pattern = _patterns(_locale())["MONTH"]
    if changed:
        pattern = pattern.replace("LLLL", f"'{changed.split()[month.month - 1]}'")
    return format_date(month, pattern, locale=_locale())


def short_month(month: date) -> str:
    """ "Oct", for a chart."""
    return format_date(month, "LLL", locale=_locale())


def long_date(moment: datetime, zone: str | tzinfo | None = None, *, by: bool = False) -> str:
    """What is written to a customer: "Tuesday 24 November 2026, 12:00 (Zagreb time)".

    `by` is for a place after "by" or "until", where some languages change the weekday.
    """
    local = _local(moment, zone)
    return _("%(day)s, %(time)s (%(zone)s)") % {
        "day": _pattern("LONG_DAY", local.date(), by=by),
        "time": _clock(local),
        "zone": zone_in_words(zone),
    }


def long_slot(starts_at: datetime, ends_at: datetime, zone: str | tzinfo | None = None) -> str:
    """What is written to a customer: "Thursday 26 November 2026 between 10:00 and 10:30 (Zagreb time)"."""
    return _("%(day)s between %(from)s and %(until)s (%(zone)s)") % {
        "day": _pattern("LONG_DAY", _local(starts_at, zone).date()),
        "from": clock_time(starts_at, zone),
        "until": clock_time(ends_at, zone),
        "zone": zone_in_words(zone),
    }


def short_slot(starts_at: datetime, ends_at: datetime, now: datetime, zone: str | tzinfo | None = None) -> str:
    """ "today 10:00 to 10:30", "Thu 26 Nov, 10:00 to 10:30"."""
    return _("%(begins)s to %(ends)s") % {
        "begins": moment_in_words(starts_at, now, zone), "ends": clock_time(ends_at, zone)
    }  # fmt: skip


def clock_time(moment: datetime, zone: str | tzinfo | None = None) -> str:
    """ "09:05": the time of day alone."""
    return _clock(_local(moment, zone))


def zone_in_words(zone: str | tzinfo | None = None) -> str:
    """ "Zagreb time"; "UTC" for that one."""
    name = str(_zone(zone))
    if name in {"UTC", "Etc/UTC"}:
        return "UTC"
    return _("%(city)s time") % {"city": _city(name, _locale())}


def duration_in_words(duration: timedelta) -> str:
    """ "2 hours 10 minutes", in the two largest units, days being 24 hours; "less than a minute" below one."""
    first, second = _two_units(duration, days=True)
    if first is None:
        return _("less than a minute")
    if second is None:
        return _unit_in_words(*first)
    return _("%(larger)s %(smaller)s") % {"larger": _unit_in_words(*first), "smaller": _unit_in_words(*second)}


def compact_duration(duration: timedelta, *, days: bool = True) -> str:
    """ "18 m", "2 h 10 m", "3 d 5 h". Working time has no days of 24 hours: pass `days=False` for "29 h 10 m"."""
    minutes = int(abs(duration) / MINUTE)
    if days and minutes >= 24 * 60:
        number, rest = divmod(minutes // 60, 24)
        return (
            _("%(days)d d %(hours)d h") % {"days": number, "hours": rest}
            if rest
            else _("%(days)d d") % {"days": number}
        )
    hours, minutes = divmod(minutes, 60)
    if hours and minutes:
        return _("%(hours)d h %(minutes)d m") % {"hours": hours, "minutes": minutes}
    if hours:
        return _("%(hours)d h") % {"hours": hours}
    return _("%(minutes)d m") % {"minutes": minutes}


def time_left(moment: datetime, now: datetime) -> str:
    """ "in 18 m" before the moment, "37 m over" after it."""
    if moment >= now:
        if moment - now < MINUTE:
            return _("in less than a minute")
        return _("in %(time)s") % {"time": compact_duration(moment - now)}
    if now - moment < MINUTE:
        return _("just over")
    return _("%(time)s over") % {"time": compact_duration(now - moment)}


def time_ago(moment: datetime, now: datetime) -> str:
    """ "5 m ago"; "just now" within a minute and for moments to come."""
    if now - moment < MINUTE:
        return _("just now")
    return _("%(time)s ago") % {"time": compact_duration(now - moment)}


def of_hundred(share: Fraction, target: Fraction | None = None) -> str:
    """So many of a hundred, "96"; with a tenth where rounding would tell another story: "89.6", "99.9".

    Another story is nothing or all where it was not, or that a target was reached or not.
    """
    hundred = share * 100
    rounded = round(hundred)
    crosses = target is not None and (rounded >= target * 100) != (share >= target)
    if crosses or (rounded in {0, 100} and rounded != hundred):
        # Toward the middle: what is not all is never written as all.
        tenths = ceil(hundred * 10) if share < Fraction(1, 2) and not crosses else floor(hundred * 10)
        if tenths % 10:
            return number_format(Decimal(tenths) / 10, 1, use_l10n=True)
        rounded = tenths // 10
    return count_in_words(rounded)


def count_in_words(number: int) -> str:
    """ "1,281", grouped as the language groups."""
    return number_format(number, use_l10n=True, force_grouping=True)


def percent(share: Fraction | float) -> str:
    """ "92.6 %" for a share. Only all is 100 % and only nothing is 0 %: what is almost that is not rounded to it."""
    tenths = round(share * 1000)
    if share < 1:
        tenths = min(tenths, 999)
    if share > 0:
        tenths = max(tenths, 1)
    return f"{number_format(Decimal(tenths) / 10, 1, use_l10n=True)}\u00a0%"


def ticket_no(number: int) -> str:
    """ "T-1042"."""
    return f"T-{number}"


def ticket_number(written: str) -> int | None:
    """The number that somebody wrote, "T-1042" or "1042"; None where it is none of a ticket."""
    digits = written.strip().upper().removeprefix("T-")
    return int(digits) if digits.isdecimal() and len(digits) <= 9 else None


def initials(name: str) -> str:
    """At most two letters that stand for a name: "IP" for "Ivana Perić"."""
    words = [word for word in name.replace("-", " ").split() if word[0].isalnum()]
    return "".join(word[0] for word in (words if len(words) < 2 else [words[0], words[-1]])).upper()


def _two_units(duration: timedelta, *, days: bool) -> tuple[tuple[str, int] | None, tuple[str, int] | None]:
    minutes = int(abs(duration) / MINUTE)
    hours, minutes = divmod(minutes, 60)
    whole_days, hours = divmod(hours, 24) if days else (0, hours)
    parts = [(unit, n) for unit, n in (("day", whole_days), ("hour", hours), ("minute", minutes)) if n]
    if whole_days:
        parts = [part for part in parts if part[0] != "minute"]
    return (parts[0] if parts else None), (parts[1] if len(parts) > 1 else None)


def _unit_in_words(unit: str, number: int) -> str:
    if unit == "day":
        return ngettext("%(n)d day", "%(n)d days", number) % {"n": number}
    if unit == "hour":
        return ngettext("%(n)d hour", "%(n)d hours", number) % {"n": number}
    return ngettext("%(n)d minute", "%(n)d minutes", number) % {"n": number}


def _zone(zone: str | tzinfo | None) -> tzinfo:
    if zone is None:
        return timezone.get_current_timezone()
    return ZoneInfo(zone) if isinstance(zone, str) else zone


def _local(moment: datetime, zone: str | tzinfo | None) -> datetime:
    return moment.astimezone(_zone(zone))


def _clock(local: datetime) -> str:
    return f"{local:%H:%M}"


def _locale() -> str:
    return to_locale(get_language() or "en")


def _pattern(name: str, day: date, *, by: bool = False) -> str:
    locale = _locale()
    pattern = _patterns(locale)[name]
    changed = _patterns(locale).get("WEEKDAYS_AFTER_BY") if by else None
    if changed:
        pattern = pattern.replace("EEEE", f"'{changed.split()[day.weekday()]}'")
    if months := _patterns(locale).get("MONTHS_AFTER_DAY"):
        pattern = pattern.replace(" MMMM", f" '{months.split()[day.month - 1]}'")
    return format_date(day, pattern, locale=locale)


@lru_cache(maxsize=8)
def _patterns(locale: str) -> dict[str, str]:
    """The patterns that ui/formats_l10n/<language>/formats.py adds to Django's."""
    found: dict[str, str] = {}
    for module in reversed(get_format_modules(get_language() or "en")):
        found |= {name: value for name, value in vars(module).items() if name.isupper() and isinstance(value, str)}
    return found


@lru_cache(maxsize=512)
def _city(name: str, locale: str) -> str:
    return get_timezone_location(ZoneInfo(name), locale=locale, return_city=True)
