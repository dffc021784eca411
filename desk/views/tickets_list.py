"""The ticket list, and finding the one that is meant."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_htmx.http import replace_url

from desk import ticket_list
from desk.filters import ANY, TicketFilter
from people.audience import StaffRequest, staff
from tickets.models import Ticket
from ui.responses import fragment


@staff
@require_safe
def tickets(request: StaffRequest) -> HttpResponse:
    """The page. Empty parts of the form do not stay in its address."""
    asked = _asked(request)
    if len(asked) < len(request.GET):
        return redirect(_address(asked))
    return render(request, "desk/tickets.html", _list(request, asked))


@staff
@require_safe
def results(request: StaffRequest) -> HttpResponse:
    """The list alone, while somebody types or chooses; the address follows."""
    asked = _asked(request)
    return replace_url(fragment(request, "desk/_tickets.html", _list(request, asked)), _address(asked))


def _asked(request: StaffRequest) -> QueryDict:
    """What is asked for: known filters with something in them, and the place in the list."""
    asked = QueryDict(mutable=True)
    for name in [*TicketFilter.base_filters, "after"]:
        if value := request.GET.get(name, "").strip():
            asked[name] = value
    return asked


def _address(asked: QueryDict) -> str:
    query = asked.urlencode()
    return reverse("desk:tickets") + (f"?{query}" if query else "")


def _list(request: StaffRequest, asked: QueryDict) -> dict[str, Any]:
    now = timezone.now()
    filters = TicketFilter(asked, Ticket.objects.visible_to(request.user), viewer=request.user)
    found = ticket_list.read(filters, now=now, after=asked.get("after", ""))
    without_place, other_state = asked.copy(), asked.copy()
    without_place.pop("after", None)
    for name in ("after", "state"):
        other_state.pop(name, None)
    return {
        "section": "tickets",
        "filters": filters,
        "form": filters.form,
        "list": found,
        "is_filtered": any(name not in {"after", "state"} for name in asked),
        "state": asked.get("state", ""),
        "any": ANY,
        "next": f"{without_place.urlencode()}&after={found.after}".lstrip("&") if found.after else "",
        "other_state": other_state.urlencode(),
        "more_is_open": any(name in asked for name in ("category", "type", "priority", "channel")),
        "is_continued": "after" in asked,
        "first": without_place.urlencode(),
        "now": now,
    }
