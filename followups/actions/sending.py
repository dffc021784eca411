"""The mails of silence and of the check-in; their calls; what a person wrote for one goes before the text it has."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from followups import playbooks, rules, ways, wording, wording_care
from followups.letters.checking import Facts, check_own, stops
from followups.letters.filling import Filled
from followups.models import FollowUp, SatisfactionRequest
from followups.terms import MessagePurpose
from mail.models import Delivery
from people.models import User
from tickets.actions import conversation
from tickets.certain import certain
from tickets.models import Message, Ticket

Step, StopOn = FollowUp.Step, Delivery.StopOn


def text_of(ticket: Ticket, followup: FollowUp) -> wording.type_letter:
    """Subject and text as the mail of `followup` would say it now; the answers stand where they are marked."""
    filled = _standing_text(ticket, followup)
    return filled.subject, followup.body or filled.body


def send(ticket: Ticket, followup: FollowUp, *, by: User | None, now: datetime) -> Message:
    """Make the mail. The caller holds the lock and has looked whether it is still true.

    Refused where the text lacks what such a mail must say, or somebody's own has a blank left.
    """
    subject, body = _ready_text(ticket, followup)
    links: list[str] = []
    if followup.step == Step.CHECK_IN:
        asks = {"ticket": ticket, "asks_rating": False, "made_at": now}
        request, _made = SatisfactionRequest.objects.update_or_create(followup=followup, defaults=asks)
        links = [f"{answer}:{request.about}" for answer in wording.ANSWERS]
        body = body.replace(wording_care.ANSWERS_STAND_HERE, wording.choices(request.about))
    stops = [StopOn.CUSTOMER_WROTE, StopOn.STATE_CHANGED]
    closes_at = playbooks.closes_unanswered_at(ticket, followup) if followup.step in playbooks.SILENCE else None
    polite_until = None if by else playbooks.polite_until(ticket.team, ticket.customer, now)
    limits = [playbooks.latest_of(followup), closes_at, polite_until]
    return conversation.send_automatically(
        ticket,
        body,
        purpose=ways.PURPOSE[Step(followup.step)],
        subject=subject,
        key=followup.mail_key,
        links=links,
        now=now,
        stop_on=[*stops, StopOn.PERSON_WROTE] if followup.step in playbooks.SILENCE else stops,
        at_least_once=False,
        expires_at=min((limit for limit in limits if limit), default=None),
        by=by,
    )


def check_body(followup: FollowUp, body: str) -> str:
    """`body` as a person may give it to `followup`; refused, in words for them, where the customer could not answer."""
    body = body.replace("\r\n", "\n").strip()
    if not body:
        raise ValidationError({"body": _("Write something first.")})
    if followup.step == Step.CHECK_IN and wording_care.ANSWERS_STAND_HERE not in body:
        marked = {"place": wording_care.ANSWERS_STAND_HERE}
        raise ValidationError({"body": _("Leave %(place)s where the customer's answers shall stand.") % marked})
    customer = followup.ticket.customer if followup.ticket else certain(followup.customer)
    if lacks := stops(check_own(body.replace(wording_care.ANSWERS_STAND_HERE, ""), Facts(customer.name))):
        raise ValidationError({"body": [remark.words for remark in lacks]})
    return body


def _ready_text(ticket: Ticket, followup: FollowUp) -> wording.type_letter:
    filled = _standing_text(ticket, followup)
    if not followup.body:
        return wording.checked(_purpose(followup), ticket.customer, filled)
    return filled.subject, check_body(followup, followup.body)


def _standing_text(ticket: Ticket, followup: FollowUp) -> Filled:
    about = ticket.customer, ticket.number, ticket.subject, (ticket.owner or ticket.team.lead).name
    if followup.step == Step.CHECK_IN:
        return wording_care.check_in(*about)
    asked = certain(ticket.messages.filter(asks=True).order_by("-at", "-pk").first())
    closes_at = playbooks.closes_unanswered_at(ticket, followup)
    question = wording_care.question_in(asked)
    return wording_care.silence(_purpose(followup), *about, question=question, closes_at=closes_at)


def _purpose(followup: FollowUp) -> MessagePurpose:
    """Which text it says: that of the step by which it goes on."""
    return MessagePurpose(certain(rules.step_of(followup)).purpose)
