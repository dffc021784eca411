"""A mail that is too large to be read: whoever wrote it is told, if it is certain who did."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from mail.models.delivery import Purpose
from tickets.actions import conversation
from tickets.models import Message, Ticket
from tickets.wording import too_large

# However many come.
ONE_EVERY = timedelta(days=1)


@transaction.atomic
def tell(ticket: Ticket, *, came_at: datetime, now: datetime) -> Message | None:
    """Write to the customer of `ticket` that their mail of `came_at` could not be read; once a day at most.

    It fulfils nothing. None where they were told already.
    """
    ticket = Ticket.objects.lock(ticket)
    before = ticket.messages.filter(delivery__purpose=Purpose.TOO_LARGE)
    if before.filter(at__gt=now - ONE_EVERY).exists():
        return None
    subject, body = too_large(ticket, came_at)
    return conversation.send_automatically(
        ticket,
        body,
        purpose=Purpose.TOO_LARGE,
        subject=subject,
        key=f"too_large:{ticket.pk}:{before.count() + 1}",
        links=[f"ticket:{ticket.about}"],
        now=now,
        stop_on=[],
        at_least_once=True,
        expires_at=now + ONE_EVERY,
        only_a_receipt=True,
    )
