"""I04: an answer from an address that nobody had seen was shown as the customer's own words.

A forwarded mail is enough for that. Here its author is the address it came from, staff read it beside the ticket as
"other address", and the stranger gets nothing: no link, no file, no mail. Also when a person has taken it in.
"""

from __future__ import annotations

import pytest

from mail import addresses
from mail.models import Delivery, Token
from tests import make
from tests.desk.looking import page
from tests.mail.letters import letter
from tests.make import hours
from tests.tickets import arriving
from tests.tickets.arriving import LATER, arrives, everything, reply_to
from tickets.actions import intake

pytestmark = pytest.mark.django_db
EVE = "Ana Kovač <eve@evil.test>"


@pytest.fixture
def ticket():
    return arriving.anas_ticket()


def test_it_is_shown_as_what_it_is_and_gives_access_to_nothing(ticket, client):
    before, customer = everything(ticket), ticket.customer
    arrives(letter("Pay into this account.", sender=EVE, to=reply_to(ticket)))
    assert everything(ticket) == before
    shown = page(ticket.team.lead, f"/desk/tickets/{ticket.number}/")
    assert "eve@evil.test" in shown
    assert "Other address" in shown
    customer.refresh_from_db()
    assert (customer.name, customer.email) == ("Ana Kovač", "ana@example.test")
    assert not Token.objects.filter(recipient="eve@evil.test").exists()
    link = addresses.issue("ticket", ticket.about, customer.email, now=LATER)
    assert "Pay into" not in client.get(f"/r/{link}/").content.decode()


def test_taken_in_it_stands_under_its_own_address_for_the_customer_to_see(ticket, client, time_machine):
    time_machine.move_to(LATER + hours(1))
    arrives(letter("I am her son.", sender="son@example.test", to=reply_to(ticket)))
    intake.accept(ticket.unverified.get(), by=ticket.team.lead, now=LATER + hours(1))
    message = ticket.messages.last()
    assert (message.body, message.other_address, message.at) == ("I am her son.", "son@example.test", LATER)
    link = addresses.issue("ticket", ticket.about, ticket.customer.email, now=LATER)
    assert "son@example.test" in client.get(f"/r/{link}/").content.decode()
    assert not Token.objects.filter(recipient="son@example.test").exists()
    assert not Delivery.objects.filter(recipient="son@example.test").exists()
    assert "son@example.test" in page(make.manager(), f"/desk/tickets/{ticket.number}/")
