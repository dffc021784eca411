"""What can be done to a commitment from any list."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from desk.drawing import draw
from desk.row_facts import row_of
from desk.rows import rows
from desk.viewer import visible_commitment
from desk.why import why as trail_in_words
from people.audience import StaffRequest, staff
from tickets.actions import handover, tickets
from tickets.models import Commitment
from ui.responses import Toast, done, fragment


@staff
@require_POST
def take(request: StaffRequest, commitment_id: int) -> HttpResponse:
    """Answer for a promise from now on. Of a ticket that nobody has, the whole ticket is taken."""
    commitment = visible_commitment(request, commitment_id)
    now = timezone.now()
    try:
        if commitment.ticket.owner_id is None and commitment.ticket.is_open and not commitment.is_internal:
            tickets.take(commitment.ticket, by=request.user, now=now)
        else:
            seen = request.POST.get("seen", "")
            handover.take(commitment, by=request.user, now=now, seen=int(seen) if seen.isdecimal() else None)
        toast = Toast(_("You answer for it now."))
    except ValidationError as refusal:
        toast = Toast(" ".join(refusal.messages), alert=True)
    return changed(request, commitment, toast, now=now)


def changed(request: StaffRequest, commitment: Commitment, toast: Toast, *, now: datetime) -> HttpResponse:
    """Back to the list that it was changed from; or only its row, as it is now."""
    if not request.htmx:
        return done(request, _back(request), toast=toast)
    row = rows([row_of(commitment)], viewer=request.user, now=now)
    return fragment(request, "desk/_rows.html", {"rows": draw(row, request=request, now=now)}, toast=toast)


@staff
@require_safe
def why(request: StaffRequest, commitment_id: int) -> HttpResponse:
    """The whole trail of a promise: why it is due then, who answered for it, and how it ended."""
    return render(request, "desk/why.html", _why(request, commitment_id))


@staff
@require_safe
def why_part(request: StaffRequest, commitment_id: int) -> HttpResponse:
    """The same as a part of another page."""
    return fragment(request, "desk/_why.html", {**_why(request, commitment_id), "is_part": True})


def _why(request: StaffRequest, commitment_id: int) -> dict[str, Any]:
    row, now = visible_commitment(request, commitment_id), timezone.now()
    zone = ZoneInfo(timezone.get_current_timezone_name())
    told = trail_in_words(row, viewer=request.user, now=now, zone=zone)
    return {"why": told, "commitment": told.commitment, "ticket": row.ticket, "now": now}


def _back(request: StaffRequest) -> str:
    address = request.POST.get("next", "")
    here = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if here else reverse("desk:horizon")
