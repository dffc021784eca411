"""What is owed next by rule: an answer to the customer's word, and the next progress update."""

from __future__ import annotations

from datetime import datetime

from standards.terms import Kind, Occasion
from tickets.actions import commitments
from tickets.actions.clocks import row_of
from tickets.actions.events import record
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
    """The standard's next progress update, unless a promised one comes earlier or the ticket waits or is done.

    Who wants news only when it is solved is owed one note, half-way to the solution.
    """
    if not ticket.is_open or ticket.state == Ticket.State.WAITING_ON_CUSTOMER:
        return
    if ticket.customer.news_only_when_solved:
        _owe_a_note_half_way(ticket, at=at, now=now)
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


def news_only_when_solved(ticket: Ticket, *, now: datetime) -> None:
    """Its customer wants no news on the way: updates by rule are no longer owed. What was promised stays."""
    ticket = Ticket.objects.lock(ticket)
    for update in ticket.commitments.open().filter(kind=Kind.UPDATE, source=Commitment.Source.STANDARD):
        if not update.is_overdue(now):
            commitments.withdraw(update, why="customer_said_so", by=None, now=now)
    owe_an_update(ticket, at=now, now=now)


def _owe_a_note_half_way(ticket: Ticket, *, at: datetime, now: datetime) -> None:
    """Once for each solution that is owed by a standard, while its half has not passed (playbook B)."""
    solution = ticket.commitments.running().filter(kind=Kind.RESOLUTION, source=Commitment.Source.STANDARD).first()
    version = matching(ticket, at=at).get(Kind.UPDATE)
    if version is None or solution is None or solution.started_at is None:
        return
    minutes, days = (solution.window_minutes or 0) // 2 or None, (solution.window_days or 0) // 2 or None
    updates = ticket.commitments.filter(kind=Kind.UPDATE)
    noted = updates.filter(
        source=Commitment.Source.STANDARD, started_at=solution.started_at, made_at__gte=solution.made_at
    )
    if not (minutes or days) or updates.open().exists() or noted.exclude(outcome="withdrawn").exists():
        return
    calendar = calendar_of(ticket.team)
    due = due_of(solution.clock, minutes, days, calendar, solution.started_at)
    if due <= now:
        return
    note = row_of(
        version, ticket, calendar, accountable=commitments.who_answers(ticket),
        start=solution.started_at, due=due, now=now,
    )  # fmt: skip
    note.clock, note.window_minutes, note.window_days = solution.clock, minutes, days
    note.save(force_insert=True)
    record(ticket, "commitment.started", now=now, commitment=note, due=due, why="")
