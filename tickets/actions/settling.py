"""Carrying out what a message does, at the moment it was accepted by our outgoing server.

Rules: docs/architecture.md, "When a word counts".
"""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from mail import actions, meaning, reports
from mail.models import Delivery
from standards.due import Window
from standards.terms import FULFILLED_BY_A_REPLY, Kind
from tickets.actions import asking, commitments, conditions, moving, not_reached, pauses, uploads
from tickets.actions.conditions import Condition
from tickets.actions.events import record
from tickets.actions.owing import owe_an_answer, owe_an_update
from tickets.actions.tickets import reopen, resolve
from tickets.certain import certain
from tickets.clock import calendar_of, due_of
from tickets.models import Commitment, Draft, Message, Ticket

# Nobody waits longer than this for an answer, whatever the message says: then we ask again.
LONGEST_PAUSE = Window("working_days", days=10)


def settle_all(*, now: datetime) -> int:
    """Carry out every message whose mail has come to an end, oldest first; returns how many."""
    messages = list(Message.objects.to_settle().select_related("ticket", "delivery"))
    for message in messages:
        settle(message, now=now)
    return len(messages)


@transaction.atomic
def settle(message: Message, *, now: datetime) -> None:
    """Do what `message` does if it was accepted, dated at that moment; else give its text back.

    Safe to repeat: the marker is cleared in the same transaction. Until the mail has come to an
    end nothing happens.
    """
    ticket = Ticket.objects.lock(message.ticket)
    message = Message.objects.select_related("delivery", "author").get(pk=message.pk)
    delivery = message.delivery
    if not message.unsettled or delivery is None or delivery.state not in Delivery.ENDED:
        return
    message.ticket = ticket
    message.unsettled = False
    message.save(update_fields=["unsettled"])
    if delivery.state == Delivery.State.SENT:
        carry_out(message, at=certain(delivery.ended_at), now=now)
    else:
        _give_back(message, delivery, now=now)
        if delivery.state == Delivery.State.FAILED:
            _refused(message, delivery, now=now)


@transaction.atomic
def wait_again(message: Message) -> None:
    """Its mail is tried once more: what it does waits for that mail, as at first. The caller holds the lock."""
    Message.objects.filter(pk=message.pk, delivery__isnull=False).update(unsettled=True, not_reached_at=None)


def carry_out(message: Message, *, at: datetime, now: datetime, consent: bool = False) -> None:
    """Keep, move, promise, pause and resolve what `message` says, all dated `at`. The caller holds the lock.

    What the customer wrote after it was written is not answered by it.
    """
    ticket, by = message.ticket, message.author
    unanswered = list(
        ticket.messages.filter(direction=Message.Direction.IN, human=True, at__gt=message.at)
        .order_by("at")
        .values_list("at", flat=True)
    )
    crossed = [moment for moment in unanswered if moment <= at]
    _move(message, at=at, now=now, consent=consent)
    if not message.only_a_receipt:
        _keep(message, at=at, now=now)
    _promise(message, at=at, now=now)
    _withdraw(message, now=now)
    if message.resolves and not crossed and not _told_otherwise_since(ticket, at):
        ticket = resolve(ticket, at=at, now=now, by=by)
        asking.need_no_more(message.withdraws.internal(), by=by, now=now)
        if unanswered:
            ticket = reopen(ticket, at=unanswered[0], now=now)
    elif message.resolves:
        record(ticket, "message.did_not_resolve", now=now, by=by, message=message.pk)
    if message.wait_until and not crossed:
        _wait(ticket, message, at=at, now=now)
        if unanswered:
            pauses.end_all(ticket, at=unanswered[0], now=now)
    if unanswered and not message.only_a_receipt:
        owe_an_answer(ticket, since=unanswered[0], now=now)
    waits = message.wait_until and not unanswered
    if message.human and not message.only_a_receipt and not waits:
        owe_an_update(Ticket.objects.lock(ticket), at=at, now=now)


def _told_otherwise_since(ticket: Ticket, at: datetime) -> bool:
    """Whether the customer was told another time for the solution after `at`: what was said last is what counts."""
    told = ticket.commitments.open().to_the_customer().filter(kind=Kind.RESOLUTION, replaces__isnull=False)
    return told.filter(started_at__gt=at).exists()


