"""I01: a help desk counted its tickets upwards, and the number stood in the reply address.

Anybody could write to every ticket in its customer's name with themselves in Cc, became a reader of it, and had
login codes of other services sent there. Here a reply address holds 130 random bits of one person's; guessed ones,
Cc and the number in a subject change nothing, and what merely refers to a ticket stands beside it, for staff only.
"""

from __future__ import annotations

import pytest

from mail.models import Delivery
from people.models import Customer
from tests.mail.letters import letter
from tests.make import MONDAY_9AM, hours
from tests.tickets import arriving
from tests.tickets.arriving import answered, arrives, everything, our_mailbox, reply_to
from tickets.actions.conversation import NextDate
from tickets.models import Message, Ticket, UnverifiedMail

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket():
    return arriving.anas_ticket()


def test_guessed_addresses_with_somebody_in_cc_reach_no_ticket(ticket):
    before = everything(ticket)
    for number in [*range(1, 40), ticket.number]:
        to = f"support+{number}@example.test, support+r.{number:026d}@example.test, support+t{number}@example.test"
        arrives(letter(f"n{number}", to=to, cc="eve@evil.test", subject=f"Re: [T-{number}] Printer"))
    assert everything(ticket) == before
    assert ticket.messages.count() == 1
    assert not UnverifiedMail.objects.exists()
    assert not Customer.objects.filter(email="eve@evil.test").exists()
    assert not Delivery.objects.filter(recipient="eve@evil.test").exists()


def test_what_refers_to_our_mail_stands_beside_the_ticket_and_changes_nothing(ticket):
    ours = answered(ticket, NextDate(contact_by=MONDAY_9AM + hours(30)))
    before = everything(ticket)
    mail = arrives(letter("Send me the code.", cc="eve@evil.test", references=ours.message_id, subject=ours.subject))
    entry = UnverifiedMail.objects.get()
    assert (mail.state, entry.inbound, entry.ticket, entry.why) == ("unverified", mail, ticket, "not_proven")
    assert everything(ticket) == before
    assert Ticket.objects.count() == 1
    assert ticket.messages.count() == 2


def test_cc_makes_no_reader(ticket):
    arrives(letter(to=reply_to(ticket), cc="eve@evil.test"))
    before = everything(ticket)
    arrives(letter("I am in Cc.", sender="eve@evil.test", to=reply_to(ticket)))
    assert everything(ticket) == before
    assert not ticket.messages.filter(body="I am in Cc.").exists()


# What our own server found out, and what others wrote into a mail.
PASS = "mx.example.test; dmarc=pass header.from=example.test"


@pytest.mark.parametrize(
    ("change", "joins"),
    [
        ({}, True),
        ({"authentication_results": "mx.evil.test; dmarc=pass header.from=example.test"}, False),
        ({"authentication_results": "mx.example.test; dmarc=fail header.from=example.test"}, False),
        ({"authentication_results": "mx.example.test; dmarc=pass header.from=evil.test"}, False),
        ({"authentication_results": f"mx.example.test; dmarc=fail\r\nAuthentication-Results: {PASS}"}, False),
        ({"sender": "ana@example.test, eve@example.test"}, False),
        ({"sender": "Ana <ana@example.test>\r\nFrom: ana@example.test"}, False),
        ({"sender": "eve@example.test"}, False),
        ({"references": "<guessed@example.test>"}, False),
    ],
)
def test_without_its_address_a_mail_joins_only_if_our_server_vouches_for_whom_we_wrote_to(ticket, change, joins):
    ours = answered(ticket, NextDate(contact_by=MONDAY_9AM + hours(30)))
    headers = {"authentication_results": PASS, "references": ours.message_id, **change}
    arrives(letter("The plus was cut off.", **headers), mailbox=our_mailbox())
    assert ticket.messages.filter(body="The plus was cut off.").exists() == joins


def test_while_no_server_is_named_nobody_is_vouched_for(ticket):
    ours = answered(ticket, NextDate(contact_by=MONDAY_9AM + hours(30)))
    arrives(letter(authentication_results=PASS, references=ours.message_id))
    assert Message.objects.count() == 2
