"""Addresses that get no mail, or none of one kind: which, why and since when; and letting mail leave to one again."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from desk import keyset
from desk.forms.refusal import attempt
from mail import actions
from mail.models import Suppression
from people.audience import StaffRequest, administrators

PAGE = 50


@administrators
@require_safe
def addresses(request: StaffRequest) -> HttpResponse:
    """Those in force, or (`?lifted`) those lifted, with who did and why; `?q=` part of an address; newest first."""
    lifted, after, asked = "lifted" in request.GET, request.GET.get("after", ""), request.GET.get("q", "").strip()
    found = Suppression.objects.filter(lifted_at__isnull=not lifted).select_related("lifted_by")
    if asked:
        found = found.filter(address__icontains=asked)
    rows, goes_on = keyset.page(found, "-at", after, PAGE)
    context = {
        "section": "settings",
        "setting": "stopped",
        "rows": rows,
        "lifted": lifted,
        "q": asked,
        "next": goes_on,
        "is_continued": bool(after),
        "now": timezone.now(),
    }
    return render(request, "desk/settings/stopped_addresses.html", context)


@administrators
@require_POST
def lift(request: StaffRequest, pk: int) -> HttpResponse:
    """Mail to one may leave again; the reason stays on record."""
    stopped = get_object_or_404(Suppression, pk=pk)
    because = request.POST.get("because", "")
    attempt(
        request, lambda: actions.lift(stopped, because=because, by=request.user, now=timezone.now()),
        _("Mail to %(address)s may leave again.") % {"address": stopped.address},
    )  # fmt: skip
    return redirect("desk:stopped-addresses")
