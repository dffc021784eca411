"""Two tickets of one customer become one: which, and what would become of everything that is owed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as toasts
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from desk.viewer import visible_ticket
from people.audience import StaffRequest, staff
from tickets.actions import merging
from tickets.models import Ticket

# So many of a customer's other tickets can be chosen, the open ones first.
MOST = 20


@staff
@require_safe
def choose(request: StaffRequest, number: int) -> HttpResponse:
    """The customer's other tickets, to choose the one that this goes on in."""
    found = visible_ticket(request, number)
    others = _others(request, found).order_by("resolved_at", "-opened_at")[:MOST]
    return render(request, "desk/merge.html", {"ticket": found, "others": others, **_clock()})


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: StaffRequest, number: int, into: int) -> HttpResponse:
    """What would become of everything that is owed; sent, the ticket goes on in the other one."""
    found = visible_ticket(request, number)
    stays = get_object_or_404(_others(request, found), number=into)
    clock, refusal = _clock(), ""
    try:
        if request.method == "POST":
            merging.merge(found, stays, by=request.user, now=clock["now"])
            toasts.success(request, _("Merged. Both go on here."))
            return redirect("desk:ticket", into)
        merging.check(found, stays)
    except ValidationError as why:
        refusal = " ".join(why.messages)
    fates = [] if refusal else merging.what_happens(found, stays, now=clock["now"])
    context = {"ticket": found, "into": stays, "refusal": refusal, "fates": fates, **clock}
    return render(request, "desk/merge_into.html", context, status=422 if request.method == "POST" else 200)


def _others(request: StaffRequest, ticket: Ticket) -> QuerySet[Ticket]:
    """What else the viewer may see of the same customer; tickets of two customers are never merged."""
    others = Ticket.objects.visible_to(request.user).filter(customer=ticket.customer, merged_into=None)
    return others.exclude(pk=ticket.pk)


def _clock() -> dict[str, Any]:
    return {"now": timezone.now(), "zone": timezone.get_current_timezone_name()}
