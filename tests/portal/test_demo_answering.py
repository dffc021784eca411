"""Writing as a customer of the demo: real mail, by SMTP, to the demo's own server, which hands it to us."""

from __future__ import annotations

import smtplib

import pytest
from aiosmtpd.controller import Controller
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone

from config.management.commands.catch_mail import Keep
from mail import inbound, sending
from mail.models import Delivery, InboundMail, Mailbox
from people.models import Organisation
from portal import demo_mail
from tests import make
from tests.mail.letters import letter
from tests.mail.running import free_port, point_to
from tickets.actions import intake
from tickets.models import Ticket

# The server's thread has a connection of its own.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def catcher(settings, tmp_path):
    make.organisation(support_address="support@demo.test")
    Organisation.objects.update(demo=True)
    controller = Controller(Keep(), hostname="127.0.0.1", port=free_port())
    controller.start()
    point_to(settings, controller.port)
    settings.DEMO, settings.DATA_DIR, settings.MAIL_CATCHER_PORT = True, tmp_path, controller.port
    yield controller
    controller.stop()


@pytest.fixture
def post(catcher):
    def send(raw: bytes, *recipients: str, sender: str = "ana@example.test") -> None:
        with smtplib.SMTP("127.0.0.1", catcher.port) as server:
            server.sendmail(sender, recipients, raw)

    return send


def work() -> None:
    intake.file_all(now=timezone.now())


def test_mail_to_the_support_address_becomes_a_ticket_and_no_customers_mail(post):
    post(letter("It does not print."), "Support@demo.test")
    assert not demo_mail.caught()
    mail = InboundMail.objects.get()
    assert (mail.state, mail.mailbox.address) == ("stored", "support@demo.test")
    work()
    assert Ticket.objects.get().asked_for == "It does not print."


def test_mail_to_another_mailbox_of_ours_comes_in_too(post):
    Mailbox.objects.create(name="Bills", address="bills@demo.test", team=make.team(name="Bills"))
    post(letter(), "bills+x@demo.test")
    work()
    assert Ticket.objects.get().team.name == "Bills"


def test_other_mail_is_kept_for_the_demos_inbox(post):
    post(letter(), "ana@example.test", "support@demo.test", "supporter@demo.test")
    (mail,) = demo_mail.caught()
    assert mail.recipients == ["ana@example.test", "supporter@demo.test"]
    assert InboundMail.objects.count() == 1


def test_the_server_hands_over_who_it_came_from_and_to(post):
    post(letter(), "support+x@demo.test", sender="")
    raw = bytes(InboundMail.objects.get().raw)
    assert raw.startswith(b"Return-Path: <>\r\nDelivered-To: support+x@demo.test\r\nFrom: ")
    work()
    assert InboundMail.objects.get().state == "parked"


def test_nothing_is_taken_that_is_not_stored(post, monkeypatch):
    def down(*arguments, **keywords):
        raise OperationalError("the database system is shutting down")

    monkeypatch.setattr(inbound, "ingest", down)
    with pytest.raises(smtplib.SMTPDataError, match="451"):
        post(letter(), "support@demo.test")
    assert not InboundMail.objects.exists()


def test_a_new_mail_is_written_as_a_customer(catcher, client):
    given = {"name": "Šime Ž.", "email": "sime@example.test", "subject": "Pisač", "text": "Ne ispisuje.\nHitno je."}
    answer = client.post(reverse("portal:demo_mail"), given)
    assert (answer.status_code, answer["Location"]) == (302, "/demo/mail/?sent")
    assert "Your mail was taken" in client.get(answer["Location"]).content.decode()
    work()
    ticket = Ticket.objects.get()
    assert (ticket.customer.name, ticket.subject, ticket.asked_for) == ("Šime Ž.", "Pisač", "Ne ispisuje.\nHitno je.")


