"""Last calls: saying that one was seen, and the managers' list of those that nobody has taken up."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from desk import last_calls as listed
from desk.viewer import visible_commitment
from desk.views.commitments import changed
from people.audience import StaffRequest, managers, staff
from tickets.actions import last_calls
from ui.responses import Toast


@staff
@require_POST
def seen(request: StaffRequest, commitment_id: int) -> HttpResponse:
    """The viewer has seen the last call of a promise that they answer for, or that a colleague of their team does."""
    commitment = visible_commitment(request, commitment_id)
    now = timezone.now()
    try:
        last_calls.see(commitment, by=request.user, now=now)
        toast = Toast(_("It is noted that you have seen it."))
    except ValidationError as refusal:
        toast = Toast(" ".join(refusal.messages), alert=True)
    return changed(request, commitment, toast, now=now)


@managers
@require_safe
def not_taken_up(request: StaffRequest) -> HttpResponse:
    """The list, by team."""
    now = timezone.now()
    context = {
        "section": "horizon",
        "teams": listed.look(request.user, now=now),
        "now": now,
        "zone": timezone.get_current_timezone_name(),
    }
    return render(request, "desk/last_calls.html", context)
