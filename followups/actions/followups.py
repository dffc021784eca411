"""Planning, carrying out and ending follow-ups.

Planned when a ticket was resolved; whether it is still true is asked again when its mail is made.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from followups.models import FollowUp, SatisfactionRequest
from mail.models import Delivery
from mail.models.delivery import Purpose
from people.models import User
from standards.working_time import next_opening
from tickets.actions import conversation
from tickets.actions.events import record
from tickets.actions.tickets import follow_ups_planned
from tickets.clock import calendar_of
from tickets.models import Message, Ticket

Step, State = FollowUp.Step, FollowUp.State
# The customer has had a day with the solution before we ask; then at the next opening.
ASK_AFTER = timedelta(hours=24)
# A question that old is not sent any more: it would puzzle more than please.
TOO_LATE = timedelta(days=3)


@transaction.atomic
def plan(ticket: Ticket, *, now: datetime) -> FollowUp | None:
    """Plan the question after a resolution, or skip it where the ticket was reopened; clears the marker."""
    ticket = Ticket.objects.lock(ticket)
    follow_ups_planned(ticket)
    last = ticket.followups.filter(step=Step.SETTLED_QUESTION).order_by("-cycle").first()
    if ticket.state != Ticket.State.RESOLVED or ticket.resolved_at is None:
        if last is not None and last.state == State.SCHEDULED:
            _end(last, State.SKIPPED, now=now, reason=_("The ticket was reopened."))
        return None
    if last is not None and last.made_at >= ticket.resolved_at:
        return None
    if last is not None and last.state == State.SCHEDULED:
        _end(last, State.SKIPPED, now=now, reason=_("The ticket was reopened."))
    followup = FollowUp.objects.create(
        ticket=ticket,
        step=Step.SETTLED_QUESTION,
        cycle=last.cycle + 1 if last else 1,
        due_at=next_opening(calendar_of(ticket.team).working, ticket.resolved_at + ASK_AFTER),
        made_at=now,
    )
    record(ticket, "followup.planned", now=now, followup=followup.pk, due=followup.due_at)
    return followup


@transaction.atomic
def carry_out(followup: FollowUp, *, now: datetime, by: User | None = None) -> FollowUp:
    """Ask now what was planned, or skip it with the reason why it is no longer true.

    By the worker when due, or by a person at any time (*ask now*); asked once in either case.
    """
    ticket = Ticket.objects.lock(followup.ticket)
    followup = FollowUp.objects.select_for_update(of=("self",)).get(pk=followup.pk)
    if followup.state != State.SCHEDULED:
        if by is not None:
            raise ValidationError(_("This question has been asked already, or was skipped."))
        return followup
    why_not = _why_not(ticket, followup, now)
    if why_not:
        return _end(followup, State.SKIPPED, now=now, reason=why_not)
    request = SatisfactionRequest.objects.create(ticket=ticket, followup=followup, made_at=now)
    subject, body = _question(ticket, request)
    message = conversation.send_automatically(
        ticket,
        body,
        purpose=Purpose.SETTLED_QUESTION,
        subject=subject,
        key=f"followup:{followup.pk}",
        links=[f"answer:{request.about}"],
        now=now,
        stop_on=[Delivery.StopOn.CUSTOMER_WROTE, Delivery.StopOn.STATE_CHANGED],
        at_least_once=False,
        expires_at=now + TOO_LATE,
        by=by,
    )
    followup.delivery, followup.state = message.delivery, State.HANDED_OVER
    followup.save(update_fields=["delivery", "state"])
    record(ticket, "followup.handed_over", now=now, by=by, followup=followup.pk)
    return followup


@transaction.atomic
def skip(followup: FollowUp, *, reason: str, by: User, now: datetime) -> FollowUp:
    """A person decides that this one is not sent, and says why."""
    Ticket.objects.lock(followup.ticket)
    followup = FollowUp.objects.select_for_update(of=("self",)).get(pk=followup.pk)
    if followup.state != State.SCHEDULED:
        raise ValidationError(_("This question has been asked already, or was skipped."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it is not asked.")})
    return _end(followup, State.SKIPPED, now=now, reason=reason.strip(), by=by)


@transaction.atomic
def finish(followup: FollowUp, *, now: datetime) -> FollowUp:
    """Take over what became of its mail: sent, not sent, or honestly not known."""
    Ticket.objects.lock(followup.ticket)
    followup = FollowUp.objects.select_related("delivery").select_for_update(of=("self",)).get(pk=followup.pk)
    if followup.state != State.HANDED_OVER or followup.delivery is None:
        return followup
    match followup.delivery.state:
        case Delivery.State.SENT:
            return _end(followup, State.DONE, now=now)
        case Delivery.State.UNKNOWN:
            return _end(followup, State.DONE, now=now, reason=_("It is not known whether the mail arrived."))
        case Delivery.State.CANCELLED | Delivery.State.EXPIRED:
            return _end(followup, State.SKIPPED, now=now, reason=followup.delivery.reason or _("It was cancelled."))
        case Delivery.State.FAILED:
            return _end(followup, State.FAILED, now=now, reason=followup.delivery.reason or _("The mail failed."))
    return followup


def _why_not(ticket: Ticket, followup: FollowUp, now: datetime) -> str:
    """Why the question is not true any more; empty when it is."""
    if ticket.state != Ticket.State.RESOLVED:
        return _("The ticket was reopened.")
    if not ticket.customer.email:
        return _("The customer has no e-mail address. Ask when you next talk to them.")
    if ticket.messages.filter(direction=Message.Direction.IN, at__gt=ticket.resolved_at).exists():
        return _("The customer has written since.")
    if now > followup.due_at + TOO_LATE:
        return _("It would have come too late.")
    return ""


def _question(ticket: Ticket, request: SatisfactionRequest) -> tuple[str, str]:
    """Subject and text of the question, in the customer's language; the link stands as a placeholder."""
    with translation.override(ticket.customer.language):
        who = ticket.owner or ticket.team.lead
        body = _(
            "Hello %(name)s,\n\n"
            "your request “%(subject)s” is marked as resolved. Is it really settled for you?\n\n"
            "%(link)s\n\n"
            "The page has two short questions. A person reads every answer.\n\n"
            "%(who)s"
        ) % {
            "name": ticket.customer.name,
            "subject": ticket.subject,
            "link": f"[[link:answer:{request.about}]]",
            "who": who.name,
        }
        return _("Is it settled? %(subject)s") % {"subject": f"[T-{ticket.number}] {ticket.subject}"}, body


def _end(followup: FollowUp, state: str, *, now: datetime, reason: str = "", by: User | None = None) -> FollowUp:
    followup.state, followup.reason, followup.ended_at = state, reason[:300], now
    followup.save(update_fields=["state", "reason", "ended_at"])
    if followup.ticket:
        record(followup.ticket, f"followup.{state}", now=now, by=by, followup=followup.pk)
    return followup
