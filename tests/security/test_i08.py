"""I08: forms that anybody may send in made a help desk mail its confirmation, with the sender's words, to victims.

There is no form here that takes a stranger's address and confirms to it. What the public can send in: a wish for
another link, answered to the address on file, and a forgotten password, answered to members of staff only. Neither
repeats a word of whoever asked, and both are limited. A form that is added fails the first test until it is looked at.
The same by mail: where our receiving server finds the sender forged, nobody is answered by itself.
"""

from __future__ import annotations

import pytest
import time_machine
from django.core.cache import cache

from followups import tasks
from mail import addresses
from mail.models import Delivery
from standards.terms import Kind
from tests import make
from tests.desk.looking import page
from tests.examples import EXAMPLES, audience_of, named_routes
from tests.mail.letters import letter
from tests.make import MONDAY_9AM, hours
from tests.tickets.arriving import OUR_SERVER, arrives, our_mailbox
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
VICTIM = "victim@example.test"
WORDS = "cheap pills http://evil.test"
# Behind a link that only its customer has; what is posted there makes no mail to anybody else.
BY_LINK = {"request", "choices", "answer", "stop", "new-link"}
SIGNING_IN = {name for name in EXAMPLES if name.startswith("account_")}
# Their readers are on this machine, or hold a secret of ours.
OURS = {"demo_mail", "demo_letter", "mail-in", "mail-in-for", "mail-of-provider"}


@pytest.fixture(autouse=True)
def _morning():
    cache.clear()
    with time_machine.travel(MONDAY_9AM + hours(1), tick=False):
        yield


def test_what_the_public_can_send_in_is_known():
    open_to_all = {
        name
        for name in set(named_routes()) & set(EXAMPLES)
        if audience_of(name) in {"public", "customer"} and "POST" in EXAMPLES[name].methods
    }
    assert open_to_all <= BY_LINK | SIGNING_IN | OURS


def test_a_forgotten_password_brings_mail_to_staff_only_and_not_often(client):
    make.organisation(support_address="support@example.test")
    member = make.user(email="ivana@example.test")
    for number in range(12):
        for email in (VICTIM, member.email, f"v{number}@example.test"):
            client.post("/accounts/password/reset/", {"email": email, "name": WORDS, "subject": WORDS})
    mails = list(Delivery.objects.all())
    assert {mail.recipient for mail in mails} <= {member.email}
    assert len(mails) <= 3
    assert not any("evil.test" in mail.subject + mail.body for mail in mails)


@pytest.mark.parametrize(("dmarc", "mails"), [("fail", 0), ("pass", 1)])
def test_mail_in_a_victims_name_brings_the_victim_nothing_where_our_server_knows_better(dmarc, mails):
    make.organisation(support_address="support@example.test")
    make.standard(kind=Kind.ACKNOWLEDGE, name="Acknowledgement", window_minutes=30)
    make.standard()
    found = f"{OUR_SERVER}; dmarc={dmarc} header.from=example.test"
    raw = letter(WORDS, sender=VICTIM, subject=WORDS, authentication_results=found)
    arrives(raw, mailbox=our_mailbox(), at=MONDAY_9AM + hours(1))
    tasks.plan()
    tasks.carry_out()
    assert Delivery.objects.count() == mails
    ticket = Ticket.objects.get()
    assert ticket.commitments.filter(kind=Kind.FIRST_RESPONSE).exists()
    assert ("Sender probably forged" in page(ticket.team.lead, f"/desk/tickets/{ticket.number}/")) == (not mails)


def test_another_link_goes_to_the_address_on_file_once_an_hour_without_a_word_of_who_asked(client):
    ticket = make.ticket(customer=make.customer(email=VICTIM))
    secret = addresses.issue("ticket", ticket.about, VICTIM, now=MONDAY_9AM, expires_at=MONDAY_9AM)
    for _again in range(20):
        client.post(f"/r/{secret}/new-link/", {"email": "eve@evil.test", "body": WORDS, "subject": WORDS})
        client.post("/r/abcdefghijklmnopqrstuvwxyz/new-link/", {"email": VICTIM})
    (mail,) = Delivery.objects.all()
    assert mail.recipient == VICTIM
    assert "evil.test" not in mail.subject + mail.body
