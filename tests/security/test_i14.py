"""I14: an export to PDF read files of the server, because it followed the addresses in a customer's HTML.

Here nothing turns markup into anything: no part of the product follows an address that somebody wrote. An export holds
the words as they are, and no connection is made for them.
"""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from compliance import listed
from compliance.actions import exports
from compliance.models import Export
from config.settings import BASE_DIR
from mail import inbound, parsing
from mail.building import build
from tests import make
from tests.desk.looking import signed_in
from tests.mail.letters import letter
from tests.make import MONDAY_9AM, hours
from tickets.actions import intake
from tickets.models import Message

ADDRESSES = [
    "file:///etc/passwd", "php://filter/resource=/etc/passwd", "http://169.254.169.254/latest/meta-data/",
    "http://127.0.0.1:5432/", "\\\\10.0.0.1\\share\\x", "gopher://127.0.0.1:25/_HELO",
]  # fmt: skip
HTML = "".join(
    f"<img src='{one}'><link rel=attachment href='{one}'><iframe src='{one}'></iframe><object data='{one}'></object>"
    for one in ADDRESSES
)
# What of that file nobody writes by accident.
OF_THE_FILE = Path("/etc/passwd").read_text().partition("\n")[0]


@pytest.fixture
def nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **named: object) -> None:
        raise AssertionError(f"connects to {args}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.django_db
@pytest.mark.parametrize("form", list(Export.Form))
def test_an_export_holds_the_words_and_nothing_that_they_name(nothing_is_fetched: None, form: Export.Form) -> None:
    manager = make.manager()
    ticket = make.ticket(subject=HTML[:200], customer=make.customer(name=HTML[:120]), now=MONDAY_9AM)
    make.promise(ticket, due=MONDAY_9AM + hours(1), at=MONDAY_9AM, words=ADDRESSES[0])
    now = MONDAY_9AM + hours(2)
    asked = listed.read({"month": "2026-11"}, zone=make.ZAGREB, now=now)
    export = exports.order(asked, form, 10, by=manager, now=now)
    exports.write_all(now=now)
    export.refresh_from_db()
    assert OF_THE_FILE.encode() not in export.file.read()


@pytest.mark.django_db
def test_a_mail_is_read_shown_and_answered_without_following_it(nothing_is_fetched: None) -> None:
    team = make.team()
    make.organisation(support_address="support@example.test", default_team=team)
    mail = inbound.ingest(letter(HTML, kind="text/html; charset=utf-8"), now=MONDAY_9AM)
    intake.file_all(now=MONDAY_9AM)
    assert Message.objects.filter(inbound=mail).exists()
    shown = signed_in(team.lead).get(f"/desk/mails/{mail.pk}/formatted/").content
    sent = build(make.delivery(body=HTML), now=MONDAY_9AM).message().as_bytes()
    for content in (shown, sent, parsing.parse(bytes(mail.raw)).text.encode()):
        assert OF_THE_FILE.encode() not in content


def test_nothing_that_draws_pages_on_the_server_is_installed() -> None:
    lock = (BASE_DIR / "requirements.lock").read_text().lower()
    for name in ("weasyprint", "xhtml2pdf", "pdfkit", "reportlab", "imgkit", "pyppeteer", "mpdf", "html2image"):
        assert name not in lock
