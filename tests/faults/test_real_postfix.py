"""A real Postfix carries our mail: it arrives signed and whole, an answer comes back, and so does a real bounce."""

from __future__ import annotations

import smtplib
from email import message_from_bytes, policy

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.utils import timezone

from mail import addresses, sending
from mail.models import InboundMail
from mail.parsing import parse
from tests import make
from tests.faults.postfix import CUSTOMERS, OURS, Postfix, postfix
from tests.mail.letters import letter
from tests.mail.posting import State, again
from tests.mail.running import point_to, until
from tests.mail.test_signing import key, pem, verified
from tickets.actions import conversation
from tickets.actions.conversation import NextDate
from tickets.models import Message, Ticket

__all__ = ["key", "postfix"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def relay(postfix: Postfix, settings, key: rsa.RSAPrivateKey) -> Postfix:
    """Our outgoing server. What leaves is signed."""
    point_to(settings, postfix.port)
    settings.MAIL_TO_CATCHER = False
    settings.DKIM_DOMAIN, settings.DKIM_SELECTOR, settings.DKIM_KEY = "example.test", "desk", pem(key)
    make.organisation(support_address=f"support@{OURS}")
    return postfix


def written_to(name: str) -> Message:
    """A reply to a customer, on its way."""
    now = timezone.now()
    ticket = make.ticket(customer=make.customer(name="Ana Kovač", email=f"{name}@{CUSTOMERS}"), now=now)
    message = conversation.reply(
        ticket, "Gledamo ga već danas.\n.Točka na početku.", NextDate(nothing_more_because="It is answered."),
        by=ticket.team.lead, now=now,
    )  # fmt: skip
    type(message.delivery).objects.filter(pk=message.delivery_id).update(next_at=now)
    assert sending.send_due() == 1
    assert again(message.delivery).state == State.SENT
    return message


def test_our_mail_arrives_signed_and_whole_and_the_answer_joins_its_ticket(relay: Postfix, key) -> None:
    message = written_to("ana")
    assert until(lambda: relay.mail_of("ana"), 20), relay.log()
    (raw,) = relay.mail_of("ana")
    mail = message_from_bytes(raw, policy=policy.default)
    assert verified(raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"), key)
    assert "Gledamo ga već danas.\n.Točka na početku." in mail.get_body(("plain",)).get_content()
    assert mail["Message-ID"] == message.delivery.message_id
    assert addresses.return_secret_in(mail["Return-Path"])

    answer = letter(
        "It is blue.", sender=f"Ana <ana@{CUSTOMERS}>", to=mail["Reply-To"], in_reply_to=mail["Message-ID"],
        subject="Re: Printer",
    )  # fmt: skip
    with smtplib.SMTP("127.0.0.1", relay.port) as program:
        program.sendmail(f"ana@{CUSTOMERS}", [mail["Reply-To"].addresses[0].addr_spec], answer)
    theirs = message.ticket.messages.filter(direction=Message.Direction.IN)
    assert until(lambda: theirs.filter(body="It is blue.").exists(), 30), relay.log()
    assert Ticket.objects.count() == 1


def test_a_real_bounce_comes_back_to_our_return_address_and_is_known(relay: Postfix) -> None:
    message = written_to("nobody")
    assert until(lambda: InboundMail.objects.exclude(state=InboundMail.State.STORED).exists(), 30), relay.log()
    report = InboundMail.objects.get()
    facts = parse(bytes(report.raw))
    assert facts.bounce
    assert facts.reported
    (secret,) = {addresses.return_secret_in(address) for address in facts.delivered_to if "+b." in address}
    token = addresses.resolve(secret, "bounce", now=timezone.now())
    assert token.about == f"delivery:{message.delivery_id}"
    assert again(message.delivery).bounced_at is not None
    assert Ticket.objects.count() == 1, "it opens no ticket"
