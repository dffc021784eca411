"""What is owed next by rule: an answer to the customer's word, and the next progress update."""

from __future__ import annotations

from datetime import datetime

from standards.terms import Kind, Occasion
from tickets.actions import commitments
from tickets.actions.tickets import matching
from tickets.clock import calendar_of, due_of
from tickets.models import Commitment, Ticket


def owe_an_answer(ticket: Ticket, *, since: datetime, now: datetime, occasion: str = Occasion.ORDINARY) -> None:
    """Start the next response, counted from the oldest unanswered message of the customer.

    While a first response is owed, that one answers; an ordinary later message starts no second clock.
    """
    if not occasion and ticket.commitments.open().filter(kind__in=[Kind.FIRST_RESPONSE, Kind.NEXT_RESPONSE]).exists():
        return
    version = matching(ticket, at=since, occasion=occasion).get(Kind.NEXT_RESPONSE)
    if version is not None:
        commitments.start_standard(ticket, version, start=since, now=now)


def owe_an_update(ticket: Ticket, *, at: datetime, now: datetime) -> None:
    """The standard's next progress update, unless a promised one comes earlier or the ticket waits or is done."""
    if not ticket.is_open or ticket.state == Ticket.State.WAITING_ON_CUSTOMER:
        return
    version = matching(ticket, at=at).get(Kind.UPDATE)
    if version is None:
        return
    due = due_of(version.clock, version.window_minutes, version.window_days, calendar_of(ticket.team), at)
    promised = ticket.commitments.running().filter(
        kind=Kind.UPDATE, source=Commitment.Source.PROMISE, due_at__lte=due, started_at__lte=at
    )
    if not promised.exists():
        commitments.start_standard(ticket, version, start=at, now=now, due=due)
