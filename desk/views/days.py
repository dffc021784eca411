"""What a day holds already, while somebody chooses it for a promise."""

from __future__ import annotations

from datetime import datetime, time

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from desk import days, week
from desk.load import MINUTES_EACH
from desk.viewer import visible_commitment, visible_ticket
from people.audience import StaffRequest, staff
from ui.responses import unchanged

# As the forms call the day: of the next contact, a promised call, and a promise in words.
_NAMES = ("contact_date", "call_date", "promise_date")


@staff
@require_safe
def load(request: StaffRequest) -> HttpResponse:
    """How full the coming days of everybody are in the teams that one may see."""
    now = timezone.now()
    seen = week.read(request.user, now=now, zone=timezone.get_current_timezone())
    return render(
        request, "desk/load.html", {"section": "horizon", "week": seen, "minutes_each": MINUTES_EACH, "now": now}
    )


@staff
@require_safe
def of_ticket(request: StaffRequest, number: int) -> HttpResponse:
    """The day of whoever will answer for what is promised on the ticket; nothing where no day is chosen yet."""
    due_at = _noon(next((request.GET[name] for name in _NAMES if request.GET.get(name)), ""))
    if due_at is None:
        return unchanged()
    ticket = visible_ticket(request, number)
    day = days.of_ticket(ticket, due_at, by=request.user, now=timezone.now())
    return render(request, "desk/_day.html", {"day": day})


@staff
@require_safe
def of_commitment(request: StaffRequest, commitment_id: int) -> HttpResponse:
    """The day to which a promise is about to be moved."""
    due_at = _noon(request.GET.get("date", ""))
    if due_at is None:
        return unchanged()
    commitment = visible_commitment(request, commitment_id)
    return render(request, "desk/_day.html", {"day": days.of_moved(commitment, due_at, now=timezone.now())})


def _noon(text: str) -> datetime | None:
    try:
        day = forms.DateField().clean(text)
    except ValidationError:
        return None
    return datetime.combine(day, time(12), timezone.get_current_timezone())
