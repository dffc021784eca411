"""The demo's inbox: what went out, as it was received; nowhere but in the demo."""

import smtplib

import pytest
from aiosmtpd.controller import Controller
from django.urls import reverse
from django.utils import timezone

from config.management.commands.catch_mail import Keep
from mail import sending
from people.models import Organisation
from portal import demo_mail
from tests import make
from tests.mail.running import free_port, point_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings, tmp_path):
    settings.DEMO, settings.DATA_DIR = True, tmp_path
    make.organisation()
    Organisation.objects.update(demo=True)


@pytest.fixture
def catcher(demo, settings):
    controller = Controller(Keep(), hostname="127.0.0.1", port=free_port())
    controller.start()
    point_to(settings, controller.port)
    yield controller
    controller.stop()


def test_a_mail_that_left_stands_in_the_inbox_with_links_that_work(catcher, client):
    now = timezone.now()
    make.delivery(
        now=now, due_at=now, subject="Is it settled?", body="Hello Ana,\n\n[[link:answer:satisfaction:88]]",
        links=["answer:satisfaction:88"],
    )  # fmt: skip
    assert sending.send_due() == 1
    assert "Is it settled?" in client.get(reverse("portal:demo_mail")).content.decode()
    (mail,) = demo_mail.caught()
    page = client.get(reverse("portal:demo_letter", args=[mail.name])).content.decode()
    assert '<a href="http://localhost:8000/r/' in page
    assert "ana@example.test" in page


def test_what_a_mail_says_is_no_markup_of_ours(catcher, client):
    with smtplib.SMTP("127.0.0.1", catcher.port) as server:
        server.sendmail("a@example.test", ["b@example.test"], "Subject: <b>x</b>\n\n<script>alert(1)</script>")
    (mail,) = demo_mail.caught()
    page = client.get(reverse("portal:demo_letter", args=[mail.name])).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert "<b>x</b>" not in page


def test_a_mail_in_an_unknown_charset_can_be_read(demo, client):
    raw = b"Content-Type: text/plain; charset=martian\r\nSubject: x\r\n\r\nhello"
    name = demo_mail.store(raw, sender="a@example.test", recipients=["b@example.test"], now=timezone.now())
    assert "hello" in client.get(reverse("portal:demo_letter", args=[name])).content.decode()


@pytest.mark.parametrize("name", ["..", "20260101T000000000000-00000000", "%2e%2e%2fsecret_key"])
def test_there_is_nothing_else_to_read(demo, client, name):
    assert client.get(f"/demo/mail/{name}/").status_code == 404


def test_elsewhere_than_in_the_demo_there_is_no_inbox(demo, client, settings):
    Organisation.objects.update(demo=False)
    assert client.get("/demo/mail/").status_code == 404
    Organisation.objects.update(demo=True)
    settings.DEMO = False
    assert client.get("/demo/mail/").status_code == 404


def test_nobody_keeps_the_inbox(demo, client):
    assert "no-store" in client.get("/demo/mail/")["Cache-Control"]


def kept(recipient: str, subject: str, *headers: str) -> None:
    raw = "\r\n".join([f"To: {recipient}", f"Subject: {subject}", *headers, "", "x"]).encode()
    demo_mail.store(raw, sender="a@example.test", recipients=[recipient.split("<")[-1].strip(">")], now=timezone.now())


def test_the_mail_of_one_receiver_can_be_looked_at_alone(demo, client):
    kept("Ana Kovac <Ana@example.test>", "For Ana")
    kept("ana@example.test", "For Ana, too")
    kept("ivo@example.test", "For Ivo")
    everything = client.get("/demo/mail/").content.decode()
    assert "Ana Kovac (2)" in everything or "ana@example.test (2)" in everything
    hers = client.get("/demo/mail/?to=ana@example.test").content.decode()
    assert "For Ana" in hers
    assert "For Ana, too" in hers
    assert "For Ivo" not in hers
    assert "No mail has gone to this address" in client.get("/demo/mail/?to=nobody@example.test").content.decode()


def test_a_mail_that_no_person_wrote_says_so(demo, client):
    kept("ana@example.test", "By a person", "Auto-Submitted: no")
    assert "mails__kind" not in client.get("/demo/mail/").content.decode()
    kept("ana@example.test", "By a machine", "Auto-Submitted: auto-generated")
    assert client.get("/demo/mail/").content.decode().count("mails__kind") == 1
