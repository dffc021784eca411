"""A mail did not reach the customer: what it did is undone as far as it was told to nobody, and is owed again.

Rules: docs/architecture.md, "When a word counts"; docs/decisions/0010.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.db.models.functions import Coalesce

from mail import outbox
from mail.models import Delivery
from standards.terms import FULFILLED_BY_A_REPLY, Kind
from tickets.actions import commitments, pauses
from tickets.actions.clocks import once_more
from tickets.actions.events import record
from tickets.actions.looking import follow_ups_look_again
from tickets.certain import certain
from tickets.models import Commitment, Message, Pause, Ticket

State, Outcome, Source = Commitment.State, Commitment.Outcome, Commitment.Source


def note(ticket: Ticket, message: Message, *, status: str, now: datetime) -> bool:
    """The customer never got `message`; `status` is a code like "5.1.1". The caller holds the lock. False when known.

    Marked on what it was meant to fulfil. What it had fulfilled is void and owed again, with the times
    that it had; nobody was asked what it asks, and nobody was told that the ticket is resolved.
    """
    if message.not_reached_at is not None:
        return False
    message.not_reached_at = now
    message.save(update_fields=["not_reached_at"])
    record(ticket, "message.not_reached", now=now, message=message.pk, status=status)
    delivery = certain(message.delivery)
    accepted_at = delivery.ended_at if delivery.state == Delivery.State.SENT else None
    meant = _fulfilled(ticket, message, accepted_at) if accepted_at else _still_owed(ticket, message)
    for commitment in meant:
        record(ticket, "commitment.not_reached", now=now, commitment=commitment, message=message.pk, status=status)
    if accepted_at:
        for commitment in meant:
            _owe_again(ticket, commitment, message, now=now)
        _wait_for_nothing(ticket, message, now=now)
        _tell_nobody_it_is_resolved(ticket, message, accepted_at, now=now)
    follow_ups_look_again(ticket)
    return True


def _kinds(message: Message) -> list[str]:
    """The kinds of promises that `message` was meant to meet."""
    if not message.human:
        return [] if message.only_a_receipt else [Kind.ACKNOWLEDGE]
    kinds: list[str] = [] if message.only_a_receipt else list(FULFILLED_BY_A_REPLY)
    kinds += [Kind.ANSWER] if message.decides else []
    return kinds + ([*FULFILLED_BY_A_REPLY, Kind.RESOLUTION] if message.resolves else [])


def _fulfilled(ticket: Ticket, message: Message, at: datetime) -> list[Commitment]:
    """What ended as kept with `message`: at the very moment when it was accepted."""
    ended = Commitment.objects.of(ticket).filter(kind__in=_kinds(message), ended_at=at, voided_at=None)
    kept = ended.filter(outcome__in=[Outcome.KEPT, Outcome.KEPT_LATE]).to_the_customer()
    return list(kept.order_by("pk"))


def _still_owed(ticket: Ticket, message: Message) -> list[Commitment]:
    """What it was meant to fulfil and what is owed all the same, because it never left."""
    owed = ticket.commitments.running().filter(kind__in=_kinds(message), started_at__lte=message.at)
    return list(owed.to_the_customer().order_by("pk"))


def _owe_again(ticket: Ticket, row: Commitment, message: Message, *, now: datetime) -> None:
    """Void the row and open another with its times; that one counts. Kept at once where something else has kept it."""
    row.voided_at = now
    row.save(update_fields=["voided_at"])
    if ticket.set_aside_why:
        # It never was a request: nothing is owed on it, and nothing that was not heard counts as kept.
        record(ticket, "commitment.voided", now=now, commitment=row, why=Commitment.FollowsWhy.NOT_REACHED)
        return
    again = once_more(
        row, ticket, now=now, state=State.RUNNING, follows=row, follows_why=Commitment.FollowsWhy.NOT_REACHED
    )  # fmt: skip
    again.save(force_insert=True)
    record(
        ticket, "commitment.owed_again", now=now, commitment=again, due=again.due_at, counted=again.counted_due_at,
        message=message.pk,
    )  # fmt: skip
    other = _reached_by(ticket, message, row.kind, since=certain(row.started_at))
    if other is not None:
        moment = other.delivery.ended_at if other.delivery else None
        commitments.keep(again, at=moment or other.at, now=now, by=other.author)


def _reached_by(ticket: Ticket, message: Message, kind: str, *, since: datetime) -> Message | None:
    """The first other message that met a promise of `kind`: a call that reached them, or a mail that did not return."""
    came = Q(result=Message.Result.REACHED) | Q(delivery__state=Delivery.State.SENT, delivery__bounced_at=None)
    others = ticket.messages.filter(came, direction=Message.Direction.OUT, unsettled=False, at__gte=since)
    others = others.filter(not_reached_at=None).exclude(pk=message.pk)
    if kind in {Kind.ANSWER, Kind.RESOLUTION}:
        others = others.filter(decides=True) if kind == Kind.ANSWER else others.filter(resolves=True)
    else:
        others = others.filter(only_a_receipt=False)
    if kind != Kind.ACKNOWLEDGE:
        others = others.filter(human=True)
    moment = Coalesce("delivery__ended_at", "at")
    return others.select_related("delivery", "author").order_by(moment, "pk").first()


def _wait_for_nothing(ticket: Ticket, message: Message, *, now: datetime) -> None:
    """A pause needs a question that was asked: clocks that stand still because of this one run on."""
    for pause in Pause.objects.filter(question=message, ended_at=None).select_related("commitment"):
        pauses.end(pause.commitment, at=now, now=now)
    waits = ticket.state == Ticket.State.WAITING_ON_CUSTOMER
    if message.wait_until and waits and not ticket.messages.asking(now).exists():
        ticket.state = Ticket.State.OPEN
        ticket.save(update_fields=["state"])
        record(ticket, "ticket.asked_nobody", now=now, message=message.pk)


def _tell_nobody_it_is_resolved(ticket: Ticket, message: Message, at: datetime, *, now: datetime) -> None:
    """Resolved is what the customer was told: open again, unless somebody has told them otherwise."""
    if not message.resolves or ticket.is_open or ticket.resolved_at != at:
        return
    if _reached_by(ticket, message, Kind.RESOLUTION, since=at) is not None:
        return
    ticket.state, ticket.resolved_at = Ticket.State.OPEN, None
    ticket.save(update_fields=["state", "resolved_at"])
    record(ticket, "ticket.not_told_resolved", now=now, message=message.pk)
    outbox.cancel(ticket.about, "state_changed", now=now)
