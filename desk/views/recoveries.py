"""Owning a miss: prepared, told on one page, and followed until the fix; and what is changed so that it stays one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib import messages as toasts
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from desk import recovery_page
from desk.forms.recovery import RecoveryForm, SkipRecoveryForm
from desk.forms.refusal import attempt
from desk.recovery_page import RecoveryPage
from desk.ticket_page import place
from followups.actions import owning, preventing, recoveries
from followups.models import PreventionAction, Recovery
from people.audience import StaffRequest, staff
from people.models import User
from tickets.models import Commitment, Ticket

# So long what was done is listed.
SHOWN_FOR = timedelta(days=90)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: StaffRequest, commitment_id: int) -> HttpResponse:
    """Prepare, write and send. Whatever is pressed, all that was typed is kept first."""
    now = timezone.now()
    recovery = _recovery(request, commitment_id, now=now)
    if request.method != "POST":
        page = recovery_page.read(recovery, user=request.user, now=now)
        return _shown(request, page, _form(page), status=200)
    recovery = recoveries.open_now(recovery.commitment, now=now)
    form = RecoveryForm(request.POST, zone=timezone.get_current_timezone(), colleagues=_colleagues(recovery))
    if form.is_valid():
        try:
            recovery = owning.write_down(recovery, form.prepared, form.parts, by=request.user, now=now)
            if request.POST.get("do") == "send":
                message = owning.apologise(recovery, by=request.user, now=now, key=form.cleaned_data["key"])
                return redirect(place(message))
            toasts.success(request, _("Kept. Nothing was sent."))
            return redirect(f"{request.path}#letter")
        except ValidationError as refusal:
            form.add_error(None, refusal)
    page = recovery_page.read(_recovery(request, commitment_id, now=now), user=request.user, now=now)
    return _shown(request, page, form, status=422)


@staff
@require_POST
def approve(request: StaffRequest, commitment_id: int) -> HttpResponse:
    """Allow a remedy over the limit; for the team's lead and managers."""
    return _decided(
        request, commitment_id, lambda recovery, now: owning.approve(recovery, by=request.user, now=now),
        _("Allowed. The letter can leave now."),
    )  # fmt: skip


@staff
@require_POST
def skip(request: StaffRequest, commitment_id: int) -> HttpResponse:
    """Decide that nobody says sorry, and why; for the team's lead and managers. The miss stays."""
    because = request.POST.get("because", "")
    return _decided(
        request, commitment_id,
        lambda recovery, now: recoveries.skip(recovery, because=because, by=request.user, now=now),
        _("No apology is sent. The miss and your reason stay on the record."),
    )  # fmt: skip


@staff
@require_safe
def prevention(request: StaffRequest) -> HttpResponse:
    """What is to be changed, by whom and by when; what was done lately; and which remedies and misses wait."""
    now = timezone.now()
    actions = PreventionAction.objects.visible_to(request.user).select_related(
        "owner", "done_by", "recovery__commitment__ticket", "recovery__commitment__delay_cause",
        "reopened_from__commitment__ticket",
    )  # fmt: skip
    misses = Recovery.objects.visible_to(request.user).select_related("commitment__ticket__customer", "owner")
    context = {
        "section": "prevention", "open": actions.open()[:100], "done": actions.done_since(now - SHOWN_FOR)[:100],
        "to_own": misses.open().filter(told_at=None)[:100], "now": now, "today": timezone.localdate(now),
    }  # fmt: skip
    return render(request, "desk/prevention.html", context)


@staff
@require_POST
def prevented(request: StaffRequest, action_id: int) -> HttpResponse:
    """It has been changed."""
    visible = PreventionAction.objects.visible_to(request.user).select_related("recovery")
    action = get_object_or_404(visible, pk=action_id)
    attempt(
        request, lambda: preventing.done(action, by=request.user, now=timezone.now()),
        _("Done. The same cause within 90 days opens it again."),
    )  # fmt: skip
    return redirect("desk:prevention")


def _decided(
    request: StaffRequest, commitment_id: int, action: Callable[[Recovery, datetime], object], said: str
) -> HttpResponse:
    now = timezone.now()
    missed = _recovery(request, commitment_id, now=now).commitment
    attempt(request, lambda: action(recoveries.open_now(missed, now=now), now), said)
    return redirect("desk:recovery", commitment_id)


def _recovery(request: StaffRequest, commitment_id: int, *, now: datetime) -> Recovery:
    """The recovery with its ticket, also where the worker has not opened it yet; else 404."""
    about = (
        "ticket__merged_into__customer", "ticket__merged_into__team__lead", "ticket__customer", "ticket__team__lead",
        "accountable", "calendar_version", "standard_version", "delay_cause", "recovery__owner",
        "recovery__apology__delivery", "recovery__ended_by", "recovery__remedy_asked_by", "recovery__check_back",
        "recovery__remedy_approved_by", "recovery__action__owner",
    )  # fmt: skip
    missed = Commitment.objects.select_related(*about)
    commitment = get_object_or_404(missed, pk=commitment_id, ticket__in=Ticket.objects.visible_to(request.user))
    if (found := getattr(commitment, "recovery", None)) is not None:
        return found
    if not recoveries.may_open(commitment, now):
        raise Http404
    return recoveries.drawn_up(commitment.ticket, commitment, now)


def _colleagues(recovery: Recovery) -> QuerySet[User]:
    """Who may be given something to change: the people of the team."""
    team = recovery.ticket.team_id
    return User.objects.filter(is_active=True, memberships__team=team).distinct().order_by("name")


def _form(page: RecoveryPage) -> RecoveryForm:
    zone = timezone.get_current_timezone()
    return RecoveryForm(
        initial=recovery_page.initial(page, zone), zone=zone, colleagues=_colleagues(page.recovery)
    )  # fmt: skip


def _shown(request: StaffRequest, page: RecoveryPage, form: RecoveryForm, *, status: int) -> HttpResponse:
    commitment = page.recovery.commitment
    context = {
        "page": page, "recovery": page.recovery, "commitment": commitment, "ticket": page.recovery.ticket, "form": form,
        "skip_form": SkipRecoveryForm(), "now": timezone.now(), "stage": commitment.stage(timezone.now()),
        "zone": timezone.get_current_timezone_name(),
    }  # fmt: skip
    return render(request, "desk/recovery.html", context, status=status)
