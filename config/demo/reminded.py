"""What the worker has planned for some of today's customers, and what people have decided about it."""

from __future__ import annotations

from datetime import datetime, timedelta

from followups.actions import deciding, followups, thanking
from followups.models import FollowUp
from people.models import Customer, User
from tickets.models import Ticket

# Of what is told, so that it reads in the customer's own language.
DONE = {"en": "the new water meter in your basement", "hr": "novi vodomjer u Vašem podrumu"}


def plan(numbers: list[int], now: datetime) -> None:
    """Reminders of the questions that wait, one of them held back; and thanks for a piece of work that is done."""
    for ticket in Ticket.objects.filter(number__in=numbers, state=Ticket.State.WAITING_ON_CUSTOMER).order_by("pk"):
        followups.plan(ticket, now=now)
        second = ticket.followups.filter(step=FollowUp.Step.SILENCE_SECOND, state=FollowUp.State.SCHEDULED).first()
        if second is not None:
            deciding.hold(second, by=ticket.owner or ticket.team.lead, now=now)
    by = User.objects.filter(tickets__number__in=numbers).order_by("pk").first()
    customer = Customer.objects.filter(tickets__number__in=numbers).exclude(email="").order_by("pk").first()
    if by is not None and customer is not None:
        what = DONE.get(customer.language, DONE["en"])
        thanking.plan(customer, what, delivered_at=now - timedelta(hours=2), by=by, now=now)
