"""Promises that start when the customer has done their part: told with a condition, started by a person, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from people.models import User
from standards.terms import Clock
from tickets.actions import commitments
from tickets.actions.events import record
from tickets.certain import certain
from tickets.clock import calendar_of
from tickets.models import Commitment, Message, Ticket


@dataclass(frozen=True)
class Condition:
    """What a promise starts with, in words that go on after "after", and how long it takes from then on.

    One of the two: working minutes, or working days.
    """

    words: str
    minutes: int | None = None
    days: int | None = None

    @property
    def clock(self) -> str:
        """How the time is counted."""
        return Clock.WORKING_DAYS if self.days else Clock.WORKING_TIME


@transaction.atomic
def promise(
    ticket: Ticket,
    kind: str,
    words: str,
    condition: Condition,
    *,
    by: User,
    at: datetime,
    now: datetime,
    may_get_in_the_way: str = "",
) -> Commitment:
    """Record what `by` told the customer at `at`: `words`, so long after what the customer does first.

    It has no time and counts nowhere until somebody says that the condition came true.
    """
    ticket = Ticket.objects.lock(ticket)
    check(condition)
    commitment = Commitment.objects.create(
        ticket=ticket,
        kind=kind,
        source=Commitment.Source.PROMISE,
        calendar_version=calendar_of(ticket.team),
        clock=condition.clock,
        made_by=by,
        accountable=ticket.owner or by,
        promised_text=words,
        may_get_in_the_way=may_get_in_the_way,
        condition=condition.words,
        window_minutes=condition.minutes,
        window_days=condition.days,
        made_at=at,
        state=Commitment.State.CONDITIONAL,
    )
    record(ticket, "commitment.promised", now=now, by=by, commitment=commitment)
    return commitment


def check(condition: Condition) -> None:
    """Raise a `ValidationError` where it lacks its words, or how long it takes then."""
    if not condition.words.strip():
        raise ValidationError(_("Say what it starts with."))
    if bool(condition.minutes) == bool(condition.days):
        raise ValidationError(_("Say how long it takes from then on."))


@transaction.atomic
def came_true(commitment: Commitment, message: Message | None, *, by: User, now: datetime) -> Commitment:
    """Start the clock: from `message`, with which the customer did their part; without one, from now.

    It counts from the moment of the message and not of this click, because the customer has waited since then:
    who looks late gives us no more time. The due time may have passed already; then it is overdue.
    """
    commitment = commitments.lock(commitment)
    if message is not None:
        _check_answers(commitment, message)
    at = message.at if message is not None else now
    return commitments.begin_conditional(commitment, at=at, now=now, by=by)


@transaction.atomic
def not_yet(commitment: Commitment, message: Message | None, *, by: User, now: datetime) -> Commitment:
    """`message` was something else: it is asked about again when the customer writes next."""
    commitment = commitments.lock(commitment)
    if commitment.state != Commitment.State.CONDITIONAL:
        raise ValidationError(_("The clock of this promise runs already."))
    if message is None:
        raise ValidationError(_("Say which message of the customer it was."))
    _check_answers(commitment, message)
    commitment.unmet_until = max(message.at, commitment.unmet_until or message.at)
    commitment.save(update_fields=["unmet_until"])
    record(commitment.ticket, "condition.not_yet", now=now, by=by, commitment=commitment, message=message.pk)
    return commitment


def _check_answers(commitment: Commitment, message: Message) -> None:
    theirs = message.ticket_id == commitment.ticket_id and message.direction == Message.Direction.IN
    if not theirs or message.at <= certain(commitment.made_at):
        raise ValidationError(_("That message came before the promise, or is about something else."))
