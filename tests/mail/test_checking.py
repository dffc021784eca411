"""The test mail to ourselves: it never becomes a ticket, and says what could be seen of its way."""

from __future__ import annotations

import re

import pytest

from mail import actions_checking as checking
from mail import own
from mail.building import Letter, build
from mail.models import Delivery, InboundMail, Mailbox, MailCheck
from tests import make
from tests.mail.letters import letter
from tests.make import MONDAY_9AM, hours
from tests.tickets.arriving import LATER, OUR_SERVER, arrives, our_mailbox
from tickets.models import Ticket, UnverifiedMail

pytestmark = pytest.mark.django_db
RESULTS = f"{OUR_SERVER}; spf=pass smtp.mailfrom=example.test; dkim=fail; dmarc=pass header.from=example.test"


@pytest.fixture
def mailbox() -> Mailbox:
    make.organisation(support_address="support@example.test", default_team=make.team())
    return our_mailbox()


def sent(mailbox: Mailbox) -> bytes:
    """A test mail as it leaves."""
    check = checking.send(mailbox, by=make.administrator(), now=MONDAY_9AM)
    assert check.delivery
    return Letter.of(build(check.delivery, now=MONDAY_9AM)).content


def back(raw: bytes, mailbox: Mailbox) -> MailCheck:
    mail = arrives(raw, mailbox=mailbox)
    assert mail.state == InboundMail.State.CHECKED
    return MailCheck.objects.get(inbound=mail)


def without(raw: bytes, header: str) -> bytes:
    return re.sub(rb"(?im)^" + header.encode() + rb":.*(\r\n[ \t].*)*\r\n", b"", raw)


def test_it_goes_from_the_mailbox_to_itself_and_leads_nowhere(mailbox):
    raw = sent(mailbox)
    delivery = Delivery.objects.get()
    assert re.fullmatch(r"support\+c\.[a-z2-7]{26}@example\.test", delivery.recipient)
    assert b"From: " in raw
    assert b"\nReply-To:" not in raw
    arrives(raw, mailbox=mailbox)
    assert not Ticket.objects.exists()
    assert not UnverifiedMail.objects.exists()


def test_what_the_trusted_server_found_is_noted(mailbox):
    raw = f"Authentication-Results: {RESULTS}\r\n".encode() + without(sent(mailbox), "Authentication-Results")
    check = back(raw, mailbox)
    assert check.came_at == LATER
    assert check.found == {
        "plus": True, "id": True, "signature": True, "servers": [OUR_SERVER], "server": OUR_SERVER, "forged": False,
        "spf": "pass", "dkim": "fail", "dmarc": "pass",
    }  # fmt: skip


def test_a_server_that_lets_a_foreign_word_in_its_name_pass_is_told_apart(mailbox):
    found = back(sent(mailbox), mailbox).found
    assert (found["forged"], found["server"], found["dmarc"]) == (True, "", "")


def test_without_its_plus_it_is_known_by_our_signature(mailbox):
    raw = re.sub(rb"\+c\.[a-z2-7]{26}@", b"@", sent(mailbox))
    found = back(raw, mailbox).found
    assert (found["plus"], found["signature"]) == (False, True)


def test_without_our_headers_it_is_known_by_its_address(mailbox):
    raw = without(without(sent(mailbox), own.ID), own.SIGNATURE)
    found = back(raw, mailbox).found
    assert (found["plus"], found["id"], found["signature"]) == (True, False, False)


def test_what_comes_a_second_time_changes_nothing(mailbox):
    raw = sent(mailbox)
    first = back(raw, mailbox)
    mail = arrives(raw + b"\r\n", at=LATER + hours(1), mailbox=mailbox)
    assert mail.state == InboundMail.State.CHECKED
    assert MailCheck.objects.get().inbound == first.inbound


def test_who_only_calls_their_mail_a_test_of_ours_is_not_believed(mailbox):
    checking.send(mailbox, by=make.administrator(), now=MONDAY_9AM)
    number = MailCheck.objects.get().pk
    for signature in ("", own.headers("check:0")[own.SIGNATURE]):
        headers = {"x_followthrough_id": f"check:{number}", "x_followthrough_signature": signature}
        arrives(letter(f"A question {signature}", **headers), mailbox=mailbox)
    assert MailCheck.objects.get().came_at is None
    assert Ticket.objects.count() == 2


def test_our_own_mail_is_known_by_its_signature_whatever_else_was_changed(mailbox):
    """A machine that sends our mails back under its own name and with its own Message-ID makes no loop."""
    delivery = make.delivery(automatic=True)
    raw = Letter.of(build(delivery, now=MONDAY_9AM)).content
    raw = re.sub(rb"(?m)^From: .*$", b"From: robot@example.test\r", without(raw, "Message-ID"))
    assert arrives(raw, mailbox=mailbox).state == InboundMail.State.PARKED
    assert not Ticket.objects.exists()
