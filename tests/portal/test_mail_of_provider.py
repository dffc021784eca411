"""Mail that a provider hands over in a form of its own: by the library's signatures, and as it came where it can be."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from base64 import b64encode

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from mail import inbound, providers
from mail.models import InboundMail, Mailbox
from tests import make
from tests.mail.letters import letter, nested
from tests.make import MONDAY_9AM
from tickets.actions import intake
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
PATH = "/mail/in/provider/mime/"
CZECH = letter("Žao mi je, pisač ne ispisuje.".encode("cp1250"), kind="text/plain; charset=windows-1250")


@pytest.fixture(autouse=True)
def _organisation():
    make.organisation(support_address="support@example.test")


@pytest.fixture
def mailgun(settings):
    settings.INBOUND_PROVIDER, settings.ANYMAIL = "mailgun", {"MAILGUN_WEBHOOK_SIGNING_KEY": "key-7"}
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 40_000_000

    def sends(raw: bytes = b"", *, key: str = "key-7", written_like_an_address: bool = False, **fields):
        at, token = str(int(time.time())), "a" * 50
        signature = hmac.new(key.encode(), f"{at}{token}".encode(), hashlib.sha256).hexdigest()
        given = {"timestamp": at, "token": token, "signature": signature, "recipient": "support@example.test", **fields}
        if raw:
            # As a form carries it: the bytes of the mail, whatever charset they are in.
            given["body-mime"] = raw.decode("latin-1")
            body = "".join(
                f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
                for name, value in given.items()
            )
            return Client().post(PATH, body.encode("latin-1") + b"--x--\r\n", "multipart/form-data; boundary=x")
        return Client().post(PATH, given)

    return sends


@pytest.fixture
def postmark(settings):
    settings.INBOUND_PROVIDER, settings.ANYMAIL = "postmark", {"WEBHOOK_SECRET": "desk:secret"}

    def sends(fields: dict, password: str = "desk:secret"):
        basic = {"Authorization": f"Basic {b64encode(password.encode()).decode()}"}
        return Client().post(PATH, json.dumps(fields), "application/json", headers=basic)

    return sends


@pytest.mark.parametrize("written_like_an_address", [True, False])
def test_a_mail_that_is_sent_as_it_came_stays_so(mailgun, written_like_an_address):
    bills = Mailbox.objects.create(name="Bills", address="bills@example.test")
    told = {"recipient": "bills+r.x@example.test", "sender": "ana@example.test"}
    answer = mailgun(CZECH, written_like_an_address=written_like_an_address, **told)
    mail = InboundMail.objects.get()
    assert (answer.status_code, answer.json()) == (200, {"id": str(mail.pk)})
    assert bytes(mail.raw) == b"Return-Path: <ana@example.test>\r\nDelivered-To: bills+r.x@example.test\r\n" + CZECH
    assert (mail.mailbox, mail.event) == (bills, "mailgun:" + "a" * 50)
    assert mailgun(CZECH, recipient="bills@example.test").json() == answer.json()  # the same delivery


def test_what_was_only_understood_of_it_is_put_together_again(mailgun):
    headers = json.dumps([["From", "Ana Kovač <ana@example.test>"], ["Subject", "Pisač"], ["Message-Id", "<1@x.test>"]])
    file = SimpleUploadedFile("račun.pdf", b"%PDF" * 4_000_000, "application/pdf")
    fields = {
        "message-headers": headers,
        "body-plain": "Pisač ne ispisuje.",
        "attachment-count": "1",
        "attachment-1": file,
    }
    assert mailgun(**fields).status_code == 200
    intake.file_all(now=MONDAY_9AM)
    ticket = Ticket.objects.get()
    assert (ticket.customer.name, ticket.subject, ticket.asked_for) == ("Ana Kovač", "Pisač", "Pisač ne ispisuje.")
    assert ticket.messages.get().attachments.get().size == 16_000_000


def test_what_it_hands_over_is_not_parsed_before_it_is_stored(postmark):
    bomb = nested(1000).decode()
    assert (
        postmark({"RawEmail": bomb, "OriginalRecipient": "support@example.test", "MessageID": "7"}).status_code == 200
    )
    assert bytes(InboundMail.objects.get().raw).endswith(nested(1000))


def test_an_envelope_writes_no_headers(postmark):
    evil = "support@example.test\r\nX-Evil: 1"
    postmark({"RawEmail": letter().decode(), "OriginalRecipient": evil, "MessageID": "7"})
    assert b"X-Evil" not in bytes(InboundMail.objects.get().raw)
    assert InboundMail.objects.get().mailbox == inbound.support_mailbox()


def test_without_its_signature_or_password_nothing_is_taken(mailgun, postmark, settings):
    assert postmark({"RawEmail": letter().decode()}, "desk:guess").status_code == 401
    settings.INBOUND_PROVIDER, settings.ANYMAIL = "mailgun", {"MAILGUN_WEBHOOK_SIGNING_KEY": "key-7"}
    answer = mailgun(letter(), key="key-8")
    assert (answer.status_code, list(answer.json())) == (401, ["id"])
    assert not InboundMail.objects.exists()


def test_it_is_shut_without_a_provider_and_never_open_to_everybody(settings, rf):
    settings.INBOUND_PROVIDER = ""
    assert Client().post(PATH).status_code == 404
    settings.ANYMAIL = {}
    with pytest.raises(ImproperlyConfigured):
        list(providers.handed_over("postmark", rf.post(PATH)))
    assert {"mailgun", "postmark", "sendgrid", "amazon_ses", "sparkpost"} <= set(providers.known())
