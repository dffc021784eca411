"""I03: somebody who had lost access to a mailbox could still answer its tickets by mail.

The right was taken from when the address was given. Here it is judged when the mail arrives: whoever is no longer
the customer of a ticket, and whoever has left a team, reaches nothing with what they once had.
"""

from __future__ import annotations

import pytest

from mail.models import Token
from people.models import Customer
from tests.mail.letters import letter
from tests.make import MONDAY_9AM
from tests.tickets import arriving
from tests.tickets.arriving import arrives, everything, reply_to
from tickets.models import Message, UnverifiedMail

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket():
    return arriving.anas_ticket()


def test_whoever_is_no_longer_the_customer_reaches_nothing(ticket):
    to = reply_to(ticket)
    Customer.objects.filter(pk=ticket.customer_id).update(email="ana@new.test")
    before = everything(ticket)
    arrives(letter(to=to))
    assert everything(ticket) == before
    assert ticket.messages.count() == 1
    assert UnverifiedMail.objects.get().why == "other_address"


def test_whoever_has_left_the_team_does_nothing_by_mail(ticket):
    agent = ticket.team.lead
    to = reply_to(ticket, agent.email)
    agent.is_active = False
    agent.save()
    before = everything(ticket)
    arrives(letter("I still work here.", sender=agent.email, to=to))
    assert everything(ticket) == before
    assert not Message.objects.filter(author=agent).exists()


@pytest.mark.parametrize("change", [{"revoked_at": MONDAY_9AM}, {"expires_at": MONDAY_9AM}, {"purpose": "ticket"}])
def test_an_address_that_has_ended_or_is_for_something_else_leads_nowhere(ticket, change):
    to = reply_to(ticket)
    Token.objects.update(**change)
    arrives(letter(to=to))
    assert ticket.messages.count() == 1
    assert not UnverifiedMail.objects.exists()
