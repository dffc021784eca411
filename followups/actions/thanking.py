"""Thanks after a sale or a piece of work (playbook G): about a customer, and about no ticket."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from followups import brakes, conditions, playbooks, rules, ways, wording, wording_care
from followups.actions.ending import end, end_as_failed, lock
from followups.conditions import Case
from followups.models import FollowUp
from followups.playbook_terms import Code
from mail import outbox
from mail.models import Delivery, Mailbox
from people.models import Customer, Organisation, Team, User
from tickets import identity
from tickets.certain import certain

Step, State = FollowUp.Step, FollowUp.State


@transaction.atomic
def plan(customer: Customer, what: str, *, delivered_at: datetime, by: User, now: datetime) -> FollowUp | None:
    """Plan the thanks for `what`, in the name of `by`; None where that playbook is switched off.

    Refused without words for what it was. Each sale has its own thanks; the caps say how often they leave.
    """
    if not what.strip():
        raise ValidationError({"what": _("Say what was delivered or done.")})
    step = rules.step_in_use(Code.THANK_YOU, Step.THANK_YOU)
    if step is None:
        return None
    customer = Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    due_at = max(now, playbooks.due_for(step, _team(), customer, delivered_at))
    return FollowUp.objects.create(
        customer=customer,
        step=step.name,
        playbook_step=step,
        cycle=customer.followups.filter(step=step.name).count() + 1,
        what=what.strip()[:200],
        contact=by,
        due_at=due_at,
        latest_at=playbooks.latest(step, due_at),
        made_at=now,
    )


@transaction.atomic
def carry_out(followup: FollowUp, *, now: datetime, by: User | None) -> FollowUp:
    """Thank now, or skip it with the reason; the worker puts off what would come too often or at night."""
    followup = lock(followup)
    customer = certain(followup.customer)
    if followup.state != State.SCHEDULED:
        if by is not None:
            raise ValidationError(_("This question has been asked already, or was skipped."))
        return followup
    step = certain(rules.step_of(followup))
    why_not = conditions.why_not(Case(followup, step, customer, now)) or brakes.stopped(customer, followup.step)
    if why_not:
        return end(followup, State.SKIPPED, now=now, reason=why_not)
    if by is None and (later := brakes.next_moment(followup, customer, _team(), now)):
        followup.due_at = later
        followup.save(update_fields=["due_at"])
        return followup
    until = None if by else playbooks.polite_until(_team(), customer, now)
    followup.delivery, followup.state = _send(followup, customer, until, now), State.HANDED_OVER
    followup.save(update_fields=["delivery", "state"])
    return followup


@transaction.atomic
def finish(followup: FollowUp, *, now: datetime) -> FollowUp:
    """Take over what became of its mail."""
    followup = lock(followup)
    delivery = followup.delivery
    if followup.state != State.HANDED_OVER or delivery is None:
        return followup
    match delivery.state:
        case Delivery.State.SENT:
            end(followup, State.DONE, now=now)
        case Delivery.State.UNKNOWN:
            end(followup, State.DONE, now=now, reason=_("It is not known whether the mail arrived."))
        case Delivery.State.EXPIRED if _is_still_to_come(followup, now):
            followup.due_at = playbooks.polite(_team(), certain(followup.customer), now)
            followup.state = State.SCHEDULED
            followup.save(update_fields=["state", "due_at"])
        case Delivery.State.CANCELLED | Delivery.State.EXPIRED:
            end(followup, State.SKIPPED, now=now, reason=delivery.reason or _("It was cancelled."))
        case Delivery.State.FAILED:
            end_as_failed(None, followup, delivery.reason or _("The mail failed."), now)
    return followup


def text_of(followup: FollowUp) -> wording.type_letter:
    """Subject and text as the thanks would say them now."""
    customer, who = certain(followup.customer), certain(followup.contact).name
    subject, body = wording_care.thank_you(customer, what=followup.what, who=who)
    return subject, followup.body or body


def _is_still_to_come(followup: FollowUp, now: datetime) -> bool:
    """Whether what could not leave while it was polite may leave on another day."""
    customer = certain(followup.customer)
    case = Case(followup, certain(rules.step_of(followup)), customer, now)
    return not (conditions.why_not(case) or brakes.stopped(customer, followup.step))


def _send(followup: FollowUp, customer: Customer, until: datetime | None, now: datetime) -> Delivery:
    team, subject_and_body = _team(), text_of(followup)
    us = identity.example(team, customer.language, certain(followup.contact))
    return outbox.enqueue(
        key=followup.mail_key,
        purpose=ways.PURPOSE[Step.THANK_YOU],
        # A reply to it opens a ticket, like any mail to us.
        about="",
        recipient=customer.email,
        recipient_name=customer.name,
        language=customer.language,
        mailbox=us.mailbox or Mailbox.objects.filter(team=team).first(),
        sender_name=us.sender_name,
        subject=subject_and_body[0],
        body=us.signed(subject_and_body[1]),
        now=now,
        due_at=now,
        automatic=True,
        at_least_once=False,
        expires_at=min(filter(None, [playbooks.latest_of(followup), until]), default=None),
    )


def _team() -> Team:
    """In whose working time it leaves: nobody's request is behind it."""
    return certain(Organisation.objects.the().default_team)
