"""When each step of a playbook is due, when it would come too late, and why it may be untrue by then. Reads only."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import gettext as _

from followups.models import FollowUp, SatisfactionAnswer
from mail.models import Delivery, InboundMail, Suppression
from mail.models.delivery import Purpose
from people.terms import Channel
from standards.terms import Kind
from standards.working_time import WorkingCalendar, next_opening
from tickets.certain import certain
from tickets.clock import calendar_of
from tickets.models import Commitment, Message, Ticket
from tickets.wording import zone_of

Step = FollowUp.Step

# The customer has had a day with the solution before we ask; longer with one that had to be mended.
ASK_AFTER = timedelta(hours=24)
ASK_AFTER_DAYS, CHECK_BACK_AFTER_DAYS = 1, 3
REMIND_AFTER_DAYS = 3
CLOSE_AFTER_DAYS = 7
# What follows from a resolution, and ends when the ticket opens again.
AFTER_RESOLUTION = (Step.SETTLED_QUESTION, Step.SETTLED_REMINDER, Step.CLOSING)
# What leaves as a mail by itself; of the others a person makes something, or nobody has to.
BY_MAIL = (Step.ACKNOWLEDGEMENT, Step.SETTLED_QUESTION, Step.SETTLED_REMINDER)
# So late it would puzzle more than please. Closing is no mail: it is never too late.
LATE = {
    Step.ACKNOWLEDGEMENT: timedelta(hours=24),
    Step.SETTLED_QUESTION: timedelta(days=7),
    Step.SETTLED_REMINDER: timedelta(days=3),
}
# Nobody is asked anything outside these hours, by the customer's own clock.
DAY_BEGINS, DAY_ENDS = time(8), time(19)
# Weeks in which no opening fits the customer's day do not exist; a calendar without hours does.
_LOOK_AHEAD = 60


def is_by_mail_of_a_customer(ticket: Ticket) -> bool:
    """Whether the customer opened `ticket` by writing to us; what staff take down needs no confirmation."""
    opened = ticket.events.filter(kind="ticket.opened")
    return ticket.channel == Channel.MAIL and opened.filter(by=None).exists()


def ask_at(ticket: Ticket, resolved_at: datetime) -> datetime:
    """When to ask whether it is settled: a working day later; three where the last solution did not hold."""
    days = CHECK_BACK_AFTER_DAYS if was_not_settled(ticket) else ASK_AFTER_DAYS
    later = working_days_later(calendar_of(ticket.team).working, resolved_at, days)
    return polite(ticket, max(later, resolved_at + ASK_AFTER))


def was_not_settled(ticket: Ticket) -> bool:
    """Whether the last that the customer has answered about `ticket` is that it is not settled."""
    answers = SatisfactionAnswer.objects.filter(request__ticket=ticket).order_by("at", "pk")
    last = answers.last()
    return last is not None and last.outcome != SatisfactionAnswer.Outcome.YES


def remind_at(ticket: Ticket, asked_at: datetime) -> datetime:
    """When to remind of a question that nobody has answered."""
    return polite(ticket, working_days_later(calendar_of(ticket.team).working, asked_at, REMIND_AFTER_DAYS))


def close_at(ticket: Ticket, resolved_at: datetime) -> datetime:
    """When to put a resolved ticket away."""
    return working_days_later(calendar_of(ticket.team).working, resolved_at, CLOSE_AFTER_DAYS)


def latest(step: str, due_at: datetime) -> datetime | None:
    """After that the step is skipped; None where it is never too late."""
    limit = LATE.get(Step(step))
    return due_at + limit if limit else None


def latest_of(followup: FollowUp) -> datetime | None:
    """After that `followup` is skipped, also where it was planned before it could say so."""
    return followup.latest_at or latest(followup.step, followup.due_at)


def working_days_later(calendar: WorkingCalendar, at: datetime, days: int) -> datetime:
    """The same time of day so many working days later, or the opening after it."""
    wanted = at.astimezone(calendar.zone)
    day = wanted.date()
    for _day in range(days):
        morrow = datetime.combine(day + timedelta(days=1), time(), calendar.zone)
        day = next_opening(calendar, morrow).astimezone(calendar.zone).date()
    return next_opening(calendar, datetime.combine(day, wanted.time(), calendar.zone))


def polite(ticket: Ticket, at: datetime) -> datetime:
    """`at`, or the first moment after it that is working time of the team and day for the customer."""
    calendar, zone = calendar_of(ticket.team).working, ZoneInfo(zone_of(ticket.customer))
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


def first_human_contact(ticket: Ticket) -> Commitment | None:
    """What tells the customer of a new ticket when a person answers."""
    return ticket.commitments.running().filter(kind=Kind.FIRST_RESPONSE).order_by("due_at").first()


def why_not(ticket: Ticket, followup: FollowUp, now: datetime) -> str:
    """Why `followup` is not true any more at `now`; empty when it is."""
    too_late = latest_of(followup)
    if too_late is not None and now > too_late:
        return _("It would have come too late.")
    if followup.step == Step.ACKNOWLEDGEMENT:
        return _why_no_acknowledgement(ticket, now)
    if ticket.state != Ticket.State.RESOLVED or ticket.resolved_at is None:
        return _("The ticket was reopened.") if ticket.is_open else _("The ticket is closed.")
    if ticket.messages.filter(direction=Message.Direction.IN, human=True, at__gt=ticket.resolved_at).exists():
        return _("The customer has written since.")
    if followup.step == Step.CLOSING:
        return ""
    if not ticket.customer.email:
        return _("The customer has no e-mail address. Ask when you next talk to them.")
    if followup.step == Step.SETTLED_REMINDER:
        return _why_no_reminder(ticket, now)
    return ""


def why_no_mail(ticket: Ticket, step: str) -> str:
    """Why mail of `step` may not leave to the customer's address by itself; empty where it may, or is no mail."""
    if step not in BY_MAIL:
        return ""
    purpose = Purpose.ACKNOWLEDGEMENT if step == Step.ACKNOWLEDGEMENT else Purpose.SETTLED_QUESTION
    stopped = Suppression.objects.stopping(ticket.customer.email, purpose).first()
    return stopped.reason if stopped else ""


