"""How files are kept: under names nobody chose, with their row or not at all, whatever came in by mail."""

from __future__ import annotations

import hashlib
import re
import stat
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from config.schedule import EVERY_DAY
from config.stored_files import Storage
from mail import addresses, inbound, parsing
from people.terms import Channel
from tests import make
from tests.mail.letters import letter, part, parts
from tests.make import MONDAY_9AM
from tickets import tasks
from tickets.actions import attachments, conversation, intake
from tickets.actions.attachments import Brought
from tickets.models import Attachment, Message

pytestmark = pytest.mark.django_db

# What a sender calls a file, and what we call it.
HOSTILE = [
    ("../../etc/passwd", "passwd"),
    ("..\\..\\windows\\system32\\cmd.exe", "cmd.exe"),
    ("/etc/cron.d/x", "x"),
    ("C:\\x.txt", "x.txt"),
    (".htaccess", "htaccess"),
    ("\u200b.htaccess", "htaccess"),
    ("....", "attachment"),
    ("", "attachment"),
    ("   ", "attachment"),
    ("a\x00b.txt", "a b.txt"),
    ("a\r\nSet-Cookie: x=1.txt", "a Set-Cookie: x=1.txt"),
    ("exe\u202etxt.png", "exetxt.png"),
    ("ra\u010dun.pdf\u2028", "račun.pdf"),
    ("x" * 5000 + ".pdf", "x" * 146 + ".pdf"),
    ("x." + "y" * 5000, "x." + "y" * 148),
    ("<img src=x onerror=alert(1)>.svg", "<img src=x onerror=alert(1)>.svg"),
    ('x"; filename="y.html', 'x"; filename="y.html'),
    ("CON", "CON"),
    ("page.html", "page.html"),
    ("drawing.svg", "drawing.svg"),
    ("shell.php\x00.png", "shell.php .png"),
    ("\ud800.txt", "\ufffd.txt"),
]


@pytest.fixture
def message():
    return make.ticket().messages.get()


