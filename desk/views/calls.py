"""Calls that somebody owes a customer, and what was said on them."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages as toasts
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from desk import call_script, composing, days
from desk.forms.calls import CallForm
from desk.forms.moments import fresh_key
from desk.forms.refusal import attempt
from desk.ticket_page import place
from desk.viewer import visible_commitment, visible_ticket
from followups.actions import calls, owning
from followups.models import CallTask
from people.audience import StaffRequest, staff
from tickets.actions import callbacks, conversation
from tickets.models import Commitment, Message, Ticket
from ui.formats import moment_in_words


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def promised(request: StaffRequest, commitment_id: int) -> HttpResponse:
    """A promised call: whom and when, what to know before, and what came of it; a refusal keeps what was typed."""
    now, zone = timezone.now(), timezone.get_current_timezone()
    callback = visible_commitment(request, commitment_id)
    found = visible_ticket(request, callback.ticket.number)
    around = composing.around(found)
    if request.method == "POST":
        form = CallForm(request.POST, now=now, chosen=composing.call_chosen(request, found), **around)
        if message := log(request, found, form):
            return redirect(place(message))
    else:
        suggested = composing.suggested(callback.calendar_version, now, zone)
        start = {"key": fresh_key(), "callback": str(callback.pk), **suggested}
        form = CallForm(now=now, initial=start, **around)
    context = {
        "script": call_script.read(callback, found, around["open_promises"], now=now), "ticket": found,
        "form": form, "write": "call", "now": now, "zone": timezone.get_current_timezone_name(),
    }  # fmt: skip
    return render(request, "desk/call.html", context, status=422 if form.is_bound else 200)


def log(request: StaffRequest, found: Ticket, form: CallForm) -> Message | None:
    """Take down what `form` says of a call; None where it is refused, and the form says why."""
    if not form.is_valid():
        return None
    given = form.cleaned_data
    try:
        owning.check_call(form.follows)
    except ValidationError as refusal:
        form.add_error(None, refusal.messages)
        return None
    promised_for = days.of_told(found, form, by=request.user, now=form.now)
    try:
        message = conversation.log_call(
            found, given["body"], given["result"], form.next_date, told=form.told, by=request.user, now=form.now,
            decides=given["decides"], consent=True, key=given["key"], callback=form.chosen, began_at=form.began_at,
        )  # fmt: skip
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return None
    toasts.success(request, _("The call is on the record."))
    if form.chosen is not None:
        toasts.info(request, _came_of(form.chosen, now=form.now))
    days.warn(request, promised_for)
    return message


@staff
@require_POST
def not_needed(request: StaffRequest, task_id: int) -> HttpResponse:
    """Nobody has to call, and why. One that reached the customer ends by itself."""
    task = get_object_or_404(CallTask.objects.visible_to(request.user).select_related("ticket"), pk=task_id)
    because = request.POST.get("because", "")
    attempt(
        request, lambda: calls.not_needed(task, because=because, by=request.user, now=timezone.now()),
        _("Nobody has to call. The reason stays on the ticket."),
    )  # fmt: skip
    if request.POST.get("back") == "outbox":
        return redirect("desk:outbox")
    return redirect("desk:ticket", task.ticket.number)


def _came_of(callback: Commitment, *, now: datetime) -> str:
    """What the logged call did for the promised one: it is kept, or what has yet to happen, and by when."""
    stands = callbacks.standing_of(callback)
    if stands.made_at is not None:
        return _("The promised call counts as made.")
    if stands.first is None or stands.by is None or stands.second_from is None:
        return _("It was not in the time that was promised, so the promised call is still owed.")
    if stands.by < now:
        return _("The time for a second attempt is over, so the promised call is still owed.")
    when = {"start": moment_in_words(stands.second_from, now), "by": moment_in_words(stands.by, now)}
    if stands.second is not None:
        return _("Two attempts are made. With a message left by %(by)s the promised call is kept.") % when
    if stands.left:
        return _("A message is left. An attempt from %(start)s to %(by)s keeps the promised call.") % when
    return _("A second attempt counts from %(start)s to %(by)s; with a message left it keeps the promised call.") % when
