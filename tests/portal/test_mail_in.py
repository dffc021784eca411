"""Mail that another machine hands over by HTTP: taken from who has the secret, and nothing is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.db import OperationalError
from django.test import Client

from mail import inbound
from mail.models import InboundMail, Mailbox
from mail.parsing import LARGEST
from portal.views import mail_in
from tests import make
from tests.mail.letters import letter
from tests.mail.signing import KIND, SECRET, hand_over, signed
from tickets.actions import intake
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _organisation():
    make.organisation(support_address="support@example.test")


def test_a_mail_is_stored_byte_for_byte_and_filed_by_the_worker():
    raw = letter("Žao mi je, pisač ne ispisuje.".encode("cp1250"))
    answer = hand_over(raw)
    mail = InboundMail.objects.get()
    assert (answer.status_code, answer.json()) == (200, {"id": str(mail.pk)})
    assert (bytes(mail.raw), mail.state, mail.mailbox) == (raw, "stored", inbound.support_mailbox())
    intake.file_all(now=datetime.now(UTC))
    assert Ticket.objects.get().asked_for == "Žao mi je, pisač ne ispisuje."


def test_it_may_say_for_which_mailbox():
    bills = Mailbox.objects.create(name="Bills", address="bills@example.test")
    assert hand_over(letter(), path="/mail/in/bills@example.test/").status_code == 200
    assert InboundMail.objects.get().mailbox == bills
    assert hand_over(letter(), path="/mail/in/nobody@example.test/").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: {"webhook_signature": ""},
        lambda: {"webhook_signature": "v1,AAAA"},
        lambda: {"webhook_signature": "v1,Ž"},
        lambda: {"webhook_signature": "nonsense"},
        lambda: {"webhook_id": "msg_2"},
        lambda: {"webhook_id": ""},
        lambda: {"webhook_timestamp": "yesterday"},
        lambda: {"webhook_timestamp": "nan"},
        lambda: signed(letter(), at=datetime.now(UTC) - timedelta(minutes=6), secret=SECRET),
        lambda: signed(letter(), at=datetime.now(UTC) + timedelta(minutes=6), secret=SECRET),
        lambda: signed(letter(), secret="whsec_c29tZWJvZHkgZWxzZSdzIHNlY3JldCBvZiAzMg=="),
        lambda: signed(letter("Other"), secret=SECRET),
    ],
)
def test_whoever_has_no_secret_is_told_a_number_only(wrong):
    answer = hand_over(letter(), **wrong())
    assert answer.status_code == 401
    assert list(answer.json()) == ["id"]
    assert not InboundMail.objects.exists()


def test_a_secret_is_changed_without_a_gap(settings):
    settings.INBOUND_SECRETS = ["whsec_dGhlIG5ldyBzZWNyZXQgb2YgdGhpcnR5LXR3byBi", SECRET]
    for number, secret in enumerate(settings.INBOUND_SECRETS):
        raw = letter(str(number))
        assert Client().post("/mail/in/", raw, KIND, headers=signed(raw, secret=secret)).status_code == 200


def test_without_a_secret_there_is_no_such_door(settings):
    settings.INBOUND_SECRETS = []
    assert Client().post("/mail/in/", letter(), KIND, headers=signed(letter(), secret=SECRET)).status_code == 404


def test_a_delivery_that_is_tried_again_is_one_mail():
    first = hand_over(letter("One"), "msg_7")
    assert hand_over(letter("One"), "msg_8").json() == first.json()  # the same bytes
    assert hand_over(letter("One, seen by another server"), "msg_7").json() == first.json()  # the same delivery
    assert InboundMail.objects.count() == 1


def test_what_is_too_large_is_refused_while_it_comes(monkeypatch):
    monkeypatch.setattr(mail_in, "LARGEST", 600_000)
    monkeypatch.setattr(mail_in, "_READ_ON", 2_000_000)
    assert hand_over(letter("x" * 600_000)).status_code == 413

    class Endless(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return b"x" * (size or 0)

    unknown = {"wsgi.input": Endless(), "wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    answer = Client().post("/mail/in/", headers=signed(b""), **unknown)
    assert answer.status_code == 413
    assert not InboundMail.objects.exists()
    assert LARGEST == 25_000_000


def test_without_a_database_the_sender_comes_again(monkeypatch):
    def full(*arguments, **keywords):
        raise OperationalError("No space left on device")

    monkeypatch.setattr(inbound, "ingest", full)
    answer = hand_over(letter())
    assert (answer.status_code, answer.headers["Retry-After"], list(answer.json())) == (503, "60", ["id"])


def test_it_is_written_to_only():
    assert Client().get("/mail/in/").status_code == 405
    assert hand_over(b" ").status_code == 400
