"""When we are open, and trying out what falls due when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from desk.forms.refusal import carry_out, posted
from desk.forms.settings_calendars import AHEAD, CalendarForm, DueTestForm
from people.audience import StaffRequest, administrators
from people.models import Organisation, User
from standards import holidays as public_holidays
from standards import week
from standards.actions import calendars as actions
from standards.due import Window
from standards.explain import why_due
from standards.models import Calendar, CalendarVersion
from standards.stretches import MOST, stretches
from standards.terms import Clock
from standards.working_time import NoWorkingTime
from tickets.actions import new_hours
from tickets.actions.new_hours import Moved
from ui.formats import day_in_words

SETTING = {"section": "settings", "setting": "calendars"}
MOST_SHOWN = 100
# What the form calls fields that the action calls otherwise.
AT = {"holiday_country": "country", "holiday_region": "region"}


@administrators
@require_safe
def calendars(request: StaffRequest) -> HttpResponse:
    """All calendars with the hours that hold now."""
    newest = Prefetch(
        "versions", CalendarVersion.objects.order_by("calendar_id", "-number").distinct("calendar_id"), to_attr="newest"
    )
    found = Calendar.objects.prefetch_related(newest, "team_calendars__team")
    shown = [(calendar, calendar.newest[0], week.week_table(calendar.newest[0].hours)) for calendar in found]
    return render(request, "desk/settings/calendars.html", {**SETTING, "calendars": shown})


@administrators
@require_safe
def calendar(request: StaffRequest, pk: int) -> HttpResponse:
    """One calendar: its hours, its holidays, earlier versions, and a due time to try out."""
    one = get_object_or_404(Calendar.objects.prefetch_related("team_calendars__team"), pk=pk)
    version, now = one.current, timezone.now()
    zone = ZoneInfo(version.zone)
    local = now.astimezone(zone)
    beginning = {"start_date": local.date(), "start_time": local.time(), "amount": 8, "unit": "working_hours"}
    form = DueTestForm(request.GET if "amount" in request.GET else None, initial=beginning)
    tried = form.is_bound and form.is_valid()
    context = {
        **SETTING,
        "calendar": one,
        "version": version,
        "now": now,
        "week": week.week_table(version.hours),
        "dates": week.date_table(version.date_hours, local.date()),
        "holidays": _holidays(version, local.date()),
        "versions": one.versions.select_related("made_by"),
        "by_earlier_hours": new_hours.by_earlier_hours(one).count(),
        "form": form,
        "trial": _trial(form, version, zone) if tried else None,
    }
    return render(request, "desk/settings/calendar.html", context, status=422 if form.errors else 200)


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def new_calendar(request: StaffRequest) -> HttpResponse:
    """A new calendar."""
    now = timezone.now()
    form = CalendarForm(
        posted(request), initial=CalendarForm.new(Organisation.objects.the()), today=timezone.localdate(now)
    )
    if request.method == "POST" and not _only_looking(request):
        made = carry_out(form, lambda fields: actions.make(**_values(fields), by=request.user, now=now), AT)
        if made:
            messages.success(request, _("Calendar %(name)s is here.") % {"name": made})
            return redirect("desk:calendar", made.pk)
    return _form_page(request, form)


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def hours(request: StaffRequest, pk: int) -> HttpResponse:
    """Change the hours: what is saved is another version. What runs and would move is shown before, for a choice."""
    one, now = get_object_or_404(Calendar, pk=pk), timezone.now()
    version = one.current
    form = CalendarForm(
        posted(request), initial=CalendarForm.of(one, version), today=timezone.localdate(now), version=version
    )
    if request.method != "POST" or _only_looking(request):
        return _form_page(request, form, one)
    chosen = Choice.of(request.POST)
    found = carry_out(form, lambda fields: _would_move(one, fields, now), AT)
    if found is None:
        return _form_page(request, form, one)
    if found and (chosen is None or chosen.seen != len(found)):
        context = {
            **SETTING, **_moves(found), "form": form, "calendar": one, "now": now, "is_stale": chosen is not None,
            "typed": [(name, one) for name, values in request.POST.lists() if name in form.fields for one in values],
        }  # fmt: skip
        return render(request, "desk/settings/calendar_preview.html", context)
    moved = carry_out(form, lambda fields: _save(one, fields, chosen, by=request.user, now=now), AT)
    if moved is None:
        return _form_page(request, form, one)
    messages.success(request, _said(moved) if moved else _("The hours are saved. What runs keeps those it began with."))
    return redirect("desk:calendar", one.pk)


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def running(request: StaffRequest, pk: int) -> HttpResponse:
    """What runs by earlier hours and would be due at another time by the newest: left as told, or moved on purpose."""
    one, now = get_object_or_404(Calendar, pk=pk), timezone.now()
    if request.method == "POST":
        try:
            moved = new_hours.follow(one, seen=_number(request), by=request.user, now=now)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
            return redirect("desk:calendar-running", one.pk)
        messages.success(request, _said(moved))
        return redirect("desk:calendar", one.pk)
    found = new_hours.would_move(one, now=now)
    context = {**SETTING, **_moves(found), "calendar": one, "version": one.current, "now": now}
    return render(request, "desk/settings/calendar_running.html", context)


@administrators
@require_safe
def holidays(request: StaffRequest) -> HttpResponse:
    """The part of the form that depends on country and region."""
    form = CalendarForm(request.GET, today=timezone.localdate())
    return render(request, "desk/settings/_holidays.html", {"form": form})


@dataclass(frozen=True)
class Choice:
    """What is to happen with those that would move: whether they do, and how many the person saw."""

    moves: bool
    seen: int

    @staticmethod
    def of(sent: QueryDict) -> Choice | None:
        """What was chosen; None where nothing was asked yet."""
        if sent.get("running") not in {"keep", "move"}:
            return None
        return Choice(sent["running"] == "move", _whole(sent.get("seen", "")))


def _would_move(calendar: Calendar, fields: dict[str, Any], now: datetime) -> list[Moved]:
    values = {name: value for name, value in _values(fields).items() if name != "name"}
    version = actions.proposed(calendar, **values, based_on=fields["based_on"], now=now)
    return [] if version.pk else new_hours.would_move(calendar, now=now, hours=version)


@transaction.atomic
def _save(calendar: Calendar, fields: dict[str, Any], chosen: Choice | None, *, by: User, now: datetime) -> list[Moved]:
    """The hours are saved; those that move, if they are to, are returned."""
    saved = actions.change(calendar, **_values(fields), based_on=fields["based_on"], by=by, now=now)
    return new_hours.follow(calendar, seen=saved.number, by=by, now=now) if chosen and chosen.moves else []


def _moves(found: list[Moved]) -> dict[str, Any]:
    return {
        "moved": found[:MOST_SHOWN],
        "count": len(found),
        "more": max(len(found) - MOST_SHOWN, 0),
        "later": any(moved.due > moved.before for moved in found),
    }


def _said(moved: list[Moved]) -> str:
    told = ngettext("%(n)d promise has a new time.", "%(n)d promises have a new time.", len(moved))
    return told % {"n": len(moved)}


def _only_looking(request: StaffRequest) -> bool:
    # The buttons that show a country's regions and holidays where there are no scripts, and that lead back here.
    return "look" in request.POST or "back" in request.POST


def _number(request: StaffRequest) -> int:
    """The version that the person saw; what is no number was none."""
    return _whole(request.POST.get("seen", ""))


def _whole(written: str) -> int:
    return int(written) if written.isascii() and written.isdecimal() else 0


def _form_page(request: StaffRequest, form: CalendarForm, one: Calendar | None = None) -> HttpResponse:
    looking = _only_looking(request)
    context = {**SETTING, "form": form, "calendar": one, "looking": looking}
    status = 422 if not looking and form.errors else 200
    return render(request, "desk/settings/calendar_hours.html", context, status=status)


def _values(fields: dict[str, Any]) -> dict[str, Any]:
    names = ("name", "zone", "hours", "date_hours", "country", "region")
    return {**{name: fields[name] for name in names}, "holidays_off": fields["off"]}


def _holidays(version: CalendarVersion, today: date) -> list[tuple[str, str, bool]]:
    named = public_holidays.named(
        version.holiday_country, version.holiday_region, get_language() or "en", today, today + AHEAD
    )
    # A date that is not among the stored ones is one that a newer list of holidays has added.
    return [(day_in_words(day, today), name, day.isoformat() in version.holidays) for day, name in named]


def _trial(form: DueTestForm, version: CalendarVersion, zone: ZoneInfo) -> dict[str, Any]:
    said, start = form.cleaned_data, form.start(zone)
    organisation_zone = Organisation.objects.the().zone_info
    window = Window(said["clock"], said["window_minutes"], said["window_days"])
    try:
        due = window.due(version.working, start, organisation_zone)
    except NoWorkingTime:
        return {"due": None, "why": [_("The calendar is not open long enough in the ten years ahead.")]}
    shown_in = zone if window.clock != Clock.CALENDAR_DAYS else organisation_zone
    closed = version.holiday_names(start, due)
    way = stretches(window.clock, version.working, start, due, shown_in, closed)
    why = why_due(
        clock=window.clock,
        minutes=window.minutes,
        days=window.days,
        calendar=version.working,
        start=start,
        due=due,
        zone=shown_in,
        closed=closed,
    )
    return {"due": due, "why": why, "way": way[:MOST], "more": max(len(way) - MOST, 0)}
