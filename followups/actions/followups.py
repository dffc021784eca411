"""Planning, carrying out and ending follow-ups.

Planned when something happened to a ticket; whether it is still true is asked again when its mail is made.
"""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from followups import brakes, conditions, playbooks, rules, ways, wording
from followups.actions import (
    asking,
    calls,
    calls_not_reached,
    joining,
    planning,
    reaching,
    recoveries,
    sending,
    thanking,
)
from followups.actions.ending import end, end_as_failed, lock, skip_planned
from followups.models import FollowUp
from mail.models import Delivery
from mail.models.delivery import Purpose
from people.models import Customer, User
from people.terms import Channel
from standards.terms import Kind
from standards.working_time import is_open, next_opening
from tickets.actions import commitments, conversation, tickets, unanswered
from tickets.actions.events import record
from tickets.certain import certain
from tickets.clock import calendar_of
from tickets.models import Message, Ticket

Step, State, StopOn = FollowUp.Step, FollowUp.State, Delivery.StopOn


@transaction.atomic
def plan(ticket: Ticket, *, now: datetime) -> FollowUp | None:
    """Plan what follows from what happened to `ticket`, skip what no longer does; clears the marker.

    A customer's mail gives an acknowledgement, a question to them the reminders of it, a resolution the
    question and the closing, a mail that did not arrive a call, a miss its recovery. Returns the first step
    that was planned.
    """
    ticket = Ticket.objects.lock(ticket)
    tickets.follow_ups_planned(ticket)
    joining.bring_along(ticket, now=now)
    reaching.look(ticket, now=now)
    calls_not_reached.look(ticket, now=now)
    recoveries.look(ticket, now=now)
    reminded = planning.silence(ticket, now)
    if ticket.state == Ticket.State.RESOLVED and ticket.resolved_at is not None:
        return planning.after_resolution(ticket, ticket.resolved_at, now)
    why = _("The ticket was reopened.") if ticket.is_open else _("The ticket is closed.")
    ended = conditions.AFTER_RESOLUTION if ticket.is_open or ticket.set_aside_why else playbooks.UNTIL_CLOSED
    skip_planned(ticket, ended, why, now=now)
    followed = ticket.followups.exclude(step=Step.RECOVERY)
    if ticket.is_open and not followed.exists() and playbooks.is_by_mail_of_a_customer(ticket):
        return planning.acknowledgement(ticket, now)
    return reminded


@transaction.atomic
def carry_out(followup: FollowUp, *, now: datetime, by: User | None = None) -> FollowUp:
    """Do now what was planned, or skip it with the reason why it is no longer true.

    By the worker when due, or by a person at any time (*ask now*); done once in either case. The
    worker puts off what would come too often or at night, and asks about all that is due in one mail.
    """
    if followup.ticket_id is None:
        return thanking.carry_out(followup, now=now, by=by)
    if by is None:
        # Before any ticket: two mails made at once for one customer would both see the last free place under the caps.
        Customer.objects.select_for_update(no_key=True).get(pk=certain(followup.ticket).customer_id)
    beside = asking.due_beside(followup, now) if by is None else []
    for one in sorted([followup, *beside], key=lambda one: certain(one.ticket_id)):
        # In one order, so that two workers with questions for one customer don't wait for each other.
        Ticket.objects.lock(certain(one.ticket))
    ticket = Ticket.objects.lock(certain(followup.ticket))
    followup = FollowUp.objects.select_for_update(of=("self",)).get(pk=followup.pk)
    if followup.state != State.SCHEDULED:
        if by is not None:
            raise ValidationError(_("This question has been asked already, or was skipped."))
        return followup
    if why_not := playbooks.why_not(ticket, followup, now):
        return end(followup, State.SKIPPED, now=now, reason=why_not)
    way = ways.of(certain(rules.step_of(followup)), followup, ticket.customer)
    if way != Channel.PHONE and (why_not := brakes.stopped(ticket.customer, followup.step)):
        return end(followup, State.SKIPPED, now=now, reason=why_not)
    if why_not := brakes.why_not(ticket.customer, followup.step, now):
        _owe_no_acknowledgement(ticket, why_not, now)
        return end(followup, State.SKIPPED, now=now, reason=why_not)
    if by is None and (later := brakes.next_moment(followup, ticket.customer, ticket.team, now)):
        return _postpone(ticket, followup, later, now)
    match followup.step:
        case Step.CLOSING:
            tickets.close(ticket, now=now, by=by)
            return end(followup, State.DONE, now=now, by=by)
        case Step.SILENCE_CLOSING:
            unanswered.close(ticket, now=now, by=by)
            return end(followup, State.DONE, now=now, by=by)
        case Step.ACKNOWLEDGEMENT:
            _hand_over(followup, _acknowledge(ticket, followup, now).delivery, now, by)
        case Step.SETTLED_QUESTION | Step.CHECK_BACK | Step.SETTLED_REMINDER:
            asked = [followup, *asking.still_true(beside, now)]
            mail = asking.ask(asked, by=by, now=now).delivery
            for one in asked:
                _hand_over(one, mail, now, by)
        case _ if way == Channel.PHONE:
            calls.ask_for_one(ticket, followup=followup, is_the_step=True, now=now)
            return end(followup, State.DONE, now=now, by=by, reason=_("A person calls instead of a mail."))
        case _:
            _hand_over(followup, sending.send(ticket, followup, by=by, now=now).delivery, now, by)
    return followup