def test_a_mail_is_answered_as_its_receiver_and_joins_its_ticket(catcher, client):
    ticket = make.ticket(customer=make.customer(email="ana@example.test", name="Ana Kovač"))
    now = timezone.now()
    make.delivery(about=ticket.about, recipient="ana@example.test", recipient_name="Ana Kovač", now=now, due_at=now)
    assert sending.send_due() == 1
    (mail,) = demo_mail.caught()
    page = client.get(reverse("portal:demo_letter", args=[mail.name])).content.decode()
    assert "Answer as Ana Kovač" in page
    client.post(reverse("portal:demo_letter", args=[mail.name]), {"text": "Hvala!"})
    work()
    message = ticket.messages.last()
    assert (message.new_text, message.human, Ticket.objects.count()) == ("Hvala!", True, 1)
    assert "> We have ordered the part." in message.quoted_text
    raw = bytes(message.inbound.raw)
    assert f"In-Reply-To: {Delivery.objects.get().message_id}".encode() in raw
    assert b"Subject: Re: Your printer" in raw


def test_a_mail_that_expects_no_answer_gets_none(catcher, client):
    name = demo_mail.store(letter(), sender="a@demo.test", recipients=["ana@example.test"], now=timezone.now())
    where = reverse("portal:demo_letter", args=[name])
    assert "Answer as" not in client.get(where).content.decode()
    assert client.post(where, {"text": "Hello"}).status_code == 404


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"email": "nobody", "subject": "x", "text": "x"},
        {"email": "a@example.test\r\nBcc: b@example.test", "subject": "x", "text": "x"},
    ],
)
def test_half_a_mail_is_not_sent(catcher, client, given):
    assert client.post(reverse("portal:demo_mail"), given).status_code == 422
    assert not InboundMail.objects.exists()


def test_nobody_breaks_the_headers_of_what_is_sent(catcher, client):
    given = {
        "name": 'A"\r\nBcc: eve@evil.test',
        "email": "ana@example.test",
        "subject": "x\r\nBcc: y@z.test",
        "text": "x",
    }
    assert client.post(reverse("portal:demo_mail"), given).status_code == 302
    assert b"\r\nBcc" not in bytes(InboundMail.objects.get().raw)


def test_without_its_server_the_demo_says_so(catcher, client, settings):
    settings.MAIL_CATCHER_PORT = free_port()
    answer = client.post(reverse("portal:demo_mail"), {"email": "a@example.test", "subject": "x", "text": "x"})
    assert answer.status_code == 422
    assert "did not take it" in answer.content.decode()


def test_the_demo_writes_to_its_own_server_whatever_the_settings_say(catcher, client, settings, monkeypatch):
    settings.EMAIL_HOST = "mail.example.test"
    called = []
    connect = smtplib.SMTP.connect
    monkeypatch.setattr(smtplib.SMTP, "connect", lambda self, *where: called.append(where[0]) or connect(self, *where))
    client.post(reverse("portal:demo_mail"), {"email": "a@example.test", "subject": "x", "text": "x"})
    assert called == ["127.0.0.1"]


def test_elsewhere_than_in_the_demo_nobody_writes(catcher, client):
    Organisation.objects.update(demo=False)
    given = {"email": "a@example.test", "subject": "x", "text": "x"}
    assert client.post(reverse("portal:demo_mail"), given).status_code == 404


def test_with_the_demos_data_a_server_elsewhere_is_refused(catcher, settings, monkeypatch):
    def connects(*arguments):
        raise AssertionError("it went out")

    settings.EMAIL_HOST = "mail.example.test"
    monkeypatch.setattr(smtplib.SMTP, "connect", connects)
    delivery = make.delivery(now=timezone.now(), due_at=timezone.now())
    assert sending.send_due() == 0
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts_made) == ("queued", 0)
    assert "demo" in Mailbox.objects.get().sending_paused_why


def test_a_file_goes_along_and_stands_at_the_message(catcher, client):
    file = SimpleUploadedFile("../račun.pdf", b"%PDF", "application/pdf")
    given = {"email": "ana@example.test", "subject": "Bill", "text": "See the bill.", "attached": [file]}
    assert client.post(reverse("portal:demo_mail"), given).status_code == 302
    work()
    message = Ticket.objects.get().messages.get()
    assert message.body == "See the bill."
    assert [(one.name, one.file.read()) for one in message.attachments.all()] == [("račun.pdf", b"%PDF")]
