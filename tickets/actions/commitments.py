"""What can happen to a commitment. Each action locks the ticket, checks, writes and records.

Outcomes follow from timestamps: a late worker changes nothing about what was kept.
"""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mail import outbox
from people.models import User
from standards.models import StandardVersion
from standards.terms import Clock
from tickets.actions import pauses
from tickets.actions.clocks import row_of
from tickets.actions.events import record
from tickets.actions.looking import follow_ups_look_again
from tickets.certain import certain
from tickets.clock import calendar_of, due_of, times
from tickets.models import Commitment, Ticket

State, Outcome, Source = Commitment.State, Commitment.Outcome, Commitment.Source


def who_answers(ticket: Ticket) -> User:
    """The one person who answers for what is owed on `ticket`: its owner, or else the team's lead."""
    return ticket.owner or ticket.team.lead


@transaction.atomic
def start_standard(
    ticket: Ticket,
    version: StandardVersion,
    *,
    start: datetime,
    now: datetime,
    due: datetime | None = None,
    follows: Commitment | None = None,
    follows_why: str = "",
) -> Commitment | None:
    """Begin what `version` promises, from `start`; `due` where the window is not the standard's own.

    A ticket has one open standard commitment of a kind: the one due earlier survives. Where that
    is the one that runs already, nothing is made and None is returned.
    """
    ticket = Ticket.objects.lock(ticket)
    calendar = calendar_of(ticket.team)
    due = due or due_of(version.clock, version.window_minutes, version.window_days, calendar, start)
    running = (
        ticket.commitments.open()
        .filter(kind=version.kind, source=Source.STANDARD)
        .exclude(follows_why=Commitment.FollowsWhy.NOT_REACHED)
    )
    for other in running:
        if certain(other.due_at or other.unpaused_due_at) <= due:
            return None
        end_as_merged(other, now=now)
    commitment = row_of(
        version, ticket, calendar, accountable=who_answers(ticket),
        start=start, due=due, now=now, follows=follows, follows_why=follows_why,
    )  # fmt: skip
    commitment.save(force_insert=True)
    record(ticket, "commitment.started", now=now, commitment=commitment, due=due, why=follows_why)
    return commitment


@transaction.atomic
def promise(
    ticket: Ticket,
    kind: str,
    words: str,
    due: datetime,
    *,
    by: User,
    at: datetime,
    now: datetime,
    may_get_in_the_way: str = "",
    slot_starts_at: datetime | None = None,
    follows: Commitment | None = None,
) -> Commitment:
    """Record what `by` told the customer at `at`: that `kind` will have happened by `due`, not before `slot_starts_at`.

    With `follows` it is the new promise after a miss: the missed one ends as not done if it is still
    owed. Refused where `due` has passed already.
    """
    ticket = Ticket.objects.lock(ticket)
    if due <= at:
        raise ValidationError(_("A promise needs a time that is still ahead."))
    if follows is not None and follows.is_overdue(now) and not follows.may_be_tried_again(now):
        give_up(follows, by=by, now=now)
    calendar = calendar_of(ticket.team)
    moments = times(kind, Clock.FIXED, calendar, at, due, slot_starts_at=slot_starts_at)
    commitment = Commitment.objects.create(
        ticket=ticket,
        kind=kind,
        source=Source.PROMISE,
        calendar_version=calendar,
        clock=Clock.FIXED,
        made_by=by,
        accountable=ticket.owner or by,
        promised_text=words,
        may_get_in_the_way=may_get_in_the_way,
        slot_starts_at=slot_starts_at,
        made_at=at,
        started_at=at,
        first_due_at=due,
        unpaused_due_at=due,
        counted_due_at=due,
        warn_at=moments.warn_at,
        last_call_at=moments.last_call_at,
        due_at=due,
        state=State.RUNNING,
        follows=follows,
        follows_why=Commitment.FollowsWhy.AFTER_A_MISS if follows else "",
    )
    record(ticket, "commitment.promised", now=now, by=by, commitment=commitment, due=due)
    if follows is not None:
        follow_ups_look_again(ticket)
    return commitment


@transaction.atomic
def keep(commitment: Commitment, *, at: datetime, now: datetime, by: User | None = None) -> Commitment:
    """What was owed happened at `at`: kept, or kept late when that is after due. At due is in time."""
    commitment = lock(commitment)
    if commitment.state == State.CONDITIONAL:
        commitment = begin_conditional(commitment, at=at, now=now, by=by)
    if commitment.state == State.PAUSED:
        commitment = pauses.end(commitment, at=at, now=now)
    outcome = Outcome.KEPT if at <= certain(commitment.due_at) else Outcome.KEPT_LATE
    return end(commitment, outcome, at=at, now=now, by=by)


