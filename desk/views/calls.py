"""Calls that somebody owes a customer."""

from __future__ import annotations

from django.contrib import messages as toasts
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from followups.actions import calls
from followups.models import CallTask
from people.audience import StaffRequest, staff


@staff
@require_POST
def not_needed(request: StaffRequest, task_id: int) -> HttpResponse:
    """Nobody has to call, and why. One that reached the customer ends by itself."""
    task = get_object_or_404(CallTask.objects.visible_to(request.user).select_related("ticket"), pk=task_id)
    try:
        calls.not_needed(task, because=request.POST.get("because", ""), by=request.user, now=timezone.now())
        toasts.success(request, _("Nobody has to call. The reason stays on the ticket."))
    except ValidationError as refusal:
        toasts.error(request, " ".join(refusal.messages))
    if request.POST.get("back") == "outbox":
        return redirect("desk:outbox")
    return redirect("desk:ticket", task.ticket.number)
