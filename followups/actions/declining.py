"""Saying no to a customer: never without a reason, and never without another way or why there is none (5.2 J)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from followups.declined import No
from followups.models import Decline
from followups.wording_decline import lacks
from people.models import User
from tickets.actions import conversation
from tickets.actions.conversation import NextDate
from tickets.actions.events import record
from tickets.models import Message, Ticket


@transaction.atomic
def decline(
    ticket: Ticket,
    no: No,
    body: str,
    next_date: NextDate,
    *,
    by: User,
    now: datetime,
    key: UUID | None = None,
    by_phone: bool = False,
) -> Decline:
    """Tell the customer `no` in `body`, which tells our decision; with `by_phone` they were told in a call already.

    Refused, in words for the author, where it lacks a part of such a letter. The same `key` again
    returns what it made. Taken back before the mail has left, it has not been said.
    """
    ticket = Ticket.objects.lock(ticket)
    if key and (known := Decline.objects.filter(message__key=key).first()):
        return known
    if not ticket.is_open:
        raise ValidationError(_("The ticket is resolved already."))
    no.check(now)
    if by_phone:
        reached = Message.Result.REACHED
        message = conversation.log_call(ticket, body, reached, next_date, by=by, now=now, decides=True, key=key)
    else:
        if missing := lacks(ticket, no, body):
            raise ValidationError({"body": missing})
        message = conversation.reply(ticket, body, next_date, by=by, now=now, decides=True, key=key)
    made = Decline.objects.create(
        ticket=message.ticket,
        message=message,
        reason=no.reason.strip(),
        alternatives=[{"words": other.words.strip(), "by": other.by.isoformat()} for other in no.alternatives],
        none_because=no.none_because.strip(),
        by=by,
        at=now,
    )
    record(message.ticket, "ticket.declined", now=now, by=by, message=message.pk, alternatives=len(no.alternatives))
    return made
