"""What is planned after an event: one row for each step of the playbook that holds now.

The caller holds the ticket's lock.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from followups import conditions, playbooks, rules
from followups.actions import calls
from followups.actions.ending import skip_planned
from followups.models import CallTask, FollowUp, PlaybookStep, Recovery
from followups.models.recovery import RecoveryQuerySet
from followups.playbook_terms import Code
from mail.models import Delivery
from tickets.actions.events import record
from tickets.models import Message, Ticket

Step, State = FollowUp.Step, FollowUp.State


def acknowledgement(ticket: Ticket, now: datetime) -> FollowUp | None:
    """A: the customer's mail opened the ticket."""
    step = rules.step_in_use(Code.ACKNOWLEDGEMENT, Step.ACKNOWLEDGEMENT)
    return plan_step(ticket, step, 1, since=ticket.opened_at, now=now) if step else None


def after_resolution(ticket: Ticket, resolved_at: datetime, now: datetime) -> FollowUp | None:
    """E and H: the question, the closing, and where care was needed the check-in. Returns the first, once for each."""
    last = ticket.followups.filter(step__in=conditions.AFTER_RESOLUTION).order_by("-cycle", "pk").first()
    if last is not None and last.made_at >= resolved_at:
        return None
    skip_planned(ticket, conditions.AFTER_RESOLUTION, _("The ticket was reopened."), now=now)
    cycle = last.cycle + 1 if last else 1
    steps = [
        _question(ticket),
        rules.step_in_use(Code.RESOLVED, Step.CLOSING),
        rules.step_in_use(Code.CHECK_IN, Step.CHECK_IN) if conditions.needed_care(ticket) else None,
    ]
    planned = [plan_step(ticket, step, cycle, since=resolved_at, now=now) for step in steps if step]
    if planned and planned[0].step == Step.CHECK_BACK:
        recoveries_to_check(ticket).update(check_back=planned[0])
    return planned[0] if planned else None


def recoveries_to_check(ticket: Ticket) -> RecoveryQuerySet:
    """The newest miss on `ticket` that the customer was told of, where nobody has asked whether its fix holds."""
    told = Recovery.objects.on(ticket).filter(told_at__isnull=False, check_back=None).order_by("-told_at", "-pk")
    return Recovery.objects.filter(pk__in=told.values("pk")[:1])


def _question(ticket: Ticket) -> PlaybookStep | None:
    """What asks whether it is settled: later than else where something was missed before, or did not hold."""
    ordinary = rules.step_in_use(Code.RESOLVED, Step.SETTLED_QUESTION)
    if playbooks.was_not_settled(ticket):
        return rules.step_in_use(Code.NOT_SETTLED, Step.SETTLED_QUESTION) or ordinary
    if recoveries_to_check(ticket).exists():
        return rules.step_in_use(Code.MISSED, Step.CHECK_BACK) or ordinary
    return ordinary


def after_question(ticket: Ticket, question: FollowUp, asked_at: datetime, now: datetime) -> None:
    """The reminder, where it comes before the closing; the closing, where nobody has planned it yet."""
    if ticket.state != Ticket.State.RESOLVED or ticket.resolved_at is None:
        return
    by = rules.step_of(question)
    closing = _of_the_resolution(by, Step.CLOSING)
    closes_at = playbooks.due_at(closing, ticket, ticket.resolved_at) if closing else None
    reminder = _of_the_resolution(by, Step.SETTLED_REMINDER)
    answered = ticket.satisfaction_requests.filter(followup=question, answers__isnull=False).exists()
    if reminder and closes_at and not answered and playbooks.due_at(reminder, ticket, asked_at) < closes_at:
        plan_step(ticket, reminder, question.cycle, since=asked_at, now=now)
    if closing and closes_at:
        plan_step(ticket, closing, question.cycle, since=ticket.resolved_at, now=now, not_before=now)


def silence(ticket: Ticket, now: datetime) -> FollowUp | None:
    """I: we wait for an answer. What reminded of an earlier question, or of one that is answered, ends here."""
    left = playbooks.question_that_left(ticket)
    last = ticket.followups.filter(step__in=playbooks.SILENCE).order_by("-cycle", "pk").first()
    if last is not None and (left is None or not ticket.is_open):
        _end_silence(ticket, _("The ticket is resolved already."), now)
    if left is None or not ticket.is_open:
        return None
    question, asked_at = left
    since = ticket.messages.filter(at__gt=question.at, human=True).exclude(delivery__state=Delivery.State.CANCELLED)
    if since.filter(direction=Message.Direction.IN).exists():
        if last is not None:
            _end_silence(ticket, _("The customer has written since."), now)
        return None
    if last is not None and last.made_at >= asked_at:
        return None
    _end_silence(ticket, _("Something else was asked."), now)
    if ticket.state != Ticket.State.WAITING_ON_CUSTOMER:
        return None
    cycle = last.cycle + 1 if last else 1
    steps = rules.steps_in_use(Code.SILENCE)
    planned = [plan_step(ticket, step, cycle, since=asked_at, now=now) for step in steps]
    return planned[0] if planned else None


def plan_step(
    ticket: Ticket,
    step: PlaybookStep,
    cycle: int,
    *,
    since: datetime,
    now: datetime,
    not_before: datetime | None = None,
) -> FollowUp:
    """One row a step and cycle, however often it is planned; its time counts from `since`."""
    due_at = playbooks.due_at(step, ticket, since)
    due_at = max(due_at, not_before) if not_before else due_at
    planned = {"due_at": due_at, "latest_at": playbooks.latest(step, due_at), "playbook_step": step, "made_at": now}
    followup, made = FollowUp.objects.get_or_create(
        ticket=ticket, customer=None, step=step.name, cycle=cycle, defaults=planned
    )
    if made:
        record(ticket, "followup.planned", now=now, followup=followup.pk, due=due_at)
    return followup


def _of_the_resolution(step: PlaybookStep | None, name: str) -> PlaybookStep | None:
    """What goes with a question: of its own version, or what holds now where that playbook has no such step."""
    beside = rules.step_beside(step, name) if step else None
    if beside is None and (step is None or step.version.playbook.code != Code.RESOLVED):
        return rules.step_in_use(Code.RESOLVED, name)
    return beside


def _end_silence(ticket: Ticket, reason: str, now: datetime) -> None:
    skip_planned(ticket, playbooks.SILENCE, reason, now=now)
    asked = ticket.call_tasks.to_make().filter(why=CallTask.Why.STEP, followup__step__in=playbooks.SILENCE)
    for task in asked:
        calls.not_needed(task, because=reason, by=None, now=now)
