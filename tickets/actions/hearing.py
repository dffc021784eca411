"""What a customer's words do, whichever way they came."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists

from mail import outbox
from people.models import User
from standards.terms import Occasion
from tickets.actions import pauses
from tickets.actions.events import record
from tickets.actions.owing import owe_an_answer
from tickets.actions.tickets import reopen
from tickets.models import Message, Ticket


def heard(
    ticket: Ticket,
    *,
    at: datetime,
    now: datetime,
    occasion: str = Occasion.ORDINARY,
    reopens: bool = True,
    owes: bool = True,
) -> None:
    """The customer has said something at `at`: clocks run on, a resolved ticket opens, an answer is owed.

    The caller holds the lock.
    """
    outbox.cancel(ticket.about, "customer_wrote", now=now)
    pauses.end_all(ticket, at=at, now=now)
    if not ticket.is_open and reopens:
        ticket = reopen(ticket, at=at, now=now)
    elif ticket.state == Ticket.State.WAITING_ON_CUSTOMER:
        ticket.state = Ticket.State.OPEN
        ticket.save(update_fields=["state"])
    # What reminds of a question ends with the answer, also where nobody waited for it any more.
    asked = Message.objects.filter(ticket=ticket, asks=True)
    Ticket.objects.filter(Exists(asked), pk=ticket.pk).update(unplanned=True)
    if owes:
        owe_an_answer(ticket, since=at, now=now, occasion=occasion)


@transaction.atomic
def a_person_wrote(message: Message, *, by: User, now: datetime) -> bool:
    """What was taken for a machine's is a person's: it does now what it would have done when it came.

    Where we have answered since, it only stands there as theirs. False when somebody had said so.
    """
    ticket = Ticket.objects.lock(message.ticket)
    taken_for_a_machines = Message.objects.filter(pk=message.pk, direction=Message.Direction.IN, human=False)
    if not taken_for_a_machines.update(human=True):
        return False
    record(ticket, "message.by_a_person", now=now, by=by, message=message.pk)
    if not ticket.messages.filter(direction=Message.Direction.OUT, human=True, at__gt=message.at).exists():
        heard(ticket, at=message.at, now=now)
    return True
