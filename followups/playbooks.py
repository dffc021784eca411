"""When each step of a playbook is due, when it would come too late, and why it may be untrue by then. Reads only."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from followups import conditions, rules, ways
from followups.conditions import Case
from followups.models import FollowUp, PlaybookStep, SatisfactionAnswer
from followups.playbook_terms import Clock, Code, Mode
from mail.models import Delivery
from people.models import Customer, Team
from people.terms import Channel
from standards.working_time import WorkingCalendar, add_working_time, next_opening, opening_intervals
from tickets.certain import certain
from tickets.clock import calendar_of
from tickets.models import Message, Ticket
from tickets.wording import zone_of

Step = FollowUp.Step

# Of what follows from a resolution, what ends when the ticket is put away.
UNTIL_CLOSED = (Step.SETTLED_QUESTION, Step.CHECK_BACK, Step.SETTLED_REMINDER, Step.CLOSING)
# The steps after a question that nobody answers.
SILENCE = (Step.SILENCE_REMINDER, Step.SILENCE_SECOND, Step.SILENCE_LAST, Step.SILENCE_CLOSING)
# What leaves as a mail by itself; of the others a person makes something, or nobody has to.
BY_MAIL = tuple(ways.PURPOSE)
# Nobody is asked anything outside these hours, by the customer's own clock.
DAY_BEGINS, DAY_ENDS = time(8), time(19)
# Weeks in which no opening fits the customer's day do not exist; a calendar without hours does.
_LOOK_AHEAD = 60


def is_by_mail_of_a_customer(ticket: Ticket) -> bool:
    """Whether the customer opened `ticket` by writing to us; what staff take down needs no confirmation."""
    opened = ticket.events.filter(kind="ticket.opened")
    return ticket.channel == Channel.MAIL and opened.filter(by=None).exists()


def due_at(step: PlaybookStep, ticket: Ticket, since: datetime) -> datetime:
    """When `step` about `ticket` comes, counted from `since` by its clock.

    What a customer did not ask for comes at a polite time; what answers them, or reaches nobody, at once.
    """
    return due_for(step, ticket.team, ticket.customer, since)


def due_for(step: PlaybookStep, team: Team, customer: Customer, since: datetime) -> datetime:
    """The same for what `team` does for `customer`, also where there is no ticket."""
    at = max(later(step, calendar_of(team).working, since, zone_of(customer)), since + step.at_least)
    return polite(team, customer, at) if is_unasked(step) else at


def later(step: PlaybookStep, calendar: WorkingCalendar, since: datetime, zone: str) -> datetime:
    """`since` and the time of `step` by its clock; calendar days count in the customer's `zone`."""
    match Clock(step.clock):
        case Clock.AT_ONCE:
            return since
        case Clock.WORKING_TIME:
            return add_working_time(calendar, since, timedelta(minutes=step.amount))
        case Clock.WORKING_DAYS:
            return working_days_later(calendar, since, step.amount)
        case Clock.CALENDAR_DAYS:
            local = since.astimezone(ZoneInfo(zone))
            return datetime.combine(local.date() + timedelta(days=step.amount), local.time(), local.tzinfo)


def is_unasked(step: PlaybookStep) -> bool:
    """Whether `step` disturbs a customer who has not just written to us."""
    return step.mode in {Mode.SEND, Mode.CALL} and step.clock != Clock.AT_ONCE


def was_not_settled(ticket: Ticket) -> bool:
    """Whether the last that the customer has answered about `ticket` is that it is not settled."""
    last = SatisfactionAnswer.objects.last_about(ticket)
    return last is not None and last.outcome != SatisfactionAnswer.Outcome.YES


def close_at(ticket: Ticket, resolved_at: datetime, step: PlaybookStep | None) -> datetime | None:
    """When a resolved ticket is put away by the version that `step` belongs to; None where it is not."""
    closing = rules.step_beside(step, Step.CLOSING) if step is not None else None
    if closing is None:
        closing = rules.step_in_use(Code.RESOLVED, Step.CLOSING)
    return due_at(closing, ticket, resolved_at) if closing is not None else None


