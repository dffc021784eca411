"""What can be done to a commitment from any list."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from desk.drawing import draw
from desk.horizon import row_of
from desk.rows import rows
from desk.viewer import visible_commitment
from people.audience import StaffRequest, staff
from tickets.actions import handover, tickets
from ui.responses import Toast, done, fragment


@staff
@require_POST
def take(request: StaffRequest, commitment_id: int) -> HttpResponse:
    """Answer for a promise from now on. Of a ticket that nobody has, the whole ticket is taken."""
    commitment = visible_commitment(request, commitment_id)
    now = timezone.now()
    try:
        if commitment.ticket.owner_id is None and commitment.ticket.is_open:
            tickets.take(commitment.ticket, by=request.user, now=now)
        else:
            seen = request.POST.get("seen", "")
            handover.take(commitment, by=request.user, now=now, seen=int(seen) if seen.isdecimal() else None)
        toast = Toast(_("You answer for it now."))
    except ValidationError as refusal:
        toast = Toast(" ".join(refusal.messages), alert=True)
    if not request.htmx:
        return done(request, _back(request), toast=toast)
    row = rows([row_of(commitment)], viewer=request.user, now=now)
    return fragment(request, "desk/_rows.html", {"rows": draw(row, request=request, now=now)}, toast=toast)


def _back(request: StaffRequest) -> str:
    address = request.POST.get("next", "")
    here = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if here else reverse("desk:horizon")
