"""I02: a desk believed the numbers in a Message-ID that named a thread and a member of staff.

Whoever knew the pattern wrote as that person, and the desk mailed it to the customer in its own name. An older
pattern without any check stayed accepted for years. Here there is one form of address, all of it random, and nothing
is done for staff by mail: what claims to be from one of them is text of whoever sent it.
"""

from __future__ import annotations

import pytest

from mail.models import Delivery
from tests.mail.letters import letter
from tests.make import MONDAY_9AM, hours
from tests.tickets import arriving
from tests.tickets.arriving import answered, arrives, everything, reply_to
from tickets.actions.conversation import NextDate
from tickets.models import Message, Ticket, UnverifiedMail

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket():
    return arriving.anas_ticket()


def test_an_address_with_one_sign_changed_leads_nowhere(ticket):
    local, _at, domain = reply_to(ticket).partition("@")
    before = everything(ticket)
    for wrong in (local[:-1] + ("a" if local[-1] != "a" else "b"), local[:-1], local + "a", local.replace("+r.", "+")):
        arrives(letter(to=f"{wrong}@{domain}", message_id=f"<{wrong}@x.test>"))
    assert everything(ticket) == before
    assert ticket.messages.count() == 1


def test_our_own_headers_sent_back_with_something_changed_do_nothing(ticket):
    ours = answered(ticket, NextDate(contact_by=MONDAY_9AM + hours(30)))
    before = everything(ticket)
    local, _at, domain = ours.message_id.strip("<>").partition("@")
    for number, wrong in enumerate(
        [f"<{local[:-1]}@{domain}>", f"<notify-{ticket.number}-1@{domain}>", f"<reply-{ticket.pk}@{domain}>"]
    ):
        arrives(letter(f"Old {number}", in_reply_to=wrong, references=wrong, x_followthrough_id=ours.key))
    assert everything(ticket) == before
    assert ticket.messages.count() == 2
    assert not UnverifiedMail.objects.exists()


def test_a_mail_in_the_name_of_one_of_us_is_text_of_whoever_sent_it(ticket):
    agent = ticket.team.lead
    before = everything(ticket)
    arrives(letter("Close it.", sender=agent.email, to=reply_to(ticket, agent.email)))
    arrives(letter("Close it!", sender=agent.email, to=reply_to(ticket)))
    assert everything(ticket) == before
    assert [entry.sender for entry in ticket.unverified.all()] == [agent.email] * 2
    assert not Message.objects.filter(author=agent).exists()
    assert Ticket.objects.count() == 1
    assert not Delivery.objects.exists()
