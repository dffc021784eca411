"""Promises to look at early."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from desk import early
from people.audience import StaffRequest, staff


@staff
@require_safe
def promises(request: StaffRequest) -> HttpResponse:
    """What will probably be missed although it is not due soon; `?whose=mine` only what the viewer answers for."""
    now, mine = timezone.now(), request.GET.get("whose") == "mine"
    context = {
        "section": "horizon",
        "board": early.look(request.user, mine=mine, now=now),
        "mine": mine,
        "now": now,
        "zone": timezone.get_current_timezone_name(),
    }
    return render(request, "desk/early.html", context)
