"""What a playbook would do on one ticket, when, and what would stop it. Reads only: nothing is planned or sent."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from followups import brakes, conditions, playbook_words, playbooks, ways
from followups.conditions import Case
from followups.models import FollowUp, PlaybookStep, PlaybookVersion
from followups.playbook_terms import After, Condition, Mode, Trigger
from people.terms import Channel
from tickets.models import Ticket

Step = FollowUp.Step


@dataclass(frozen=True)
class Rehearsed:
    """One step: when it would come, which way and to whom, and why it would not."""

    step: PlaybookStep
    at: datetime
    way: str
    to: str
    why_not: str


@dataclass(frozen=True)
class Rehearsal:
    """All steps of a version about one ticket. `supposed`: its beginning has not happened, and is taken to be now."""

    ticket: Ticket
    begins_at: datetime
    supposed: bool
    steps: list[Rehearsed]


def rehearse(version: PlaybookVersion, ticket: Ticket, *, now: datetime) -> Rehearsal:
    """What `version` would do about `ticket`, counted from what has happened, or else from now."""
    happened = _happened(Trigger(version.trigger), ticket)
    begins_at, previous, rehearsed = happened or now, happened or now, []
    for step in version.steps.order_by("position"):
        if not step.is_on:
            continue
        since = previous if step.after == After.STEP_BEFORE else begins_at
        at = playbooks.due_at(step, ticket, since)
        planned = FollowUp(ticket=ticket, step=step.name, playbook_step=step, due_at=at, made_at=begins_at)
        # A cap puts off what is due now; by the day of a later step it has passed.
        wait = brakes.next_moment(planned, ticket.customer, ticket.team, now) if at <= now else None
        rehearsed.append(_rehearsed(planned, step, wait or at, supposed=happened is None, now=now))
        previous = at
    return Rehearsal(ticket, begins_at, happened is None, rehearsed)


def _rehearsed(planned: FollowUp, step: PlaybookStep, at: datetime, *, supposed: bool, now: datetime) -> Rehearsed:
    ticket = planned.ticket
    assert ticket is not None
    way, to = _way(planned, step)
    # That the notice before it has left is not asked of a closing: here the notice is only tried as well.
    asked = copy(step)
    asked.conditions = [name for name in step.conditions if name != Condition.TOLD_OF_CLOSING]
    case = Case(planned, asked, ticket.customer, now)
    # What is only supposed has changed nothing yet: it is asked what has to be true of the customer.
    why_not = playbook_words.note(step) or (_conditions(case) if supposed else conditions.why_untrue(case))
    if not why_not and way == Channel.MAIL.label:
        why_not = brakes.stopped(ticket.customer, step.name)
    return Rehearsed(step, at, way, to, why_not)


def _conditions(case: Case) -> str:
    reasons = (conditions.CONDITIONS[name](case) for name in map(Condition, case.step.conditions))
    return next((reason for reason in reasons if reason), "")


def _way(planned: FollowUp, step: PlaybookStep) -> tuple[str, str]:
    """The way and whom it reaches, in words."""
    ticket = planned.ticket
    assert ticket is not None
    answers = (ticket.owner or ticket.team.lead).name
    if step.mode == Mode.CLOSE:
        return _("In the product"), _("nobody: the ticket is put away")
    way = ways.of(step, planned, ticket.customer)
    if step.mode == Mode.DRAFT:
        return _("A draft"), answers
    if way == Channel.PHONE:
        return str(Channel.PHONE.label), f"{answers} → {ticket.customer.phone}"
    return str(Channel.MAIL.label), ticket.customer.email or "–"


def _happened(trigger: Trigger, ticket: Ticket) -> datetime | None:
    """When what begins the playbook has happened on `ticket`; None where it has not."""
    match trigger:
        case Trigger.CUSTOMER_OPENED:
            return ticket.opened_at if playbooks.is_by_mail_of_a_customer(ticket) else None
        case Trigger.RESOLVED:
            return ticket.resolved_at
        case Trigger.ASKED_CUSTOMER if ticket.state == Ticket.State.WAITING_ON_CUSTOMER:
            left = playbooks.question_that_left(ticket)
            return left[1] if left else None
    return None
