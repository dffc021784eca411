"""A desk with many customers who are to be told or asked something in the next minutes."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from followups import playbooks, rules
from followups.models import FollowUp
from followups.playbook_terms import Code
from people.actions import customers
from people.models import Customer, Organisation
from people.terms import Channel
from tests import make
from tickets.actions import tickets
from tickets.certain import certain
from tickets.models import Message, Ticket

Step = FollowUp.Step
ALWAYS = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


def open_desk(now: datetime) -> None:
    """Open day and night, in a place where it is noon now: nobody is asked anything at night."""
    zone = f"Etc/GMT{now.hour - 12:+d}"  # POSIX counts westwards
    team = make.team(calendar=make.calendar(hours=ALWAYS, zone=zone, now=now - timedelta(days=1)))
    make.organisation(zone=zone, default_team=team, support_address="support@example.test")


@transaction.atomic
def plan_followups(
    addresses: Sequence[str], *, start: datetime, over: timedelta, now: datetime, dice: random.Random
) -> dict[str, FollowUp]:
    """By address: an acknowledgement or a question in turn, due at a random moment of the time `over` from `start`.

    Written at once, as the playbooks write them: a customer each, and a ticket that came by mail.
    """
    team = Organisation.objects.get().default_team
    people = Customer.objects.bulk_create(
        Customer(name=f"Customer {place}", email=address, folded=customers.folded(f"Customer {place}", address, ""))
        for place, address in enumerate(addresses)
    )
    opened_at = now - timedelta(minutes=1)
    Ticket.objects.bulk_create(
        Ticket(
            customer=customer, team=team, subject="The heating is cold", asked_for="It has been since Monday.",
            opened_at=opened_at, folded="", state=Ticket.State.RESOLVED if place % 2 else Ticket.State.OPEN,
            resolved_at=now if place % 2 else None,
        )
        for place, customer in enumerate(people)
    )  # fmt: skip
    made = list(Ticket.objects.filter(customer__in=people).select_related("customer").order_by("customer_id"))
    for ticket in made:
        ticket.folded = tickets.folded_text(ticket)
    Ticket.objects.bulk_update(made, ["folded"])
    Message.objects.bulk_create(
        Message(ticket=ticket, direction=Message.Direction.IN, channel=Channel.MAIL, body="It is cold.", at=opened_at)
        for ticket in made
    )
    confirms = certain(rules.step_in_use(Code.ACKNOWLEDGEMENT, Step.ACKNOWLEDGEMENT))
    asks = certain(rules.step_in_use(Code.RESOLVED, Step.SETTLED_QUESTION))
    planned = []
    for ticket in made:
        due_at = start + over * dice.random()
        by = confirms if ticket.is_open else asks
        planned.append(
            FollowUp(
                ticket=ticket,
                step=by.name,
                playbook_step=by,
                due_at=due_at,
                latest_at=playbooks.latest(by, due_at),
                made_at=now,
            )
        )
    rows = FollowUp.objects.bulk_create(planned)
    return {row.ticket.customer.email: row for row in rows}