@transaction.atomic
def fail(followup: FollowUp, *, reason: str, now: datetime) -> FollowUp:
    """What was planned cannot be done, so that it does not stand in the way of the others. A mail becomes a call."""
    followup = lock(followup)
    return end_as_failed(followup.ticket, followup, reason, now) if followup.state == State.SCHEDULED else followup


@transaction.atomic
def finish(followup: FollowUp, *, now: datetime) -> FollowUp:
    """Take over what became of its mail: sent, not sent, or honestly not known. A question sent plans its reminder."""
    if followup.ticket_id is None:
        return thanking.finish(followup, now=now)
    ticket = Ticket.objects.lock(certain(followup.ticket))
    followup = FollowUp.objects.select_related("delivery").select_for_update(of=("self",)).get(pk=followup.pk)
    delivery = followup.delivery
    if followup.state != State.HANDED_OVER or delivery is None:
        return followup
    match delivery.state:
        case Delivery.State.SENT:
            end(followup, State.DONE, now=now)
            for task in ticket.call_tasks.to_make().filter(followup=followup):
                calls.not_needed(task, because=_("The mail has arrived after all."), by=None, now=now)
            asking.write_down_beside(ticket, delivery, now=now)
            if followup.step in {Step.SETTLED_QUESTION, Step.CHECK_BACK}:
                planning.after_question(ticket, followup, delivery.ended_at or now, now)
        case Delivery.State.UNKNOWN:
            end(followup, State.DONE, now=now, reason=_("It is not known whether the mail arrived."))
        case Delivery.State.CANCELLED | Delivery.State.EXPIRED if asking.untrue_only_beside(ticket, followup, now):
            _ask_again(ticket, followup, now)
        case Delivery.State.EXPIRED if _is_still_to_come(ticket, followup, now):
            followup.due_at = playbooks.polite(ticket.team, ticket.customer, now)
            _ask_again(ticket, followup, now)
        case Delivery.State.CANCELLED | Delivery.State.EXPIRED:
            end(followup, State.SKIPPED, now=now, reason=delivery.reason or _("It was cancelled."))
        case Delivery.State.FAILED:
            end_as_failed(ticket, followup, delivery.reason or _("The mail failed."), now)
    return followup


def _postpone(ticket: Ticket, followup: FollowUp, due_at: datetime, now: datetime) -> FollowUp:
    followup.due_at = due_at
    followup.save(update_fields=["due_at"])
    record(ticket, "followup.postponed", now=now, followup=followup.pk, due=due_at)
    return followup


def _hand_over(followup: FollowUp, mail: Delivery | None, now: datetime, by: User | None) -> None:
    followup.delivery, followup.state = mail, State.HANDED_OVER
    followup.save(update_fields=["delivery", "state"])
    record(certain(followup.ticket), "followup.handed_over", now=now, by=by, followup=followup.pk)


def _ask_again(ticket: Ticket, followup: FollowUp, now: datetime) -> None:
    """Its mail did not leave because of another request in it, or in time for that day: it is as due as it was."""
    followup.state = State.SCHEDULED
    followup.save(update_fields=["state", "due_at"])
    record(ticket, "followup.planned", now=now, followup=followup.pk, due=followup.due_at)


def _is_still_to_come(ticket: Ticket, followup: FollowUp, now: datetime) -> bool:
    """Whether what could not leave while it was polite may leave on another day."""
    if followup.step == Step.ACKNOWLEDGEMENT or brakes.stopped(ticket.customer, followup.step):
        return False
    return not playbooks.why_not(ticket, followup, now)


def _owe_no_acknowledgement(ticket: Ticket, why: str, now: datetime) -> None:
    """What our own limit keeps us from sending is not owed: a flood of mail makes no misses. An answer still is."""
    for owed in ticket.commitments.running().filter(kind=Kind.ACKNOWLEDGE, due_at__gt=now):
        commitments.withdraw(owed, why=why, by=None, now=now)


def _acknowledge(ticket: Ticket, followup: FollowUp, now: datetime) -> Message:
    contact = conditions.first_human_contact(ticket)
    calendar = calendar_of(ticket.team).working
    opens_at = None if is_open(calendar, now) else next_opening(calendar, now)
    subject, body = wording.acknowledgement(ticket, contact, opens_at, now=now)
    limits = [followup.latest_at, contact.due_at if contact else None]
    return conversation.send_automatically(
        ticket,
        body,
        purpose=Purpose.ACKNOWLEDGEMENT,
        subject=subject,
        key=followup.mail_key,
        links=[f"ticket:{ticket.about}"],
        now=now,
        stop_on=[StopOn.PERSON_WROTE],
        at_least_once=True,
        expires_at=min((limit for limit in limits if limit), default=None),
    )
