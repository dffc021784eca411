"""What every form for a message starts from, wherever it stands."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import Any

from django.utils import timezone

from people.audience import StaffRequest
from standards.models import CalendarVersion
from standards.terms import Kind
from standards.working_time import next_opening
from tickets.callbacks import USUAL_SLOT
from tickets.models import Commitment, Ticket


def around(found: Ticket) -> dict[str, Any]:
    """What the form of a message has to know beside what was typed."""
    promised = list(found.commitments.open().select_related("calendar_version").order_by("due_at", "pk"))
    return {"zone": timezone.get_current_timezone(), "open_promises": promised}


def call_chosen(request: StaffRequest, found: Ticket) -> Commitment | None:
    """The promised call that a form says it was, whatever has become of it since the form was shown."""
    value = request.POST.get("callback", "")
    return found.commitments.filter(kind=Kind.CALLBACK, pk=int(value)).first() if value.isdecimal() else None


def missed(request: StaffRequest, found: Ticket) -> Commitment | None:
    """The missed promise that a call is about (`?sorry=`), where there is one. A letter has a page of its own."""
    value = request.GET.get("sorry") or request.POST.get("sorry") or ""
    return found.commitments.to_the_customer().filter(pk=int(value)).first() if value.isdecimal() else None


def suggested(calendar: CalendarVersion, now: datetime, zone: tzinfo) -> dict[str, object]:
    """Next dates to start from, on days that have opening hours: tomorrow at a full hour, in the viewer's zone."""
    tomorrow = next_opening(calendar.working, now + timedelta(hours=24)).astimezone(zone)
    hour = tomorrow.replace(minute=0) + (timedelta(hours=1) if tomorrow.minute else timedelta(0))
    return {
        "contact_date": hour.date(),
        "contact_time": hour.time(),
        "call_date": hour.date(),
        "call_from": hour.time(),
        "call_until": (hour + USUAL_SLOT).time(),
        "wait_date": next_opening(calendar.working, tomorrow + timedelta(hours=48)).astimezone(zone).date(),
    }
