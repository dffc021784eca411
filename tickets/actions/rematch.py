"""Another type, category or priority: the standards that now apply count from the original start."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from people.models import Customer, User
from standards.due import before_pauses, worked_inside
from standards.due import shortly as due_shortly
from standards.matching import match
from standards.models import Category, StandardVersion
from tickets.actions import pauses
from tickets.actions.events import record
from tickets.actions.tickets import facts, folded_text
from tickets.certain import certain
from tickets.clock import Times, due_of, times, times_after_pauses
from tickets.models import Commitment, Ticket


@transaction.atomic
def change_facts(
    ticket: Ticket, *, ticket_type: str, category: Category | None, priority: str, by: User, now: datetime
) -> Ticket:
    """Say what kind of ticket it is. Its running standards follow; what is overdue stays missed."""
    ticket = Ticket.objects.lock(ticket)
    before = [ticket.type, ticket.category_id, ticket.priority]
    ticket.type, ticket.category, ticket.priority = ticket_type, category, priority
    after = [ticket_type, category.pk if category else None, priority]
    if before == after:
        return ticket
    ticket.save(update_fields=["type", "category", "priority"])
    record(ticket, "ticket.facts_changed", now=now, by=by, before=before, after=after)
    rematch(ticket, by=by, now=now)
    return ticket


@transaction.atomic
def customer_changed(customer: Customer, *, by: User, now: datetime) -> int:
    """What follows for the tickets of a customer whose name, address or group is another now.

    Searches find them by the new name, and standards that look at the group apply anew to what
    is open. Returns how many tickets there are.
    """
    tickets = list(Ticket.objects.filter(customer=customer).select_related("customer"))
    for ticket in tickets:
        ticket.customer = customer
        ticket.folded = folded_text(ticket)
    Ticket.objects.bulk_update(tickets, ["folded"], batch_size=500)
    for ticket in tickets:
        if ticket.is_open:
            rematch(ticket, by=by, now=now)
    return len(tickets)


@transaction.atomic
def rematch(ticket: Ticket, *, by: User | None, now: datetime) -> list[Commitment]:
    """Give each open standard commitment that was never moved the standard that applies now.

    Its window counts from the original start. Where none applies any more it is withdrawn.
    Returns the commitments whose time changed.
    """
    ticket = Ticket.objects.lock(ticket)
    rows = ticket.commitments.open().filter(
        source=Commitment.Source.STANDARD, replaces=None, follows_why__in=["", Commitment.FollowsWhy.SPLIT]
    )
    changed = []
    for commitment in rows.select_related("standard_version", "calendar_version"):
        commitment.ticket = ticket
        if commitment.is_overdue(now) or commitment.standard_version is None:
            continue
        in_force = StandardVersion.objects.in_force(certain(commitment.started_at))
        found = match(in_force, facts(ticket, commitment.standard_version.occasion))
        version = found.get(commitment.kind)
        if version is None:
            _withdraw(commitment, by=by, now=now)
        elif version.pk != commitment.standard_version_id:
            changed.append(_follow(commitment, version, by=by, now=now))
    return changed


def _follow(commitment: Commitment, version: StandardVersion, *, by: User | None, now: datetime) -> Commitment:
    calendar, before = commitment.calendar_version, commitment.standard_version_id
    old_due = commitment.due_at or commitment.unpaused_due_at
    due = due_of(version.clock, version.window_minutes, version.window_days, calendar, certain(commitment.started_at))
    commitment.standard_version, commitment.clock = version, version.clock
    commitment.window_minutes, commitment.window_days = version.window_minutes, version.window_days
    commitment.unpaused_due_at = due
    tightened, counted = False, None
    spans = [(pause.started_at, certain(pause.ended_at)) for pause in commitment.pauses.exclude(ended_at=None)]
    if commitment.state == Commitment.State.RUNNING:
        moments = times_after_pauses(commitment, spans)
        if moments.due_at <= now:
            moments, tightened = shortly(commitment, spans, now), True
        commitment.due_at, commitment.warn_at, commitment.last_call_at = (
            moments.due_at,
            moments.warn_at,
            moments.last_call_at,
        )
        if commitment.counted_due_at and commitment.counted_due_at > now:
            commitment.counted_due_at = moments.due_at
        counted = commitment.counted_due_at
    else:
        pause = commitment.pauses.get(ended_at=None)
        tightened = standing_still(commitment, spans, pause.started_at)
        if pause.counted_due_at:
            pause.counted_due_at = times_after_pauses(commitment, spans).due_at
            pause.save(update_fields=["counted_due_at"])
        counted = pause.counted_due_at
    commitment.save()
    new_due = commitment.due_at or commitment.unpaused_due_at
    record(
        commitment.ticket, "commitment.rematched", now=now, by=by, commitment=commitment,
        old_due=old_due, due=new_due, before=before, version=version.pk, tightened=tightened,
        counted=counted,
    )  # fmt: skip
    return commitment


def shortly(commitment: Commitment, spans: list[tuple[datetime, datetime]], now: datetime) -> Times:
    """Nobody could have kept a time that passed before it applied: it is due after one warning span from now.

    Its time without pauses is set so that its pauses, which are over, lead to that.
    """
    hours, started = commitment.calendar_version.working, certain(commitment.started_at)
    due = due_shortly(hours, started, certain(commitment.unpaused_due_at), now)
    commitment.unpaused_due_at = before_pauses(hours, due, worked_inside(hours, spans))
    return times(commitment.kind, commitment.clock, commitment.calendar_version, started, due, not_before=now)


def standing_still(commitment: Commitment, spans: list[tuple[datetime, datetime]], since: datetime) -> bool:
    """Of one whose clock stands still: whether its new window was used up before that, so that it is due shortly after.

    `spans` are the pauses that are over; the one that lasts began at `since`.
    """
    if times_after_pauses(commitment, spans).due_at > since:
        return False
    shortly(commitment, spans, since)
    return True


def _withdraw(commitment: Commitment, *, by: User | None, now: datetime) -> None:
    if commitment.state == Commitment.State.PAUSED:
        commitment = pauses.end(commitment, at=now, now=now)
    commitment.state, commitment.outcome, commitment.ended_at = (
        Commitment.State.ENDED, Commitment.Outcome.WITHDRAWN, now,
    )  # fmt: skip
    commitment.accountable_at_due = commitment.accountable_at_due or commitment.accountable
    commitment.save()
    record(commitment.ticket, "commitment.withdrawn", now=now, by=by, commitment=commitment, why="rematched")
