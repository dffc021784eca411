"""Calls that somebody owes a customer: asking for one, and ending it."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from followups.models import CallTask, FollowUp, SatisfactionAnswer
from followups.models.call_task import by_mail, by_phone
from people.models import User
from tickets.actions.events import record
from tickets.models import Message, Ticket


@transaction.atomic
def ask_for_one(
    ticket: Ticket,
    *,
    now: datetime,
    followup: FollowUp | None = None,
    answer: SatisfactionAnswer | None = None,
    message: Message | None = None,
    is_the_step: bool = False,
) -> CallTask | None:
    """Have somebody call, because the mail of `followup` failed, because of `answer`, or as `message` did not arrive.

    Or because a call is what `followup` is (`is_the_step`).

    Without a phone number there is nothing to ask for, except after a `message`: then somebody has to
    find another way. While one is to be made already, that one is returned.
    """
    ticket = Ticket.objects.lock(ticket)
    if not ticket.customer.phone and message is None:
        return None
    for done in ticket.call_tasks.made():
        finish(done, now=now)
    why = CallTask.Why.NOT_SETTLED if answer else CallTask.Why.STEP if is_the_step else CallTask.Why.MAIL_FAILED
    because = {"why": why, "followup": followup, "answer": answer, "message": message}
    task, made = CallTask.objects.get_or_create(ticket=ticket, ended_at=None, defaults={**because, "made_at": now})
    if made:
        record(ticket, "call.asked_for", now=now, call_task=task.pk, why=why)
    return task


@transaction.atomic
def finish(task: CallTask, *, now: datetime) -> CallTask:
    """Write down what has reached the customer; nothing where there is none yet, or it has ended."""
    ticket = Ticket.objects.lock(task.ticket)
    task = CallTask.objects.select_for_update(of=("self",)).get(pk=task.pk)
    reached = ticket.messages.filter(by_phone(), at__gte=task.made_at)
    if task.why != CallTask.Why.NOT_SETTLED:
        reached |= ticket.messages.filter(by_mail(), at__gte=task.made_at)
    call = reached.select_related("author").order_by("at", "pk").first()
    if task.ended_at is not None or call is None:
        return task
    task.call, task.ended_at, task.ended_by = call, call.at, call.author
    task.save(update_fields=["call", "ended_at", "ended_by"])
    record(ticket, "call.made", now=now, by=call.author, call_task=task.pk, message=call.pk)
    return task


@transaction.atomic
def not_needed(task: CallTask, *, because: str, now: datetime, by: User | None) -> CallTask:
    """Nobody has to call any more; the reason stays on the ticket."""
    ticket = Ticket.objects.lock(task.ticket)
    task = CallTask.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if task.ended_at is not None:
        raise ValidationError(_("Somebody has called already, or has said why not."))
    if not because.strip():
        raise ValidationError({"because": _("Say why nobody has to call.")})
    task.not_needed_because, task.ended_at, task.ended_by = because.strip()[:300], now, by
    task.save(update_fields=["not_needed_because", "ended_at", "ended_by"])
    record(ticket, "call.not_needed", now=now, by=by, call_task=task.pk)
    return task