def _move(message: Message, *, at: datetime, now: datetime, consent: bool) -> None:
    for told in message.promises.filter(moves__isnull=False).select_related("moves__ticket").order_by("pk"):
        try:
            moving.move(
                certain(told.moves), certain(told.due_at), told.reason, words=told.words,
                by=certain(message.author), at=at, now=now, consent=consent, slot_starts_at=told.slot_starts_at,
            )  # fmt: skip
        except ValidationError as refusal:
            told.refused_why = " ".join(refusal.messages)
            told.save(update_fields=["refused_why"])
            record(
                message.ticket, "move.refused", now=now, by=message.author, commitment=told.moves, message=message.pk
            )


def _keep(message: Message, *, at: datetime, now: datetime) -> None:
    kinds = [Kind.ACKNOWLEDGE] if not message.human else list(FULFILLED_BY_A_REPLY)
    kinds += [Kind.ANSWER] if message.decides else []
    kept = message.ticket.commitments.running().filter(kind__in=kinds, started_at__lte=message.at)
    kept = kept.to_the_customer()
    if message.decides:
        kept = kept | message.ticket.commitments.filter(state=Commitment.State.PAUSED, kind=Kind.ANSWER)
    for commitment in kept:
        commitments.keep(commitment, at=at, now=now, by=message.author)


def _promise(message: Message, *, at: datetime, now: datetime) -> None:
    for told in message.promises.filter(moves__isnull=True).select_related("follows").order_by("pk"):
        if told.condition:
            conditions.promise(
                message.ticket, told.kind, told.words,
                Condition(told.condition, told.window_minutes, told.window_days),
                by=certain(message.author), at=at, now=now, may_get_in_the_way=told.may_get_in_the_way,
            )  # fmt: skip
            continue
        if certain(told.due_at) <= at:
            told.refused_why = "late"
            told.save(update_fields=["refused_why"])
            continue
        commitments.promise(
            message.ticket, told.kind, told.words, certain(told.due_at),
            by=certain(message.author), at=at, now=now,
            may_get_in_the_way=told.may_get_in_the_way, slot_starts_at=told.slot_starts_at, follows=told.follows,
        )  # fmt: skip


def _withdraw(message: Message, *, now: datetime) -> None:
    """What the customer was told is no longer owed; overdue meanwhile it stays a miss, unless its author may decide."""
    for commitment in message.withdraws.to_the_customer().open().select_related("ticket").order_by("pk"):
        try:
            commitments.withdraw(commitment, why="told_the_customer", by=message.author, now=now)
        except ValidationError:
            record(
                message.ticket, "withdrawal.refused", now=now, by=message.author, commitment=commitment,
                message=message.pk,
            )  # fmt: skip


def _wait(ticket: Ticket, message: Message, *, at: datetime, now: datetime) -> None:
    calendar = calendar_of(ticket.team)
    longest = due_of(LONGEST_PAUSE.clock, None, LONGEST_PAUSE.days, calendar, at)
    pauses.begin(ticket, message, at=at, ends_by=min(certain(message.wait_until), longest), now=now)
    if ticket.is_open:
        ticket.state, ticket.unplanned = Ticket.State.WAITING_ON_CUSTOMER, True
        ticket.save(update_fields=["state", "unplanned"])
        record(ticket, "ticket.waits", now=now, by=message.author, until=message.wait_until)


def _give_back(message: Message, delivery: Delivery, *, now: datetime) -> None:
    """The mail did not leave: nothing that it says happens, and its author has the text again, and the files."""
    record(message.ticket, f"message.{delivery.state}", now=now, by=message.author, message=message.pk)
    if not message.human or message.author is None:
        return
    draft, made = Draft.objects.get_or_create(
        ticket=message.ticket,
        author=message.author,
        kind=Draft.Kind.REPLY,
        defaults={"body": message.body, "came_back_why": delivery.reason, "at": now},
    )
    if not made:
        draft.body = f"{draft.body}\n\n{message.body}".strip()
        draft.came_back_why, draft.at = delivery.reason, now
    uploads.give_back(message.attachments.all(), draft, now=now)
    draft.save()


def _refused(message: Message, delivery: Delivery, *, now: datetime) -> None:
    """Another server did not take it: the customer was not reached; and is not known there, if it says so.

    What it refuses for other reasons may be about us, and must not stop the mail of every customer.
    """
    status = meaning.status_in(delivery.reason)
    if not status:
        return
    if reports.is_about_the_address(status):
        actions.address_takes_no_mail(delivery.recipient, status, now=now)
    not_reached.note(message.ticket, message, status=status, now=now)
