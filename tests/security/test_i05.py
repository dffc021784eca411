"""I05: a desk took the address in Reply-To for the author.

So whoever wrote a victim's address there made tickets in the victim's name. Here the author stands in From and
nowhere else, and what answers by itself goes to that address or to nobody.
"""

from __future__ import annotations

import pytest

from followups import tasks
from mail.models import Delivery
from standards.terms import Kind
from tests import make
from tests.mail.letters import letter
from tests.tickets import arriving
from tests.tickets.arriving import LATER, arrives, reply_to
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def test_reply_to_makes_no_author(time_machine):
    time_machine.move_to(LATER)
    make.organisation(support_address="support@example.test")
    make.standard(kind=Kind.ACKNOWLEDGE, name="Acknowledgement", window_minutes=30)
    arrives(letter(sender="a@example.test", reply_to="victim@example.test"))
    tasks.plan()
    tasks.carry_out()
    assert Ticket.objects.get().customer.email == "a@example.test"
    assert [mail.recipient for mail in Delivery.objects.all()] == ["a@example.test"]


def test_reply_to_makes_nobody_the_customer_of_a_ticket():
    ticket = arriving.anas_ticket()
    arrives(letter(sender="eve@evil.test", reply_to="ana@example.test", to=reply_to(ticket)))
    assert ticket.messages.count() == 1
    assert ticket.unverified.get().sender == "eve@evil.test"