def latest(step: PlaybookStep, due_at: datetime) -> datetime | None:
    """After that the step is skipped; None where it is never too late."""
    return due_at + step.late if step.late is not None else None


def latest_of(followup: FollowUp) -> datetime | None:
    """After that `followup` is skipped, also where it was planned before it could say so."""
    if followup.latest_at is not None:
        return followup.latest_at
    step = rules.step_of(followup)
    return latest(step, followup.due_at) if step is not None else None


def working_days_later(calendar: WorkingCalendar, at: datetime, days: int) -> datetime:
    """The same time of day so many working days later, or the opening after it."""
    wanted = at.astimezone(calendar.zone)
    day = wanted.date()
    for _day in range(days):
        morrow = datetime.combine(day + timedelta(days=1), time(), calendar.zone)
        day = next_opening(calendar, morrow).astimezone(calendar.zone).date()
    return next_opening(calendar, datetime.combine(day, wanted.time(), calendar.zone))


def polite(team: Team, customer: Customer, at: datetime) -> datetime:
    """`at`, or the first moment after it that is working time of `team` and day for `customer`."""
    calendar, zone = calendar_of(team).working, ZoneInfo(zone_of(customer))
    wanted = at
    for _try in range(_LOOK_AHEAD):
        at = next_opening(calendar, at)
        local = at.astimezone(zone)
        if local.time() < DAY_BEGINS:
            at = datetime.combine(local.date(), DAY_BEGINS, zone)
        elif local.time() >= DAY_ENDS:
            at = datetime.combine(local.date() + timedelta(days=1), DAY_BEGINS, zone)
        else:
            return at
    return next_opening(calendar, wanted)


def polite_until(team: Team, customer: Customer, at: datetime) -> datetime:
    """When the polite time that `at` lies in is over: `team` closes, or the customer's day ends."""
    zone = ZoneInfo(zone_of(customer))
    day_ends = datetime.combine(at.astimezone(zone).date(), DAY_ENDS, zone)
    open_until = opening_intervals(calendar_of(team).working, at, day_ends)
    return open_until[0][1] if open_until else day_ends


def why_not(ticket: Ticket, followup: FollowUp, now: datetime) -> str:
    """Why `followup` is not true any more at `now`; empty when it is."""
    return conditions.why_not(case_of(ticket, followup, now))


def case_of(ticket: Ticket, followup: FollowUp, now: datetime) -> Case:
    """`followup` about `ticket` as its conditions look at it."""
    followup.ticket = ticket
    step = certain(rules.step_of(followup))
    closes_at = None
    if followup.step == Step.SETTLED_REMINDER and ticket.resolved_at is not None:
        closes_at = close_at(ticket, ticket.resolved_at, step)
    elif followup.step == Step.SILENCE_LAST:
        closes_at = closes_unanswered_at(ticket, followup)
    return Case(followup, step, ticket.customer, now, closes_at)


def question_that_left(ticket: Ticket) -> tuple[Message, datetime] | None:
    """The last question to the customer that reached them or left, and when; None where there is none."""
    left = Q(result=Message.Result.REACHED) | Q(delivery__state=Delivery.State.SENT)
    question = ticket.messages.filter(left, asks=True).select_related("delivery").order_by("-at", "-pk").first()
    if question is None:
        return None
    return question, (question.delivery.ended_at if question.delivery else None) or question.at


def closes_unanswered_at(ticket: Ticket, followup: FollowUp) -> datetime | None:
    """When the ticket is closed without an answer, as `followup` announces it; None where nothing is planned."""
    planned = ticket.followups.filter(step=Step.SILENCE_CLOSING, cycle=followup.cycle)
    return planned.filter(state=FollowUp.State.SCHEDULED).values_list("due_at", flat=True).first()
