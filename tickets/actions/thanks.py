"""A customer's last word that wants no answer: a person says so, and can take it back for a day."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from people.models import User
from standards.terms import Kind, Occasion
from tickets.actions import commitments
from tickets.actions.events import record
from tickets.actions.owing import owe_an_answer
from tickets.actions.tickets import reopen
from tickets.models import Commitment, Event, Message, Ticket

NO_REPLY_NEEDED = "no_reply_needed"
# After that it would only be a way to be late without a miss.
CAN_BE_TAKEN_BACK_FOR = timedelta(hours=24)


@transaction.atomic
def no_reply_needed(owed: Commitment, *, by: User, now: datetime) -> Commitment:
    """What the customer wrote asks for nothing: the answer is no longer owed, and what it opened again is resolved.

    Only before it is due, and never what follows from "not settled". Returns the row, withdrawn.
    """
    owed = commitments.lock(owed)
    ticket = owed.ticket
    if not is_about_an_ordinary_word(owed):
        raise ValidationError(_("Only an answer to a customer's message can be marked as not needed."))
    if owed.is_overdue(now):
        raise ValidationError(_("It is overdue: the customer has waited for an answer. Write to them."))
    owed = commitments.withdraw(owed, why=NO_REPLY_NEEDED, by=by, now=now)
    opened = ticket.commitments.filter(kind=Kind.RESOLUTION, started_at=owed.started_at)
    for again in opened.exclude(state=Commitment.State.ENDED):
        if not again.is_overdue(now):
            again = commitments.withdraw(again, why=NO_REPLY_NEEDED, by=by, now=now)
            # It was opened by a word that asked for nothing, so the resolution before it did hold.
            again.voided_at = now
            again.save(update_fields=["voided_at"])
            record(ticket, "commitment.voided", now=now, by=by, commitment=again, why=NO_REPLY_NEEDED)
    if ticket.is_open and _was_opened_by_it(ticket, owed):
        ticket.state, ticket.resolved_at, ticket.unplanned = Ticket.State.RESOLVED, now, True
        ticket.save(update_fields=["state", "resolved_at", "unplanned"])
        record(ticket, "ticket.resolved", now=now, by=by, at=now)
    return owed


@transaction.atomic
def reply_needed(row: Commitment, *, by: User, now: datetime) -> Ticket:
    """It asked for something after all: an answer is owed since the customer wrote; what is resolved opens."""
    row = commitments.lock(row)
    ticket = row.ticket
    if not was_marked(row) or row.ended_at is None or now - row.ended_at > CAN_BE_TAKEN_BACK_FOR:
        raise ValidationError(_("That can be taken back within a day only. Write to the customer instead."))
    if ticket.set_aside_why:
        raise ValidationError(_("It was set aside, so nothing is owed on it. Take it up again first, then write."))
    since = row.started_at or row.made_at
    if ticket.messages.filter(direction=Message.Direction.OUT, human=True, at__gte=row.ended_at).exists():
        raise ValidationError(_("Somebody has written to the customer since."))
    record(ticket, "message.reply_needed", now=now, by=by, commitment=row)
    if _was_opened_by_it(ticket, row):
        ticket = reopen(ticket, at=since, now=now, by=by)
    owe_an_answer(ticket, since=since, now=now)
    return ticket


def is_about_an_ordinary_word(owed: Commitment) -> bool:
    """Whether it is the answer to something the customer wrote, and not to "not settled"."""
    version = owed.standard_version
    return owed.kind == Kind.NEXT_RESPONSE and version is not None and version.occasion == Occasion.ORDINARY


def was_marked(row: Commitment) -> bool:
    """Whether it ended because a person said that no reply was needed."""
    return row.events.filter(kind="commitment.withdrawn", detail__why=NO_REPLY_NEEDED).exists()


def _was_opened_by_it(ticket: Ticket, owed: Commitment) -> bool:
    """Whether the word that `owed` would have answered opened the ticket, which was resolved before."""
    at = owed.started_at.isoformat() if owed.started_at else ""
    return Event.objects.filter(ticket=ticket, kind="ticket.reopened", detail__at=at).exists()
