"""A ticket that never was a request: unwanted mail, the same once more, a test of ours. It stays on the record."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mail import outbox
from people.models import User
from tickets.actions import asking, commitments, conditions
from tickets.actions.conditions import Condition
from tickets.actions.events import record
from tickets.certain import certain
from tickets.models import Commitment, Event, Ticket


def check(ticket: Ticket, *, by: User, now: datetime) -> None:
    """Raise a `ValidationError` that says why `by` cannot set `ticket` aside at `now`, if so."""
    if not ticket.is_open:
        raise ValidationError(_("It is resolved already, so nothing is owed on it."))
    if ticket.messages.filter(unsettled=True, human=True).exists():
        raise ValidationError(
            _("A mail to %(name)s is leaving. Wait until it has left, or take it back."),
            params={"name": ticket.customer.name},
        )
    for row in ticket.commitments.running():
        row.ticket = ticket
        if row.is_overdue(now) and not _may_void(row, by):
            raise ValidationError(
                _("Something on it is overdue. Only the team's lead or a manager can say that it doesn't count.")
            )


@transaction.atomic
def set_aside(ticket: Ticket, why: str, *, by: User, now: datetime) -> Ticket:
    """Put `ticket` away because of `why`: nothing is owed on it, nobody is asked or told anything.

    What is not due yet is withdrawn. What is overdue does not count any more where a lead or manager says so, by
    name; others are refused.
    """
    ticket = Ticket.objects.lock(ticket)
    if why not in Ticket.SetAside.values:
        raise ValidationError(_("Say what it is."))
    check(ticket, by=by, now=now)
    for row in ticket.commitments.open().order_by("pk"):
        was_overdue = row.is_overdue(now)
        row = commitments.withdraw(row, why=why, by=by, now=now)
        if was_overdue:
            row.voided_at = now
            row.save(update_fields=["voided_at"])
            record(ticket, "commitment.voided", now=now, by=by, commitment=row, why=why)
    ticket.state, ticket.resolved_at, ticket.unplanned, ticket.set_aside_why = Ticket.State.CLOSED, now, True, why
    ticket.save(update_fields=["state", "resolved_at", "unplanned", "set_aside_why"])
    outbox.cancel(ticket.about, "state_changed", now=now)
    outbox.cancel(ticket.about, "person_wrote", now=now)
    record(ticket, "ticket.set_aside", now=now, by=by, why=why)
    return ticket


@transaction.atomic
def take_up_again(ticket: Ticket, *, by: User, now: datetime) -> Ticket:
    """It was a request after all: open again, and what was withdrawn is owed as if it had never been set aside."""
    ticket = Ticket.objects.lock(ticket)
    if not ticket.set_aside_why:
        raise ValidationError(_("It is taken up already."))
    at = certain(ticket.resolved_at)
    ticket.state, ticket.resolved_at, ticket.unplanned, ticket.set_aside_why = Ticket.State.OPEN, None, True, ""
    ticket.save(update_fields=["state", "resolved_at", "unplanned", "set_aside_why"])
    record(ticket, "ticket.taken_up_again", now=now, by=by)
    dropped = Event.objects.filter(ticket=ticket, kind="commitment.withdrawn", at=at).values("commitment")
    rows = Commitment.objects.filter(pk__in=dropped).select_related(
        "standard_version", "made_by", "accountable", "asked_of"
    )
    for row in rows.order_by("pk"):
        _owe_again(ticket, row, now=now)
    return ticket


def _owe_again(ticket: Ticket, row: Commitment, *, now: datetime) -> None:
    """The standard from its original start; a promise where its time is still ahead."""
    if row.is_internal:
        if row.due_at is not None and row.due_at > now:
            asking.ask_again(row, ticket, now=now)
    elif row.condition and row.started_at is None and row.made_by is not None:
        condition = Condition(row.condition, row.window_minutes, row.window_days)
        conditions.promise(
            ticket, row.kind, row.promised_text, condition, by=row.made_by, at=now, now=now,
            may_get_in_the_way=row.may_get_in_the_way,
        )  # fmt: skip
    elif row.standard_version is not None and row.started_at is not None:
        commitments.start_standard(ticket, row.standard_version, start=row.started_at, now=now)
    elif row.made_by is not None and row.due_at is not None and row.due_at > now:
        commitments.promise(
            ticket, row.kind, row.promised_text, row.due_at, by=row.made_by, at=now, now=now,
            may_get_in_the_way=row.may_get_in_the_way,
        )  # fmt: skip


def _may_void(row: Commitment, by: User) -> bool:
    return by.is_manager or row.ticket.team.lead_id == by.pk
