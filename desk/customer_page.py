"""The customer page: what is owed to them, what they came with, and how we have kept our word. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Value, When

from compliance.customer_record import Record, record
from desk import planned
from desk.planned import Planned
from desk.row_facts import shown_in_rows
from desk.rows import Row, rows
from desk.ticket_list import Line, lines
from followups import wishes
from followups.wishes import Wishes
from mail.models import Suppression
from people.models import Customer, User
from tickets.models import Commitment, Ticket

MOST_TICKETS = 50


@dataclass(frozen=True)
class CustomerPage:
    """All that the page shows, from a fixed number of queries; `stopped` says why no mail leaves to them."""

    customer: Customer
    promises: Sequence[Row]
    tickets: Sequence[Line]
    has_more: bool
    record: Record
    stopped: Suppression | None
    planned: Sequence[Planned]
    wishes: Wishes


def read(customer: Customer, *, user: User, now: datetime) -> CustomerPage:
    """The page of `customer`, as far as `user` may see their tickets: open ones first, then the newest."""
    owed = Commitment.objects.open().visible_to(user).filter(ticket__customer=customer)
    done = Case(When(state__in=[Ticket.State.RESOLVED, Ticket.State.CLOSED], then=Value(1)), default=Value(0))
    tickets = list(
        Ticket.objects.visible_to(user)
        .filter(customer=customer)
        .select_related("owner", "team", "customer")
        .order_by(done, "-opened_at", "-pk")[: MOST_TICKETS + 1]
    )
    stopped = list(wishes.stopped_for(customer)) if customer.email else []
    return CustomerPage(
        customer,
        list(rows(shown_in_rows(owed), viewer=user, now=now)),
        lines(tickets[:MOST_TICKETS], now=now),
        len(tickets) > MOST_TICKETS,
        record(customer.pk, user=user, now=now),
        next((stop for stop in stopped if not stop.purpose), None),
        planned.of_customer(customer, user=user),
        wishes.of(customer, {stop.purpose for stop in stopped}),
    )
