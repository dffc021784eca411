"""The outbox: what is written, waiting or in trouble, and what a person does about it."""

from __future__ import annotations

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from desk import outbox as reading
from mail import outbox
from people.audience import StaffRequest, staff
from tickets.actions import settling
from tickets.models import Message, Ticket


@staff
@require_safe
def outbox_page(request: StaffRequest) -> HttpResponse:
    """Drafts, mails that wait, and mails that need somebody."""
    now = timezone.now()
    context = {"section": "outbox", "outbox": reading.read(request.user, now=now), "now": now}
    return render(request, "desk/outbox.html", context)


@staff
@require_safe
def delivery_log(request: StaffRequest, message_id: int) -> HttpResponse:
    """Every try to send one mail, and what the other server said."""
    message = _visible(request, message_id)
    if message.delivery is None:
        return redirect("desk:ticket", message.ticket.number)
    context = {
        "section": "outbox",
        "message": message,
        "delivery": message.delivery,
        "attempts": message.delivery.attempts.all(),
        "now": timezone.now(),
    }
    return render(request, "desk/delivery_log.html", context)


@staff
@require_POST
def retry(request: StaffRequest, message_id: int) -> HttpResponse:
    """Have one of which nothing is known tried again, with the same Message-ID."""
    message, now = _visible(request, message_id), timezone.now()
    if message.delivery and outbox.retry(message.delivery, now=now):
        toasts.success(request, _("It is tried again. Mail programs recognise it, should it arrive twice."))
    else:
        toasts.warning(request, _("It no longer needs that."))
    return redirect("desk:outbox")


@staff
@require_POST
def arrived(request: StaffRequest, message_id: int) -> HttpResponse:
    """The customer has it: somebody found out."""
    return _found_out(request, message_id, arrived=True)


@staff
@require_POST
def lost(request: StaffRequest, message_id: int) -> HttpResponse:
    """The customer does not have it: nothing that it says happens, and its author has the text again."""
    return _found_out(request, message_id, arrived=False)


@staff
@require_POST
def cancel(request: StaffRequest, message_id: int) -> HttpResponse:
    """Stop a mail that still waits."""
    message, now = _visible(request, message_id), timezone.now()
    reason = _("Cancelled by %(name)s") % {"name": request.user.name}
    if message.delivery and outbox.cancel_one(message.delivery, now=now, reason=reason):
        settling.settle(message, now=now)
        toasts.success(request, _("Cancelled. Nothing was sent."))
    else:
        toasts.warning(request, _("It was too late to stop it: the mail is on its way."))
    return redirect("desk:outbox")


def _found_out(request: StaffRequest, message_id: int, *, arrived: bool) -> HttpResponse:
    message, now = _visible(request, message_id), timezone.now()
    mark = outbox.mark_arrived if arrived else outbox.mark_lost
    reason = _("Found out by %(name)s") % {"name": request.user.name}
    if message.delivery and mark(message.delivery, now=now, reason=reason):
        settling.settle(message, now=now)
        toasts.success(request, _("Noted."))
    else:
        toasts.warning(request, _("It no longer needs that."))
    return redirect("desk:outbox")


def _visible(request: StaffRequest, message_id: int) -> Message:
    messages = Message.objects.filter(ticket__in=Ticket.objects.visible_to(request.user), direction="out")
    return get_object_or_404(messages.select_related("ticket__customer", "delivery", "author"), pk=message_id)
