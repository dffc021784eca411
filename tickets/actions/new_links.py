"""A fresh link to the customer's page, for whoever holds one that has ended."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from mail.models.delivery import Purpose
from tickets.actions import conversation
from tickets.models import Message, Ticket
from tickets.wording import new_link

# However often it is asked for, by whomever.
ONE_EVERY = timedelta(hours=1)
# Whoever waits for it has given up by then.
USEFUL_FOR = timedelta(days=1)


@transaction.atomic
def send(ticket: Ticket, *, now: datetime) -> Message | None:
    """Write it to the address that we have of the customer, whoever asks; at most one an hour a ticket.

    None where one was sent within the hour, and where there is no address. It fulfils nothing.
    """
    ticket = Ticket.objects.lock(ticket)
    if not ticket.customer.email:
        return None
    before = ticket.messages.filter(delivery__purpose=Purpose.NEW_LINK)
    if before.filter(at__gt=now - ONE_EVERY).exists():
        return None
    subject, body = new_link(ticket)
    return conversation.send_automatically(
        ticket,
        body,
        purpose=Purpose.NEW_LINK,
        subject=subject,
        key=f"new_link:{ticket.pk}:{before.count() + 1}",
        links=[f"ticket:{ticket.about}"],
        now=now,
        stop_on=[],
        at_least_once=True,
        expires_at=now + USEFUL_FOR,
        only_a_receipt=True,
    )
