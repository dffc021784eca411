"""I08: forms that anybody may send in made a help desk mail its confirmation, with the sender's words, to victims.

There is no form here that takes a stranger's address and confirms to it. What the public can send in: a wish for
another link, answered to the address on file, and a forgotten password, answered to members of staff only. Neither
repeats a word of whoever asked, and both are limited. A form that is added fails the first test until it is looked at.
"""

from __future__ import annotations

import pytest
import time_machine
from django.core.cache import cache

from mail import addresses
from mail.models import Delivery
from tests import make
from tests.examples import EXAMPLES, audience_of, named_routes
from tests.make import MONDAY_9AM, hours

pytestmark = pytest.mark.django_db
VICTIM = "victim@example.test"
WORDS = "cheap pills http://evil.test"
# Behind a link that only its customer has; what is posted there makes no mail to anybody else.
BY_LINK = {"request", "answer", "stop", "new-link"}
SIGNING_IN = {name for name in EXAMPLES if name.startswith("account_")}
# Their readers are on this machine, or hold a secret of ours.
OURS = {"demo_mail", "demo_letter", "mail-in", "mail-in-for"}


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


def test_another_link_goes_to_the_address_on_file_once_an_hour_without_a_word_of_who_asked(client):
    ticket = make.ticket(customer=make.customer(email=VICTIM))
    secret = addresses.issue("ticket", ticket.about, VICTIM, now=MONDAY_9AM, expires_at=MONDAY_9AM)
    for _again in range(20):
        client.post(f"/r/{secret}/new-link/", {"email": "eve@evil.test", "body": WORDS, "subject": WORDS})
        client.post("/r/abcdefghijklmnopqrstuvwxyz/new-link/", {"email": VICTIM})
    (mail,) = Delivery.objects.all()
    assert mail.recipient == VICTIM
    assert "evil.test" not in mail.subject + mail.body
