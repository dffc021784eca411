"""`manage.py receive_mail`: what a mail server hands a mail to."""

from __future__ import annotations

import io
import json
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from mail import addresses, inbound
from mail.models import InboundMail, Mailbox
from tests import make
from tests.mail.letters import letter, nested, part, parts
from tests.make import MONDAY_9AM
from tickets.actions import intake
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def organisation():
    return make.organisation(support_address="support@example.test")


@pytest.fixture
def run(monkeypatch):
    def called(raw: bytes, *arguments) -> list[dict]:
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
        out = io.StringIO()
        call_command("receive_mail", *map(str, arguments), stdout=out)
        return [json.loads(line) for line in out.getvalue().splitlines()]

    return called


def test_a_mail_becomes_a_ticket_and_the_last_line_says_which(run):
    answer = run(letter("It does not print."))[-1]
    message = Message.objects.get()
    assert answer == {"state": "filed", "ticket": message.ticket.number, "message": message.pk}
    assert InboundMail.objects.get().mailbox.address == "support@example.test"


def test_the_same_mail_twice_says_the_same_twice(run):
    assert run(letter()) == run(letter())
    assert Ticket.objects.count() == 1


def test_a_mail_with_its_token_joins(run):
    ticket = make.ticket(customer=make.customer(email="ana@example.test"))
    secret = addresses.issue("reply", ticket.about, "ana@example.test", now=MONDAY_9AM)
    assert run(letter(to=f"support+r.{secret}@example.test"))[-1]["ticket"] == ticket.number


def test_a_mail_that_stands_beside_a_ticket_belongs_to_none(run):
    ticket = make.ticket(customer=make.customer(email="ana@example.test"))
    secret = addresses.issue("reply", ticket.about, "ana@example.test", now=MONDAY_9AM)
    raw = letter(sender="eve@evil.test", to=f"support+r.{secret}@example.test")
    said = {"state": "unverified", "ticket": None, "message": None, "beside": ticket.number}
    assert (run(raw)[-1], run(raw)[-1]) == (said, said)


def test_a_parked_mail_says_why(run):
    answer = run(letter(auto_submitted="auto-replied"))[-1]
    assert (answer["state"], answer["ticket"], answer["message"]) == ("parked", None, None)
    assert "auto-replied" in answer["why"]


@pytest.mark.parametrize("name", ["Bills", "bills@example.test"])
def test_a_mailbox_is_known_by_its_name(run, name):
    team = make.team()
    Mailbox.objects.create(name="Bills", address="bills@example.test", team=team)
    run(letter(), "--mailbox", name)
    assert Ticket.objects.get().team == team


def test_an_unknown_mailbox_stores_nothing(run):
    with pytest.raises(CommandError, match="no mailbox called Nobody"):
        run(letter(), "--mailbox", "Nobody")
    assert not InboundMail.objects.exists()


def test_nothing_is_no_mail(run):
    with pytest.raises(CommandError):
        run(b"\n")


def test_a_mail_that_cannot_be_stored_is_to_be_tried_again(run, monkeypatch):
    def down(*arguments, **keywords):
        raise OperationalError("the connection is closed")

    monkeypatch.setattr(inbound, "ingest", down)
    with pytest.raises(CommandError) as failed:
        run(letter())
    assert failed.value.returncode == 75


def test_a_mail_that_is_stored_and_not_filed_is_done(run, monkeypatch):
    def down(*arguments, **keywords):
        raise OperationalError("the connection is closed")

    monkeypatch.setattr(intake, "open_ticket", down)
    assert run(letter())[-1] == {"state": "stored", "ticket": None, "message": None}
    monkeypatch.undo()
    assert intake.file_all(now=MONDAY_9AM) == 1


def test_explaining_stores_nothing_and_says_one_line_a_file(run, tmp_path):
    first, second = tmp_path / "1.eml", tmp_path / "2.eml"
    first.write_bytes(
        parts(
            part("See the invoice."), part("%PDF", "application/pdf", name="račun.pdf"), auto_submitted="auto-replied"
        )
    )
    second.write_bytes(nested(1000))
    one, two = run(b"", "--explain", first, second)
    assert one == {
        "from": "ana@example.test",
        "name": "Ana Kovač",
        "to": ["support@example.test"],
        "cc": [],
        "subject": "Printer",
        "text": "See the invoice.",
        "attachments": ["račun.pdf"],
        "automatic": True,
        "why": "Auto-Submitted: auto-replied",
        "bounce": False,
        "message_id": "<1@example.test>",
        "in_reply_to": "",
        "references": [],
    }
    assert "too many parts" in two["unreadable"]
    assert not InboundMail.objects.exists()


def test_explaining_reads_standard_input_where_no_file_is_named(run):
    (one,) = run(letter("Hello"), "--explain")
    assert (one["text"], one["automatic"]) == ("Hello", False)


def test_a_file_that_is_not_there_is_said(run, tmp_path):
    with pytest.raises(CommandError, match="none"):
        run(b"", "--explain", tmp_path / "none.eml")
