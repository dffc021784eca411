"""What a person does when the desk itself needs somebody: send again, decide about what piled up."""

from __future__ import annotations

from django.contrib import messages as toasts
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from followups.actions import holding
from followups.models import Hold
from mail import outbox
from people.audience import StaffRequest, administrators, managers


@administrators
@require_POST
def send_again(request: StaffRequest) -> HttpResponse:
    """The settings were mended: paused mailboxes send again."""
    if outbox.resume_mailboxes():
        toasts.success(request, _("What waits is sent now. If the server refuses again, it says so here."))
    return redirect("desk:outbox")


@managers
@require_POST
def decide_held(request: StaffRequest) -> HttpResponse:
    """Let the follow-ups that piled up go on, or skip them all."""
    hold = Hold.objects.filter(decided_at=None).first()
    if hold is None:
        toasts.warning(request, _("Somebody has decided already."))
        return redirect("desk:outbox")
    decision = request.POST.get("decision", "")
    try:
        number = holding.decide(hold, decision, by=request.user, now=timezone.now())
    except ValidationError as refusal:
        toasts.error(request, " ".join(refusal.messages))
        return redirect("desk:outbox")
    said = (
        ngettext("%(n)d follow-up was skipped.", "%(n)d follow-ups were skipped.", number)
        if decision == Hold.Decision.SKIP
        else ngettext("%(n)d follow-up goes on.", "%(n)d follow-ups go on.", number)
    )
    toasts.success(request, said % {"n": number})
    return redirect("desk:outbox")
