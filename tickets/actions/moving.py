"""Moving a promise: another row replaces it, before it is due, with the reason told."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from people.models import User
from tickets.actions.commitments import end, lock
from tickets.actions.events import record
from tickets.certain import certain
from tickets.clock import times
from tickets.models import Commitment

State, Outcome = Commitment.State, Commitment.Outcome


def check_move(commitment: Commitment, due: datetime, reason: str, *, at: datetime, consent: bool = False) -> None:
    """Raise a `ValidationError` that says why the promise cannot be moved to `due` at `at`, if so.

    Only before it is due, with a reason for the customer, and as often as its standard allows.
    Pulling it earlier is free; only a later time counts as a move.
    """
    if commitment.state == State.PAUSED:
        raise ValidationError(_("Its clock is paused. It runs on when the customer answers; then it can be moved."))
    if commitment.state != State.RUNNING:
        raise ValidationError(_("This promise has ended, so its time stays as it is."))
    if commitment.may_be_tried_again(at):
        raise ValidationError(_("Its slot is over. Try once more and leave a message; then promise another call."))
    if at >= certain(commitment.due_at):
        raise ValidationError(
            _("This promise is overdue, so it can no longer be moved. Say sorry and give a new time instead.")
        )
    if due <= at:
        raise ValidationError(_("The new time has passed already. Choose one that is still ahead."))
    if due == commitment.due_at:
        raise ValidationError(_("That is the time it has now. Choose another one."))
    if not reason.strip():
        raise ValidationError(_("Say why, in words the customer can read."))
    version = commitment.standard_version
    if due > certain(commitment.due_at):
        if _moves_so_far(commitment) >= moves_allowed(commitment):
            raise ValidationError(_("It has been moved as often as allowed. Keep it, or own the miss."))
        if version and version.consent_required and not consent:
            raise ValidationError(_("Moving it needs the customer's consent: call and log that they agreed."))


@transaction.atomic
def move(
    commitment: Commitment,
    due: datetime,
    reason: str,
    *,
    words: str,
    by: User,
    at: datetime,
    now: datetime,
    consent: bool = False,
    slot_starts_at: datetime | None = None,
) -> Commitment:
    """Close the promise as moved and return its successor, due at the time the customer was told at `at`.

    The first due time stays on every row of the chain; results count by it. Refusals as `check_move`.
    """
    commitment = lock(commitment)
    check_move(commitment, due, reason, at=at, consent=consent)
    old_due, counted = commitment.due_at, commitment.counted_due_at
    moments = times(
        commitment.kind, commitment.clock, commitment.calendar_version, at, due, slot_starts_at=slot_starts_at
    )
    end(commitment, Outcome.MOVED, at=at, now=now, by=by)
    successor = Commitment.objects.create(
        ticket=commitment.ticket,
        kind=commitment.kind,
        source=commitment.source,
        standard_version=commitment.standard_version,
        calendar_version=commitment.calendar_version,
        clock=commitment.clock,
        window_minutes=commitment.window_minutes,
        window_days=commitment.window_days,
        # Whoever is asked moves only the time: who asked stays who asked.
        made_by=commitment.made_by if commitment.is_internal else by,
        accountable=commitment.accountable,
        asked_of=commitment.asked_of,
        serves=commitment.serves,
        promised_text=words or commitment.promised_text,
        may_get_in_the_way=commitment.may_get_in_the_way,
        slot_starts_at=slot_starts_at,
        made_at=at,
        started_at=at,
        first_due_at=commitment.first_due_at,
        unpaused_due_at=due,
        counted_due_at=min(counted, due) if counted else None,
        warn_at=moments.warn_at,
        last_call_at=moments.last_call_at,
        due_at=due,
        state=State.RUNNING,
        replaces=commitment,
    )
    # Who was asked to take it is asked about what it has become.
    commitment.hand_overs.unanswered().update(commitment=successor)
    record(commitment.ticket, "commitment.moved", now=now, by=by, commitment=successor, old_due=old_due, due=due)
    return successor


def moves_allowed(commitment: Commitment) -> int:
    """How often its time may be put later: a standard says it itself, a promise in words may twice."""
    version = commitment.standard_version
    return version.max_moves if version else 2


def _moves_so_far(commitment: Commitment) -> int:
    """How often its time was put later, along the chain."""
    moves, row = 0, commitment
    while row.replaces is not None:
        moves += certain(row.unpaused_due_at) > certain(row.replaces.due_at)
        row = row.replaces
    return moves
