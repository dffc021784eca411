"""Tickets that never were requests: putting one away with its reason, and the list of them, for the whole team."""

from __future__ import annotations

from django.contrib import messages as toasts
from django.core.exceptions import ValidationError
from django.db.models import Count, OuterRef, Q, Subquery
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from desk.forms.refusal import attempt
from desk.forms.tickets import SetAsideForm
from desk.viewer import visible_ticket
from people.audience import StaffRequest, staff
from tickets.actions import setting_aside
from tickets.models import Event, Ticket

MOST = 100


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def set_aside(request: StaffRequest, number: int) -> HttpResponse:
    """Say that it never was a request. What is overdue on it only a lead or manager can void."""
    found, now, refusal = visible_ticket(request, number), timezone.now(), ""
    form = SetAsideForm(request.POST or None)
    try:
        if request.method == "POST" and form.is_valid():
            setting_aside.set_aside(found, form.cleaned_data["why"], by=request.user, now=now)
            toasts.success(request, _("Set aside. It stays on the record with its reason."))
            return redirect("desk:ticket", number)
        setting_aside.check(found, by=request.user, now=now)
    except ValidationError as why:
        refusal = " ".join(why.messages)
    owed = list(found.commitments.open().order_by("due_at"))
    late = [row for row in owed if row.is_overdue(now)]
    context = {
        "ticket": found, "form": form, "refusal": refusal, "owed": len(owed) - len(late), "late": len(late), "now": now,
        "zone": timezone.get_current_timezone_name(),
    }  # fmt: skip
    return render(request, "desk/set_aside.html", context, status=422 if request.method == "POST" else 200)


@staff
@require_POST
def take_up(request: StaffRequest, number: int) -> HttpResponse:
    """It was a request after all; the clocks count from when it came."""
    found = visible_ticket(request, number)
    attempt(
        request, lambda: setting_aside.take_up_again(found, by=request.user, now=timezone.now()),
        _("Taken up. The due times count from when it came."),
    )  # fmt: skip
    return redirect("desk:ticket", number)


@staff
@require_safe
def listed(request: StaffRequest) -> HttpResponse:
    """What was set aside, by whom and why, and how many misses no longer count for it: for everybody in the team."""
    by = Event.objects.filter(ticket=OuterRef("pk"), kind="ticket.set_aside").order_by("-pk").values("by__name")[:1]
    voided = Count(
        "commitments", filter=Q(commitments__voided_at__isnull=False, commitments__approved_by__isnull=False)
    )
    tickets = Ticket.objects.visible_to(request.user).exclude(set_aside_why="").select_related("customer")
    rows = tickets.annotate(set_aside_by=Subquery(by), voided=voided).order_by("-resolved_at")[:MOST]
    context = {"rows": rows, "now": timezone.now(), "zone": timezone.get_current_timezone_name()}
    return render(request, "desk/set_aside_list.html", context)
