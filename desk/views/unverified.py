"""Mail of unverified senders beside a ticket: a person reads it and says what it is."""

from __future__ import annotations

from django.contrib import messages as toasts
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from desk.forms.refusal import attempt
from desk.ticket_page import place
from people.audience import StaffRequest, staff
from tickets.actions import intake, unverified
from tickets.models import UnverifiedMail
from ui.responses import download


@staff
@require_safe
def original(request: StaffRequest, entry_id: int) -> FileResponse:
    """The mail byte for byte, as a file; no browser shows it."""
    entry = _visible(request, entry_id)
    return download(ContentFile(bytes(entry.inbound.raw)), f"mail-{entry.inbound_id}.eml")


@staff
@require_POST
def accept(request: StaffRequest, entry_id: int) -> HttpResponse:
    """Take it into the conversation; the clocks run since it came in."""
    entry = _visible(request, entry_id)
    try:
        message = intake.accept(entry, by=request.user, now=timezone.now())
        toasts.success(request, _("It stands in the conversation now. Clocks count from when it came in."))
        return redirect(place(message))
    except ValidationError as refusal:
        toasts.error(request, " ".join(refusal.messages))
    return redirect("desk:ticket", entry.ticket.number)


@staff
@require_POST
def make_ticket(request: StaffRequest, entry_id: int) -> HttpResponse:
    """Make a ticket of its own of it: whoever sent it is the customer, and its clocks run since it came in."""
    entry = _visible(request, entry_id)
    try:
        ticket = intake.open_from_unverified(entry, by=request.user, now=timezone.now())
    except ValidationError as refusal:
        toasts.error(request, " ".join(refusal.messages))
        return redirect("desk:ticket", entry.ticket.number)
    toasts.success(request, _("It is a ticket now. Its clocks run since the mail came in."))
    return redirect("desk:ticket", ticket.number)


@staff
@require_POST
def dismiss(request: StaffRequest, entry_id: int) -> HttpResponse:
    """Somebody has looked at it, and nothing follows; it is kept."""
    entry = _visible(request, entry_id)
    attempt(
        request, lambda: unverified.dismiss(entry, by=request.user, now=timezone.now()),
        _("Put away. The mail is kept as it came."),
    )  # fmt: skip
    return redirect("desk:ticket", entry.ticket.number)


def _visible(request: StaffRequest, entry_id: int) -> UnverifiedMail:
    """That mail, as far as the viewer may see the ticket that it stands beside; else 404."""
    entries = UnverifiedMail.objects.visible_to(request.user).select_related("ticket", "inbound")
    return get_object_or_404(entries, pk=entry_id)
