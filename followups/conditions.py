"""What has to be true when a step is done, and what ends it before. Reads only.

Each is a small function of a `Case` that returns why the step is not done, in words for staff, or
nothing. Which of them a step wears is data (`PlaybookStep.stops`, `PlaybookStep.conditions`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from followups import ways
from followups.models import FollowUp, PlaybookStep, SatisfactionAnswer
from followups.playbook_terms import Condition, Stop
from mail.models import Delivery, InboundMail
from people.models import Customer
from people.terms import Channel
from standards.terms import Kind, TicketType
from tickets.certain import certain
from tickets.models import Commitment, Message, Ticket

Step = FollowUp.Step
# A customer is asked the same once in so long a time, whatever the number of their tickets.
ASKED_EVERY = timedelta(days=30)


@dataclass(frozen=True)
class Case:
    """One planned step as it stands at `now`."""

    followup: FollowUp
    step: PlaybookStep
    customer: Customer
    now: datetime
    closes_at: datetime | None = None

    @property
    def ticket(self) -> Ticket:
        """What it is about; only steps about a ticket wear what asks for one."""
        return certain(self.followup.ticket)

    @property
    def since(self) -> datetime:
        """From when on what happens changes it: the resolution that it follows from, or its planning."""
        follows = self.followup.step in AFTER_RESOLUTION
        return (self.ticket.resolved_at if follows else None) or self.followup.made_at


# What follows from a resolution, and ends when the ticket opens again.
AFTER_RESOLUTION = (Step.SETTLED_QUESTION, Step.CHECK_BACK, Step.SETTLED_REMINDER, Step.CLOSING, Step.CHECK_IN)
type_rule = Callable[[Case], str]


def why_not(case: Case) -> str:
    """The first reason why the step of `case` is not done at its moment; empty when it is."""
    too_late = case.followup.latest_at
    if too_late is None and case.step.late is not None:
        too_late = case.followup.due_at + case.step.late
    if too_late is not None and case.now > too_late:
        return _("It would have come too late.")
    return why_untrue(case)


def why_untrue(case: Case) -> str:
    """The same apart from its being late."""
    for stop in case.step.stops:
        if reason := STOPS[Stop(stop)](case):
            return reason
    for condition in case.step.conditions:
        if reason := CONDITIONS[Condition(condition)](case):
            return reason
    return ""


def first_human_contact(ticket: Ticket) -> Commitment | None:
    """What tells the customer of a new ticket when a person answers."""
    return ticket.commitments.running().filter(kind=Kind.FIRST_RESPONSE).order_by("due_at").first()


def needed_care(ticket: Ticket) -> bool:
    """Whether `ticket` was a complaint, had a miss, or its category asks for a check-in (playbook H)."""
    if ticket.type == TicketType.COMPLAINT or (ticket.category is not None and ticket.category.check_in):
        return True
    return ticket.commitments.to_the_customer().filter(outcome__in=Commitment.MISSED).exists()


def _resolved(case: Case) -> str:
    return "" if case.ticket.is_open else _("The ticket is resolved already.")


def _person_answered(case: Case) -> str:
    """A mail that is lost answers nothing."""
    ours = case.ticket.messages.filter(direction=Message.Direction.OUT, human=True)
    spoken = ours.filter(Q(result=Message.Result.REACHED) | Q(channel=Channel.MAIL))
    answered = spoken.exclude(delivery__state__in=Delivery.DID_NOT_LEAVE)
    return _("A person has answered already.") if answered.exists() else ""


def _time_in_it_passed(case: Case) -> str:
    """No mail names a time that has passed."""
    if case.followup.step == Step.ACKNOWLEDGEMENT:
        contact = first_human_contact(case.ticket)
        named = contact.due_at if contact else None
    else:
        named = case.closes_at
    return _("The time that it would name has passed already.") if named is not None and named <= case.now else ""


def _reopened(case: Case) -> str:
    return _("The ticket was reopened.") if case.ticket.is_open else ""


def _reopened_or_closed(case: Case) -> str:
    if case.ticket.state != Ticket.State.RESOLVED or case.ticket.resolved_at is None:
        return _("The ticket was reopened.") if case.ticket.is_open else _("The ticket is closed.")
    return ""


def _customer_wrote(case: Case) -> str:
    theirs = case.ticket.messages.filter(direction=Message.Direction.IN, human=True, at__gt=case.since)
    return _("The customer has written since.") if theirs.exists() else ""


def _we_wrote(case: Case) -> str:
    ours = case.ticket.messages.filter(direction=Message.Direction.OUT, human=True, at__gt=case.since)
    told = ours.exclude(delivery__state__in=Delivery.DID_NOT_LEAVE).exclude(result=Message.Result.NOT_REACHED)
    return _("We have written to the customer since.") if told.exists() else ""


def _answered(case: Case) -> str:
    request = case.ticket.satisfaction_requests.order_by("-pk").first()
    return _("The customer has answered the question.") if request is None or request.answers.exists() else ""


def _no_longer_owed(case: Case) -> str:
    owed = case.followup.commitment
    over = owed is not None and owed.state != Commitment.State.RUNNING
    return _("What it was prepared for is no longer owed.") if over else ""


def _settled(case: Case) -> str:
    last = SatisfactionAnswer.objects.last_about(case.ticket)
    settled = last is not None and last.outcome == SatisfactionAnswer.Outcome.YES
    return _("The customer says that it is settled.") if settled else ""


def _reached(case: Case) -> str:
    called = case.ticket.messages.filter(result=Message.Result.REACHED, at__gte=case.since)
    return _("The customer has been reached.") if called.exists() else ""


def _new_ticket(case: Case) -> str:
    """Whoever comes with something new is in touch with us anyway."""
    newer = Ticket.objects.filter(customer=case.customer, opened_at__gt=case.since).exclude(set_aside_why="spam")
    return _("The customer has come with something new since.") if newer.exclude(pk=case.ticket.pk).exists() else ""


def _asked_lately(case: Case) -> str:
    same = FollowUp.objects.filter(ticket__customer=case.customer, step=case.followup.step)
    asked = Q(state=FollowUp.State.DONE, ended_at__gt=case.now - ASKED_EVERY) | Q(state=FollowUp.State.HANDED_OVER)
    if same.filter(asked).exclude(pk=case.followup.pk).exists():
        return _("The customer was asked the same in the last thirty days.")
    return ""


def _can_be_reached(case: Case) -> str:
    if ways.of(case.step, case.followup, case.customer) is not None:
        return ""
    if case.followup.step == Step.ACKNOWLEDGEMENT:
        return _("The customer has no e-mail address.")
    if ways.needs_a_call(case.followup):
        return _("It was asked in a call, and no phone number is known.")
    return _("The customer has no e-mail address. Ask when you next talk to them.")


def _may_be_called(case: Case) -> str:
    if not case.customer.phone:
        return _("No phone number is known.")
    last = SatisfactionAnswer.objects.last_about(case.ticket)
    return "" if last is not None and last.may_call else _("The customer has not said that we may call.")


def _from_a_person(case: Case) -> str:
    came = case.ticket.messages.filter(direction=Message.Direction.IN)
    opening = came.select_related("inbound").defer("inbound__raw").order_by("at", "pk").first()
    if opening is None or not opening.human:
        return _("A machine wrote it, and machines get no automatic answer.")
    if opening.inbound and opening.inbound.from_is == InboundMail.From.FORGED:
        return _("Its sender is probably forged, and whoever stands there has not written.")
    return ""


def _needed_care(case: Case) -> str:
    return "" if needed_care(case.ticket) else _("It was no complaint, and nothing was missed.")


def _nothing_amiss(case: Case) -> str:
    """Thanks (G) are replaced by D or F while something is amiss."""
    theirs = Ticket.objects.open().filter(customer=case.customer)
    if theirs.filter(type=TicketType.COMPLAINT).exists():
        return _("The customer has an open complaint.")
    overdue = Commitment.objects.running().filter(ticket__in=theirs, due_at__lt=case.now)
    if overdue.to_the_customer().exists():
        return _("We have missed a promise to the customer.")
    return ""


def _told_of_closing(case: Case) -> str:
    """The notice left as a mail, or a call about it reached them; a call that nobody made tells nothing."""
    notice = FollowUp.objects.filter(
        ticket=case.ticket, step=Step.SILENCE_LAST, cycle=case.followup.cycle, state=FollowUp.State.DONE
    )
    told = notice.filter(Q(delivery__state=Delivery.State.SENT) | Q(call_task__call__isnull=False))
    return "" if told.exists() else _("The customer was not told that it would be closed: a person decides.")


def _nothing_overdue(case: Case) -> str:
    overdue = case.ticket.commitments.running().filter(due_at__lt=case.now)
    if overdue.to_the_customer().exists():
        return _("Something that we owe on the ticket is overdue: a person decides.")
    return ""


STOPS: Mapping[Stop, type_rule] = {
    Stop.RESOLVED: _resolved,
    Stop.PERSON_ANSWERED: _person_answered,
    Stop.TIME_IN_IT_PASSED: _time_in_it_passed,
    Stop.REOPENED: _reopened,
    Stop.REOPENED_OR_CLOSED: _reopened_or_closed,
    Stop.CUSTOMER_WROTE: _customer_wrote,
    Stop.ANSWERED: _answered,
    Stop.NO_LONGER_OWED: _no_longer_owed,
    Stop.WE_WROTE: _we_wrote,
    Stop.NEW_TICKET: _new_ticket,
    Stop.ASKED_LATELY: _asked_lately,
    Stop.SETTLED: _settled,
    Stop.REACHED: _reached,
}
CONDITIONS: Mapping[Condition, type_rule] = {
    Condition.CAN_BE_REACHED: _can_be_reached,
    Condition.MAY_BE_CALLED: _may_be_called,
    Condition.FROM_A_PERSON: _from_a_person,
    Condition.NEEDED_CARE: _needed_care,
    Condition.NOTHING_AMISS: _nothing_amiss,
    Condition.TOLD_OF_CLOSING: _told_of_closing,
    Condition.NOTHING_OVERDUE: _nothing_overdue,
}
