"""Closing a ticket whose customer never answered what we had to know."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from people.models import User
from tickets.actions import commitments
from tickets.actions.events import record
from tickets.models import Ticket

NO_ANSWER = "no_answer"


@transaction.atomic
def close(ticket: Ticket, *, now: datetime, by: User | None = None) -> Ticket:
    """Put away as *no answer*: what is still owed is no longer owed, as the customer was told beforehand.

    Refused where something is overdue, since that is a miss and stays one, and where it is resolved or
    closed already. The customer's next word opens it again.
    """
    ticket = Ticket.objects.lock(ticket)
    if not ticket.is_open:
        raise ValidationError(_("The ticket is resolved already."))
    owed = list(ticket.commitments.open().order_by("pk"))
    if any(commitment.is_overdue(now) for commitment in owed):
        raise ValidationError(_("Something that we owe on the ticket is overdue: a person decides."))
    for commitment in owed:
        commitments.withdraw(commitment, why=NO_ANSWER, by=by, now=now)
    ticket.state, ticket.resolved_at = Ticket.State.CLOSED, now
    ticket.save(update_fields=["state", "resolved_at"])
    record(ticket, "ticket.closed", now=now, by=by, why=NO_ANSWER)
    return ticket