def _why_no_acknowledgement(ticket: Ticket, now: datetime) -> str:
    if not ticket.is_open:
        return _("The ticket is resolved already.")
    if not ticket.customer.email:
        return _("The customer has no e-mail address.")
    came = ticket.messages.filter(direction=Message.Direction.IN).select_related("inbound").defer("inbound__raw")
    opening = came.order_by("at", "pk").first()
    if opening is None or not opening.human:
        return _("A machine wrote it, and machines get no automatic answer.")
    if opening.inbound and opening.inbound.from_is == InboundMail.From.FORGED:
        return _("Its sender is probably forged, and whoever stands there has not written.")
    ours = ticket.messages.filter(direction=Message.Direction.OUT, human=True)
    lost = [Delivery.State.FAILED, Delivery.State.CANCELLED, Delivery.State.EXPIRED]
    if (
        ours.filter(Q(result=Message.Result.REACHED) | Q(channel=Channel.MAIL))
        .exclude(delivery__state__in=lost)
        .exists()
    ):
        return _("A person has answered already.")
    contact = first_human_contact(ticket)
    if contact is not None and certain(contact.due_at) <= now:
        return _("The time that it would name has passed already.")
    return ""


def _why_no_reminder(ticket: Ticket, now: datetime) -> str:
    request = ticket.satisfaction_requests.order_by("-pk").first()
    if request is None or request.answers.exists():
        return _("The customer has answered the question.")
    if close_at(ticket, certain(ticket.resolved_at)) <= now:
        return _("The time that it would name has passed already.")
    return ""
