"""The public front: who we are, when we are open, what we promise, how to reach us."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_info, get_supported_language_variant, override
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from people.audience import public
from people.models import Organisation
from standards import holidays, week
from standards.models import CalendarVersion, StandardVersion
from standards.opening_hours import WEEKDAYS
from standards.working_time import opening_intervals
from ui.formats import clock_time, day_in_words, moment_in_words

AHEAD = timedelta(days=366)
MOST_DATES = 12


@public
@require_safe
def root(request: HttpRequest) -> HttpResponse:
    """To the front page in the first language that the browser asks for and we write."""
    organisation = Organisation.objects.first()
    if organisation is None:
        return _not_set_up(request)
    response = redirect("portal:front", _preferred(request, organisation))
    patch_vary_headers(response, ["Accept-Language"])
    return response


@public
@require_safe
@cache_control(public=True, max_age=60)
def front(request: HttpRequest, language: str) -> HttpResponse:
    """The front page in `language`; the address alone decides, so that links and caches are stable."""
    organisation = Organisation.objects.first()
    if organisation is None:
        return _not_set_up(request)
    if language not in organisation.languages:
        raise Http404
    now = timezone.now()
    with override(language), timezone.override(organisation.zone_info):
        context = {
            "organisation": organisation,
            "language": language,
            "language_links": [
                (code, _own_name(code), reverse("portal:front", args=[code]), code == language)
                for code in organisation.languages
            ],
            "standards": StandardVersion.objects.in_force(now),
            "now": now,
            "site": settings.SITE_URL.rstrip("/"),
            **_opening(organisation, language, now),
        }
        response = render(request, "portal/front.html", context)
    response["Content-Language"] = language
    return response


def _not_set_up(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/not_set_up.html", status=503)


def _own_name(language: str) -> str:
    return get_language_info(language)["name_local"].capitalize()


def _preferred(request: HttpRequest, organisation: Organisation) -> str:
    for code, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()):
        try:
            language = get_supported_language_variant(code)
        except LookupError:
            continue
        if language in organisation.languages:
            return language
    return organisation.language


def _opening(organisation: Organisation, language: str, now: datetime) -> dict[str, Any]:
    """The hours of the team that catches everything, whether it is open now, and the exceptions ahead."""
    version = (
        CalendarVersion.objects.filter(calendar__team_calendars__team=organisation.default_team_id)
        .order_by("-number")
        .first()
    )
    if version is None:
        return {"week": []}
    working, today = version.working, now.astimezone(organisation.zone_info).date()
    named = holidays.named(version.holiday_country, version.holiday_region, language, today, today + AHEAD)
    different = {day: _("closed, %(holiday)s") % {"holiday": name} for day, name in named if _closes(version, day)}
    different |= {date.fromisoformat(day): week.show_spans(spans) for day, spans in version.date_hours.items()}
    ahead = sorted(day for day in different if day >= today)[:MOST_DATES]
    return {
        "week": week.week_table(version.hours),
        "different": [(day_in_words(day, today), different[day]) for day in ahead],
        "open_now": _open_now(opening_intervals(working, now, now + AHEAD), now),
    }


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
