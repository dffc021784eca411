"""The ticket list: one page of it, and how many there are in each open state. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from desk import keyset
from desk.filters import TicketFilter
from desk.row_facts import NEVER
from tickets.models import Commitment, Ticket
from ui.formats import compact_duration

PER_PAGE = 50
_DAY = timedelta(days=1)
OPEN_STATES = (Ticket.State.OPEN, Ticket.State.WAITING_ON_CUSTOMER, Ticket.State.WAITING_ON_OTHERS)
# The earliest time by which something is owed on a ticket; those with none come last.
_NEXT_DUE = Coalesce(
    Subquery(Commitment.objects.running().filter(ticket=OuterRef("pk")).order_by("due_at", "pk").values("due_at")[:1]),
    Value(NEVER),
)


@dataclass(frozen=True)
class Line:
    """A ticket with the commitment that is due next, if one is running."""

    ticket: Ticket
    next: Commitment | None
    stage: str
    age: str


@dataclass(frozen=True)
class TicketList:
    """One page. `counts` holds the open states in the order of their choices."""

    lines: Sequence[Line]
    counts: Sequence[tuple[str, str, int]]
    total: int | None
    after: str
    by_due: bool


def read(filters: TicketFilter, *, now: datetime, after: str = "") -> TicketList:
    """The page from the place `after` on: open tickets by their next due time, others newest first."""
    if not filters.is_valid():
        return TicketList([], [], 0, "", True)
    by_due = filters.is_open_only
    found = filters.qs.select_related("customer", "owner", "team")
    if by_due:
        found = found.filter(state__in=OPEN_STATES).annotate(next_due=_NEXT_DUE)
    tickets, goes_on = keyset.page(found, "next_due" if by_due else "-opened_at", after, PER_PAGE)
    counts = _counts(filters)
    state = filters.form.cleaned_data.get("state", "")
    known = {code: count for code, _, count in counts}
    return TicketList(
        lines(tickets, now=now),
        counts,
        (known[state] if state else sum(known.values())) if by_due else None,
        goes_on,
        by_due,
    )


def lines(tickets: Sequence[Ticket], *, now: datetime) -> list[Line]:
    """Each of `tickets` with what is due next on it: one query for all."""
    due: dict[int, Commitment] = {}
    for row in Commitment.objects.running().filter(ticket__in=tickets).order_by("due_at", "pk"):
        due.setdefault(row.ticket_id, row)
    return [_line(ticket, due.get(ticket.pk), now) for ticket in tickets]


def _line(ticket: Ticket, found: Commitment | None, now: datetime) -> Line:
    age = now - ticket.opened_at
    if age >= _DAY:
        age -= age % _DAY  # whole days are enough
    return Line(ticket, found, found.stage(now) if found else "", compact_duration(age))


def _counts(filters: TicketFilter) -> list[tuple[str, str, int]]:
    """How many in each open state, whatever state is chosen. Done ones are not counted: they only ever grow."""
    found = filters.whatever_state().filter(state__in=OPEN_STATES).values("state").annotate(n=Count("pk")).order_by()
    counted = {row["state"]: row["n"] for row in found}
    return [(state.value, str(state.label), counted.get(state.value, 0)) for state in OPEN_STATES]
