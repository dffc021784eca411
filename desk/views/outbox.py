"""The outbox: what is written, waiting or in trouble, and what a person does about it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as toasts
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from desk import mail_log
from desk import outbox as reading
from desk.forms.composer import SendAgainForm
from followups.actions import trouble
from followups.models import FollowUp
from mail import decisions, meaning, outbox
from mail.models import Delivery
from people.audience import StaffRequest, administrators, staff
from tickets.actions import repeating, settling
from tickets.models import Message
from tickets.models.message import MessageQuerySet


@staff
@require_safe
def outbox_page(request: StaffRequest) -> HttpResponse:
    """Drafts, calls, mails that wait and mails that need somebody; `?show=` the newest hundred of one kind."""
    now, only = timezone.now(), request.GET.get("show", "")
    only = only if only in reading.TITLES else ""
    context = {
        "section": "outbox",
        "sections": reading.read(request.user, now=now, only=only),
        "only": reading.TITLES[only] if only else "",
        "now": now,
    }
    return render(request, "desk/outbox.html", context)


@staff
@require_safe
def delivery_log(request: StaffRequest, message_id: int) -> HttpResponse:
    """Every try to send one mail, and what the other server said."""
    message: Any = get_object_or_404(_visible_messages(request).annotate(**mail_log.STEPS), pk=message_id)
    if message.delivery is None:
        return redirect("desk:ticket", message.ticket.number)
    context = {
        "section": "outbox",
        "message": message,
        "delivery": message.delivery,
        "meaning": meaning.in_words(message.delivery.reason),
        "entries": mail_log.read(message.delivery, message.tries, message.reports),
        "now": timezone.now(),
    }
    return render(request, "desk/delivery_log.html", context)


@staff
@require_POST
def retry(request: StaffRequest, message_id: int) -> HttpResponse:
    """Have one tried again, with the same Message-ID: of which nothing is known, or an automatic one that failed."""
    message, now = _visible(request, message_id), timezone.now()
    delivery = message.delivery
    if delivery is None or delivery.state not in {Delivery.State.UNKNOWN, Delivery.State.FAILED}:
        toasts.warning(request, _("It no longer needs that."))
    elif delivery.state == Delivery.State.UNKNOWN:
        if decisions.retry(delivery, now=now):
            toasts.success(request, _("It is tried again. Mail programs recognise it, should it arrive twice."))
    else:
        _try_once_more(request, delivery)
    return redirect("desk:outbox")


@staff
@require_POST
def send_again(request: StaffRequest, message_id: int) -> HttpResponse:
    """The words of one that did not arrive leave once more, as a mail of its own; pressed twice, once."""
    message, form = _visible(request, message_id), SendAgainForm(request.POST)
    ticket = message.ticket.number
    if not form.is_valid():
        toasts.error(request, _("Open the ticket anew, then press it again."))
        return redirect("desk:ticket", ticket)
    try:
        again = repeating.send_again(message, by=request.user, now=timezone.now(), **form.cleaned_data)
    except ValidationError as refusal:
        toasts.error(request, _("Not sent again: %(reason)s") % {"reason": " ".join(refusal.messages)})
        return redirect(f"{reverse('desk:ticket', args=[ticket])}#message-{message.pk}")
    toasts.success(request, _("It is sent again."))
    return redirect(f"{reverse('desk:ticket', args=[ticket])}#message-{again.pk}")


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


@staff
@require_POST
def put_away(request: StaffRequest, message_id: int) -> HttpResponse:
    """Somebody has looked at one that did not leave: it stands on its ticket only."""
    message = _visible(request, message_id)
    return _put_away(request, message.delivery)


@administrators
@require_POST
def retry_to_staff(request: StaffRequest, delivery_id: int) -> HttpResponse:
    """The same for a mail to staff, which no ticket has."""
    delivery = get_object_or_404(Delivery, pk=delivery_id, message=None)
    if decisions.retry(delivery, now=timezone.now()):
        toasts.success(request, _("It is tried again."))
    else:
        toasts.warning(request, _("It no longer needs that, or would come too late."))
    return redirect("desk:outbox")


@administrators
@require_POST
def put_away_to_staff(request: StaffRequest, delivery_id: int) -> HttpResponse:
    """The same for a mail to staff, which no ticket has."""
    return _put_away(request, get_object_or_404(Delivery, pk=delivery_id, message=None))


def _put_away(request: StaffRequest, delivery: Delivery | None) -> HttpResponse:
    if delivery and decisions.put_away(delivery, by=request.user, now=timezone.now()):
        toasts.success(request, _("Put away."))
    else:
        toasts.warning(request, _("It no longer needs that."))
    return redirect("desk:outbox")


def _try_once_more(request: StaffRequest, delivery: Delivery) -> None:
    followup = FollowUp.objects.filter(delivery=delivery).first()
    if followup is None:
        toasts.warning(request, _("The text is its author's draft again. It is sent from there."))
        return
    try:
        trouble.retry(followup, by=request.user, now=timezone.now())
        toasts.success(request, _("It is tried again."))
    except ValidationError as refusal:
        toasts.error(request, _("Not tried again: %(reason)s") % {"reason": " ".join(refusal.messages)})


def _found_out(request: StaffRequest, message_id: int, *, arrived: bool) -> HttpResponse:
    message, now = _visible(request, message_id), timezone.now()
    mark = decisions.mark_arrived if arrived else decisions.mark_lost
    reason = _("Found out by %(name)s") % {"name": request.user.name}
    if message.delivery and mark(message.delivery, now=now, reason=reason):
        settling.settle(message, now=now)
        for followup in FollowUp.objects.filter(delivery=message.delivery).order_by("ticket"):
            trouble.lost(followup, now=now)
        toasts.success(request, _("Noted."))
    else:
        toasts.warning(request, _("It no longer needs that."))
    return redirect("desk:outbox")


def _visible(request: StaffRequest, message_id: int) -> Message:
    return get_object_or_404(_visible_messages(request), pk=message_id)


def _visible_messages(request: StaffRequest) -> MessageQuerySet:
    messages = Message.objects.visible_to(request.user).filter(direction="out")
    return messages.select_related("ticket__customer", "delivery__put_away_by", "author")
