"""F19: a mail of 50 MB with 5,000 files comes through the pipe of the mail server.

Elsewhere such a mail filled the memory of the worker, and took the others with it. Here what is larger than 25 MB goes
to the disk piece by piece and is parked with that reason; who certainly wrote it is told, once a day; nobody else is.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from mail import inbound
from mail.building import build
from mail.models import Delivery, InboundMail
from mail.models.delivery import Purpose
from tests.desk.looking import signed_in
from tests.mail.letters import letter, part, parts
from tests.make import MONDAY_9AM, administrator, hours
from tests.source import CHECKOUT
from tests.tickets import arriving
from tests.tickets.arriving import reply_to
from tickets.actions import attachments, intake

pytestmark = pytest.mark.django_db
MEGABYTE = 1_000_000
MOST_MORE = 150 * MEGABYTE


def large(**fields: str) -> bytes:
    return parts(
        part("See the photos."), *[part(b"x" * 7_500, "image/jpeg", name=f"{n}.jpg") for n in range(5_000)], **fields
    )


def comes(raw: bytes, at) -> InboundMail:
    mail = inbound.ingest_large(BytesIO(raw), mailbox=inbound.support_mailbox(), now=at)
    return intake.file(InboundMail.objects.get(pk=mail.pk), now=at)


def test_it_is_kept_and_parked_and_its_writer_told_once_a_day():
    ticket = arriving.anas_ticket()
    raw = large(to=reply_to(ticket), message_id="<1@example.test>")
    assert len(raw) > 50 * MEGABYTE
    mail = comes(raw, MONDAY_9AM)
    assert (mail.state, "larger than 25 MB" in mail.why_parked) == (InboundMail.State.PARKED, True)
    assert len(mail.raw) <= MEGABYTE
    desk = signed_in(administrator())
    file = desk.get(f"/desk/parked-mail/{mail.pk}/original/")
    assert hashlib.sha256(b"".join(file.streaming_content)).digest() == hashlib.sha256(raw).digest()
    told = Delivery.objects.get(purpose=Purpose.TOO_LARGE)
    assert (told.recipient, told.automatic) == ("ana@example.test", True)
    assert "larger than 25 MB" in build(told, now=MONDAY_9AM).body

    comes(raw.replace(b"<1@", b"<2@"), MONDAY_9AM + hours(3))
    assert Delivery.objects.filter(purpose=Purpose.TOO_LARGE).count() == 1
    comes(raw.replace(b"<1@", b"<3@"), MONDAY_9AM + hours(25))
    assert Delivery.objects.filter(purpose=Purpose.TOO_LARGE).count() == 2
    assert not ticket.messages.filter(inbound__isnull=False).exists()


@pytest.mark.parametrize(
    "fields", [{"sender": "eve@evil.test"}, {"to": "support@example.test"}, {"auto_submitted": "auto-replied"}]
)
def test_who_did_not_certainly_write_it_is_not_told(fields):
    ticket = arriving.anas_ticket()
    assert comes(large(**{"to": reply_to(ticket), **fields}), MONDAY_9AM).state == InboundMail.State.PARKED
    assert not Delivery.objects.exists()


def test_the_same_mail_twice_is_one_file_and_one_without_a_row_is_forgotten():
    arriving.anas_ticket()
    raw = large()
    first, second = comes(raw, MONDAY_9AM), comes(raw, MONDAY_9AM)
    assert (first, first.whole.size) == (second, len(raw))
    left = default_storage.save("mail/ab/left-by-one-who-was-killed", ContentFile(b"From: ana@example.test"))
    attachments.forget_orphans(before=datetime.now(UTC) + timedelta(hours=1))
    assert not default_storage.exists(left)
    assert default_storage.exists(first.whole.name)


@pytest.mark.django_db(transaction=True)
def test_the_pipe_takes_no_more_memory_than_that(tmp_path):
    """The command as a process of its own, as a mail server starts it, compared with one for a mail of three lines."""
    arriving.anas_ticket()
    small, _answer = memory_of(letter("Hello"), tmp_path)
    most, answer = memory_of(large(), tmp_path)
    print(f"\na mail of 3 lines: {small / MEGABYTE:.0f} MB, of 50 MB: {most / MEGABYTE:.0f} MB; {answer}")
    assert "parked" in answer
    assert most - small <= MOST_MORE


_MEASURE = """
import os, re, sys
from django.core.management import execute_from_command_line
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
execute_from_command_line(["manage.py", "receive_mail"])
print(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1], file=sys.stderr)
"""


def memory_of(raw: bytes, directory) -> tuple[int, str]:
    database = settings.DATABASES["default"]
    url = f"postgresql://{database['USER']}@{database['HOST'].replace('/', '%2F')}/{database['NAME']}"
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE], input=raw, capture_output=True, check=True, cwd=CHECKOUT,
        env={"DATABASE_URL": url, "SECRET_KEY": settings.SECRET_KEY, "DATA_DIR": str(directory)},
    )  # fmt: skip
    return int(done.stderr.splitlines()[-1]) * 1024, done.stdout.decode().splitlines()[-1]