@pytest.fixture
def disk(settings, tmp_path):
    """Stored where the product stores by default."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "config.stored_files.Storage"}}
    return settings.MEDIA_ROOT


def brought(name="screen.png", content=b"PNG", kind="image/png"):
    return Brought(name, kind, ContentFile(content, name="x"))


def arrives(raw):
    make.organisation()
    mail = intake.file(inbound.ingest(raw, now=MONDAY_9AM), now=MONDAY_9AM)
    assert mail.state == "filed", mail.why_parked
    return Message.objects.get(inbound=mail)


def test_every_hostile_name_is_data_and_no_path(message, disk):
    attachments.attach(message, [brought(name) for name, _kept in HOSTILE])
    kept = list(message.attachments.all())
    assert [one.name for one in kept] == [expected for _name, expected in HOSTILE]
    files = [path for path in disk.rglob("*") if path.is_file()]
    assert len(files) == len(HOSTILE)
    for path in files:
        assert re.fullmatch(r"attachments/[0-9a-f]{2}/[0-9a-f]{64}", str(path.relative_to(disk)))
    assert list(disk.parent.iterdir()) == [disk]


def test_two_files_of_one_name_are_two_files(message):
    first, second = attachments.attach(message, [brought(content=b"1"), brought(content=b"2")])
    assert (first.name, first.file.read(), second.name, second.file.read()) == ("screen.png", b"1", "screen.png", b"2")


def test_what_is_kept_can_be_compared(message):
    (kept,) = attachments.attach(message, [brought(content=b"x" * 200_000, kind="text/html\r\nX: y")])
    assert kept.sha256 == hashlib.sha256(b"x" * 200_000).digest()
    assert (kept.size, kept.kind) == (200_000, "text/html X: y")


def test_nobody_else_on_the_machine_reads_what_is_stored(message, disk):
    attachments.attach(message, [brought()])
    (path,) = [path for path in disk.rglob("*") if path.is_file()]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in path.parents if folder.is_relative_to(disk)} == {0o700}


def test_what_is_stored_is_on_the_disk_before_its_row(disk, monkeypatch):
    written = []
    monkeypatch.setattr("config.stored_files.os.fsync", written.append)
    name = Storage().save("attachments/ab/abc", ContentFile(b"x"))
    assert (len(written), (disk / name).read_bytes()) == (3, b"x")


def test_files_of_a_transaction_that_came_to_nothing_are_forgotten_after_a_day(message):
    with transaction.atomic():
        attachments.attach(message, [brought()])
        transaction.set_rollback(True)
    (kept,) = attachments.attach(message, [brought()])
    now = timezone.now()
    assert attachments.forget_orphans(before=now - timedelta(days=1)) == 0
    assert attachments.forget_orphans(before=now + timedelta(days=1)) == 1
    assert attachments.forget_orphans(before=now + timedelta(days=1)) == 0
    assert default_storage.exists(kept.file.name)


def test_the_sweep_runs_every_night_and_needs_no_files(disk):
    assert "tickets.tasks.forget_orphans" in EVERY_DAY
    assert tasks.forget_orphans() == 0


def test_the_files_of_a_mail_stand_at_its_message():
    message = arrives(parts(part("See the bill."), part(b"%PDF", "application/pdf", name="bill.pdf")))
    (kept,) = message.attachments.all()
    assert (kept.name, kept.kind, kept.file.read()) == ("bill.pdf", "application/pdf", b"%PDF")
    assert message.body == "See the bill."


def test_files_of_a_later_mail_and_of_a_machine_are_kept_too():
    ticket = make.ticket()
    conversation.receive(ticket, "x", channel=Channel.MAIL, at=MONDAY_9AM, now=MONDAY_9AM, files=[brought()])
    secret = addresses.issue("reply", ticket.about, ticket.customer.email, now=MONDAY_9AM)
    raw = parts(
        part("Away."), part(b"x", "image/png", name="logo.png"), sender=ticket.customer.email,
        to=addresses.reply_address("support@example.test", secret), auto_submitted="auto-replied",
    )  # fmt: skip
    message = arrives(raw)
    assert (message.ticket, message.human, message.attachments.count()) == (ticket, False, 1)
    assert Attachment.objects.count() == 2


def test_a_mail_within_a_mail_is_kept_as_it_was_written():
    inner = letter("The first words.", subject="Before")
    raw = parts(part("Forwarded."), b"Content-Type: message/rfc822\r\n\r\n" + inner)
    (kept,) = arrives(raw).attachments.all()
    assert kept.name == "message.eml"
    assert b"The first words." in kept.file.read()


def test_a_mail_within_a_mail_that_cannot_be_written_anew_stops_nothing():
    inner = b"Subject: =?utf-8?q?\xff\r\n x\r\nContent-Type: text/plain; charset=\xff\r\n\r\n\xff"
    hostile = b"Content-Type: message/rfc822\r\n\r\n" + inner
    message = arrives(parts(part("Forwarded."), hostile))
    assert message.body.startswith("Forwarded.")


def test_of_a_mail_with_too_much_the_words_are_kept_and_what_was_left_out_is_named(settings):
    settings.FILES_LARGEST_TOGETHER, settings.FILES_MOST_IN_A_MAIL = 1000, 2
    files = [("a.txt", 400), ("film.mp4", 5000), ("b.txt", 400), ("c.txt", 10)]
    message = arrives(parts(part("Four files."), *[part(b"x" * size, "text/x", name=name) for name, size in files]))
    assert [one.name for one in message.attachments.all()] == ["a.txt", "b.txt"]
    assert message.body.startswith("Four files.\n\n(Too much to be kept apart, but in the original: film.mp4 (4.9")
    assert "c.txt" in message.body


def test_hundreds_of_files_left_out_do_not_bury_the_words(settings):
    settings.FILES_MOST_IN_A_MAIL = 1
    message = arrives(parts(part("Many."), *[part(b"x", "text/x", name=f"{n}.txt") for n in range(100)]))
    assert "and 79 more)" in message.body


def test_names_and_kinds_of_hostile_mails_are_data(disk):
    names = [
        name
        for name, _kept in HOSTILE
        if len(name) < 1000 and name.isprintable() and '"' not in name and "\ud800" not in name
    ]
    message = arrives(parts(part("x"), *[part(b"<svg/>", "text/html", name=name) for name in names if name.strip()]))
    assert {one.file.read() for one in message.attachments.all()} == {b"<svg/>"}
    assert all("/" not in one.name and "\\" not in one.name and one.name[0] != "." for one in message.attachments.all())


def test_explaining_a_mail_says_names_and_keeps_nothing():
    facts = parsing.parse(parts(part("x"), part(b"%PDF", "application/pdf", name="bill.pdf")))
    assert (facts.attachments[0].content, facts.attachments[0].size) == (b"%PDF", 4)
    assert b"%PDF" not in repr(facts).encode()
    assert not Attachment.objects.exists()
