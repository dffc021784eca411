"""Machines that do not say so are known by how they answer; people who are quick or repeat themselves are not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from standards.terms import Kind
from tests import make
from tests.mail.letters import letter
from tests.make import MONDAY_9AM, hours
from tests.tickets.arriving import anas_ticket, answered, arrives, reply_to
from tickets.actions import conversation, hearing, settling
from tickets.actions.conversation import NextDate
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db
AWAY = "I am away until Monday and read your mail then."
CONFIRMED = MONDAY_9AM + timedelta(minutes=1)


@pytest.fixture
def ticket() -> Ticket:
    make.organisation(support_address="support@example.test")
    return anas_ticket()


def confirmed(ticket: Ticket) -> str:
    """We have confirmed it by ourselves; the Message-ID of that."""
    message = conversation.send_automatically(
        ticket, "It is here.", purpose="acknowledgement", subject="Printer", key="ack", now=CONFIRMED, stop_on=[],
        at_least_once=True, expires_at=None,
    )  # fmt: skip
    type(message.delivery).objects.update(state="sent", ended_at=CONFIRMED)
    settling.settle_all(now=CONFIRMED)
    return message.delivery.message_id


def human(ticket: Ticket, body: str, *, at, **headers: str) -> bool:
    """Whether a person has said that."""
    number = Message.objects.count()
    said = letter(body, to=reply_to(ticket), message_id=f"<{number}@example.test>", **headers)
    return arrives(said, at=at).message.human


@pytest.mark.parametrize("threads", [True, False])
def test_what_answers_an_automatic_mail_at_once_is_a_machine(ticket, threads):
    mail = confirmed(ticket)
    assert not human(ticket, AWAY, at=CONFIRMED + timedelta(seconds=5), in_reply_to=mail if threads else "")


def test_half_a_minute_later_it_may_be_anybody(ticket):
    assert human(ticket, "And it is blue.", at=CONFIRMED + timedelta(seconds=31), in_reply_to=confirmed(ticket))


def test_who_answers_a_person_at_once_is_a_person(ticket):
    mail = answered(ticket, NextDate(resolves=True))
    assert human(ticket, "No, still blank.", at=mail.ended_at + timedelta(seconds=10), in_reply_to=mail.message_id)
    ticket.refresh_from_db()
    assert ticket.is_open


def test_what_a_machine_has_said_once_it_has_said_again(ticket):
    assert not human(ticket, AWAY, at=CONFIRMED, auto_submitted="auto-replied")
    mail = answered(ticket, NextDate(resolves=True))
    assert not human(ticket, AWAY, at=mail.ended_at + hours(3))
    ticket.refresh_from_db()
    assert not ticket.is_open


def test_the_same_words_twice_are_a_machines_only_if_each_follows_a_mail_of_ours(ticket):
    mail = answered(ticket, NextDate(contact_by=MONDAY_9AM + hours(30)))
    assert human(ticket, AWAY, at=mail.ended_at + timedelta(minutes=5))
    again = answered(ticket, NextDate(resolves=True), at=MONDAY_9AM + hours(3))
    assert human(ticket, AWAY, at=again.ended_at + hours(2)), "somebody who sends it once more"
    third = answered(ticket, NextDate(resolves=True), at=MONDAY_9AM + hours(6))
    assert not human(ticket, AWAY, at=third.ended_at + timedelta(minutes=5))


def test_a_person_taken_for_a_machine_is_put_right_with_one_press_and_counts_from_when_they_wrote(ticket):
    mail = answered(ticket, NextDate(resolves=True))
    came = mail.ended_at + hours(3)
    assert not human(ticket, "Still blank.", at=came, auto_submitted="auto-replied")
    message = ticket.messages.get(body="Still blank.")
    assert hearing.a_person_wrote(message, by=ticket.team.lead, now=came + hours(1))
    assert not hearing.a_person_wrote(message, by=ticket.team.lead, now=came + hours(1)), "once"
    ticket.refresh_from_db()
    assert ticket.is_open
    assert ticket.commitments.running().get(kind=Kind.NEXT_RESPONSE).started_at == came


def test_where_we_have_answered_since_the_words_only_become_theirs(ticket):
    assert not human(ticket, "It is blue.", at=CONFIRMED, auto_submitted="auto-replied")
    answered(ticket, NextDate(resolves=True))
    message = ticket.messages.get(body="It is blue.")
    assert hearing.a_person_wrote(message, by=ticket.team.lead, now=MONDAY_9AM + hours(5))
    ticket.refresh_from_db()
    assert not ticket.is_open
