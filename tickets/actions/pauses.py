"""Clocks that stand still while we wait for an answer we asked for."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from standards.due import shift, worked_inside
from tickets.actions.events import record
from tickets.certain import certain
from tickets.clock import times_after_pauses
from tickets.models import Commitment, Message, Pause, Ticket


@transaction.atomic
def begin(ticket: Ticket, question: Message, *, at: datetime, ends_by: datetime, now: datetime) -> list[Commitment]:
    """Stop the clocks of `ticket` that can stop, from `at`, when the question went out; returns those stopped.

    Only kinds that pause, only while running, never after due.
    """
    ticket = Ticket.objects.lock(ticket)
    stopped = []
    for commitment in ticket.commitments.running().select_related("calendar_version"):
        if (
            not commitment.can_pause
            or at >= certain(commitment.due_at)
            or at < certain(commitment.started_at)
            or ends_by <= at
        ):
            continue
        ahead = commitment.counted_due_at is not None and at < commitment.counted_due_at
        Pause.objects.create(
            commitment=commitment,
            question=question,
            started_at=at,
            ends_by=ends_by,
            counted_due_at=commitment.counted_due_at if ahead else None,
        )
        if ahead:
            commitment.counted_due_at = None
        commitment.state = Commitment.State.PAUSED
        commitment.due_at = commitment.warn_at = commitment.last_call_at = None
        commitment.save()
        record(ticket, "commitment.paused", now=now, commitment=commitment, at=at, ends_by=ends_by)
        stopped.append(commitment)
    return stopped


@transaction.atomic
def end(commitment: Commitment, *, at: datetime, now: datetime) -> Commitment:
    """Let a paused clock run on from `at`; its due time is worked out anew from all its pauses.

    The caller holds the ticket's lock or lets this take it. A late call ends the pause no later
    than the moment up to which we said we would wait.
    """
    ticket = Ticket.objects.lock(commitment.ticket)
    commitment = Commitment.objects.select_related("calendar_version", "standard_version", "accountable").get(
        pk=commitment.pk
    )
    commitment.ticket = ticket
    pause = commitment.pauses.get(ended_at=None)
    pause.ended_at = min(max(at, pause.started_at + datetime.resolution), pause.ends_by)
    pause.save(update_fields=["ended_at"])
    spans = [(span.started_at, certain(span.ended_at)) for span in commitment.pauses.all()]
    moments = times_after_pauses(commitment, spans)
    if pause.counted_due_at is not None:
        calendar = commitment.calendar_version.working
        # A question that was carried out late may date its pause into the one before: that time counts once.
        others = [(span.started_at, certain(span.ended_at)) for span in commitment.pauses.all() if span.pk != pause.pk]
        this_one = worked_inside(calendar, spans) - worked_inside(calendar, others)
        commitment.counted_due_at = shift(calendar, pause.counted_due_at, this_one)
    commitment.state = Commitment.State.RUNNING
    commitment.due_at = moments.due_at
    commitment.warn_at, commitment.last_call_at = moments.warn_at, moments.last_call_at
    commitment.save()
    record(
        ticket, "commitment.resumed", now=now, commitment=commitment,
        old_due=commitment.unpaused_due_at, due=commitment.due_at, counted=commitment.counted_due_at,
        ended=pause.ended_at,
    )  # fmt: skip
    return commitment


def end_all(ticket: Ticket, *, at: datetime, now: datetime) -> list[Commitment]:
    """Let every paused clock of `ticket` run on from `at`."""
    return [end(commitment, at=at, now=now) for commitment in ticket.commitments.filter(state=Commitment.State.PAUSED)]


def end_those_run_out(*, now: datetime) -> int:
    """End the waiting that is over, as of the moment it was; returns how many tickets.

    Also where no clock could stand still: a ticket waits no longer than its question said.
    """
    run_out = Pause.objects.filter(ended_at=None, ends_by__lte=now).values("commitment__ticket")
    still_asked = Message.objects.asking(now).filter(ticket=OuterRef("pk"))
    in_vain = Ticket.objects.filter(state=Ticket.State.WAITING_ON_CUSTOMER).exclude(Exists(still_asked))
    tickets = list(Ticket.objects.filter(Q(pk__in=run_out) | Q(pk__in=in_vain.values("pk"))))
    for ticket in tickets:
        with transaction.atomic():
            _wait_no_longer(Ticket.objects.lock(ticket), now=now)
    return len(tickets)


def _wait_no_longer(ticket: Ticket, *, now: datetime) -> None:
    for pause in Pause.objects.filter(commitment__ticket=ticket, ended_at=None, ends_by__lte=now):
        end(pause.commitment, at=pause.ends_by, now=now)
    if ticket.state == Ticket.State.WAITING_ON_CUSTOMER:
        ticket.state = Ticket.State.OPEN
        ticket.save(update_fields=["state"])
        record(ticket, "ticket.waited_in_vain", now=now)