@transaction.atomic
def begin_conditional(commitment: Commitment, *, at: datetime, now: datetime, by: User | None) -> Commitment:
    """The condition came true at `at`, so the clock starts; once."""
    commitment = lock(commitment)
    if commitment.state != State.CONDITIONAL:
        raise ValidationError(_("The clock of this promise runs already."))
    due = due_of(commitment.clock, commitment.window_minutes, commitment.window_days, commitment.calendar_version, at)
    moments = times(commitment.kind, commitment.clock, commitment.calendar_version, at, due)
    commitment.state = State.RUNNING
    commitment.started_at = at
    commitment.first_due_at = commitment.unpaused_due_at = commitment.counted_due_at = commitment.due_at = due
    commitment.warn_at, commitment.last_call_at = moments.warn_at, moments.last_call_at
    commitment.save()
    record(commitment.ticket, "commitment.started", now=now, by=by, commitment=commitment, due=due)
    return commitment


@transaction.atomic
def withdraw(commitment: Commitment, *, why: str, by: User | None, now: datetime) -> Commitment:
    """No longer owed: the customer said so, or it was a mistake. After due only a lead or manager may.

    Without `by` it was the customer's own click, or a rule that was told beforehand.
    """
    commitment = lock(commitment)
    if not why:
        raise ValidationError(_("Say why it is no longer owed."))
    if commitment.state == State.ENDED:
        raise ValidationError(_("This promise has ended already."))
    if commitment.state == State.PAUSED:
        commitment = pauses.end(commitment, at=now, now=now)
    check_withdrawal(commitment, by=by, now=now)
    if commitment.is_overdue(now):
        commitment.approved_by = by
    return end(commitment, Outcome.WITHDRAWN, at=now, now=now, by=by, why=why)


def check_withdrawal(commitment: Commitment, *, by: User | None, now: datetime) -> None:
    """Raise a `ValidationError` where `by` may not say at `now` that it is no longer owed: it is overdue already."""
    approves = by is not None and (by.is_manager or commitment.ticket.team.lead_id == by.pk)
    if commitment.is_overdue(now) and not approves:
        raise ValidationError(_("It is overdue: only the team's lead or a manager can withdraw it now."))


@transaction.atomic
def give_up(commitment: Commitment, *, by: User | None, now: datetime) -> Commitment:
    """Past due and not going to happen: not done, for ever."""
    commitment = lock(commitment)
    if not commitment.is_overdue(now) or commitment.may_be_tried_again(now):
        raise ValidationError(_("Only what is overdue can end as not done."))
    return end(commitment, Outcome.NOT_DONE, at=now, now=now, by=by)


@transaction.atomic
def end_as_merged(commitment: Commitment, *, now: datetime, by: User | None = None) -> Commitment:
    """Another one stands for both: merged, and not counted; what is overdue already was missed and ends as not done."""
    commitment = lock(commitment)
    if commitment.state == State.PAUSED:
        commitment = pauses.end(commitment, at=now, now=now)
    outcome = Outcome.NOT_DONE if commitment.is_overdue(now) else Outcome.MERGED
    return end(commitment, outcome, at=now, now=now, by=by)


def lock(commitment: Commitment) -> Commitment:
    """The row as it is now, under its ticket's lock: the one lock order."""
    ticket = Ticket.objects.lock(commitment.ticket)
    fresh = Commitment.objects.select_for_update(of=("self",)).select_related(
        "calendar_version", "standard_version", "accountable", "accountable_at_due", "asked_of__lead", "serves"
    )
    locked = fresh.get(pk=commitment.pk)
    locked.ticket = ticket
    return locked


def end(
    commitment: Commitment,
    outcome: str,
    *,
    at: datetime,
    now: datetime,
    by: User | None = None,
    why: str = "",
) -> Commitment:
    """End a locked row with its outcome, for ever; mail that it would make untrue stays here."""
    if commitment.state == State.ENDED:
        raise ValidationError(_("This promise has ended already."))
    # Whoever clicked read the clock before they waited for the ticket: nothing ends before it began.
    at = max(at, commitment.started_at or at)
    commitment.state = State.ENDED
    commitment.outcome = outcome
    commitment.ended_at = at
    commitment.accountable_at_due = commitment.accountable_at_due or commitment.accountable
    commitment.save()
    outbox.cancel(commitment.about, "promise_changed", now=now)
    record(commitment.ticket, f"commitment.{outcome}", now=now, by=by, commitment=commitment, ended=at, why=why)
    # A miss is to be owned; a promise made after one may be the fix.
    if outcome in Commitment.MISSED or commitment.follows_why == Commitment.FollowsWhy.AFTER_A_MISS:
        follow_ups_look_again(commitment.ticket)
    return commitment
