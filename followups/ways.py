"""Which way a step reaches a customer. Reads only."""

from __future__ import annotations

from followups.models import FollowUp, PlaybookStep
from followups.playbook_terms import Mode, Way
from mail.models import Suppression
from mail.models.delivery import Purpose
from people.models import Customer
from people.terms import Channel
from tickets.models import Message, Ticket

Step = FollowUp.Step
# As what the mail of a step leaves; decides who may stop it, and how often it is tried.
PURPOSE = {
    Step.ACKNOWLEDGEMENT: Purpose.ACKNOWLEDGEMENT,
    Step.SETTLED_QUESTION: Purpose.SETTLED_QUESTION,
    Step.SETTLED_REMINDER: Purpose.SETTLED_QUESTION,
    Step.CHECK_BACK: Purpose.SETTLED_QUESTION,
    Step.CHECK_IN: Purpose.CHECK_IN,
    Step.THANK_YOU: Purpose.THANK_YOU,
    Step.SILENCE_REMINDER: Purpose.SILENCE,
    Step.SILENCE_SECOND: Purpose.SILENCE,
    Step.SILENCE_LAST: Purpose.SILENCE,
}
# Mails that say a question of ours again.
OF_A_QUESTION = {Step.SILENCE_REMINDER, Step.SILENCE_SECOND, Step.SILENCE_LAST}


def of(step: PlaybookStep, followup: FollowUp, customer: Customer) -> Channel | None:
    """The way that `followup` takes now; None where there is none.

    A mail that must leave as one (`Way.MAIL`) needs an address and is not replaced by a call; where a way
    is chosen, a number is called if the address is missing or takes no mail, and the other way round. We
    have no gateway for text messages: who chose them is called.
    """
    phone = Channel.PHONE if customer.phone else None
    if step.mode == Mode.CALL or step.way == Way.PHONE or needs_a_call(followup):
        return phone
    mail = Channel.MAIL if customer.email else None
    if step.way == Way.MAIL:
        return mail
    takes_mail = mail if mail and not why_no_mail(customer, followup.step) else None
    prefers_phone = _prefers_phone(step, customer)
    return (phone or takes_mail) if prefers_phone else (takes_mail or phone)


def likely(step: PlaybookStep | None, customer: Customer, *, asked_by_phone: bool) -> Channel:
    """The way as far as these facts tell, without asking what else has happened."""
    if step is None or (step.way == Way.MAIL and step.mode != Mode.CALL and not asked_by_phone):
        return Channel.MAIL
    prefers_phone = asked_by_phone or step.mode == Mode.CALL or _prefers_phone(step, customer)
    return Channel.PHONE if customer.phone and (prefers_phone or not customer.email) else Channel.MAIL


def needs_a_call(followup: FollowUp) -> bool:
    """Whether a mail could not say it: the question was asked in a call, whose note is ours and not the customer's.

    Unless somebody has written what the mail says.
    """
    return followup.step in OF_A_QUESTION and not followup.body and _asked_by_phone(followup.ticket)


def _prefers_phone(step: PlaybookStep, customer: Customer) -> bool:
    """A question that was a mail is asked again in a call, where another way is wanted (playbook I)."""
    if step.way == Way.CHOSEN:
        return customer.channel in {Channel.PHONE, Channel.SMS}
    return step.way in {Way.OTHER, Way.PHONE}


def why_no_mail(customer: Customer, step: str) -> str:
    """Why mail of `step` may not leave by itself; empty where it may, or is no mail."""
    purpose = PURPOSE.get(Step(step))
    if purpose is None:
        return ""
    stopped = Suppression.objects.stopping(customer.email, purpose).first()
    return stopped.reason if stopped else ""


def _asked_by_phone(ticket: Ticket | None) -> bool:
    """Whether the question that we wait about was asked in a call: then a person calls again."""
    if ticket is None:
        return False
    asked = ticket.messages.filter(asks=True, direction=Message.Direction.OUT).order_by("-at", "-pk").first()
    return asked is not None and asked.channel == Channel.PHONE
