"""Files in outgoing mails: byte for byte, under their names, or as a link where they are too large."""

from __future__ import annotations

from email import message_from_bytes, policy

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from mail import enclosing, sending
from mail.building import Letter, build
from mail.models import Attempt, Delivery, Enclosure
from tests import make
from tests.mail.post_office import PostOffice
from tests.mail.posting import again, state
from tests.make import MONDAY_9AM

pytestmark = pytest.mark.django_db
EVERY_BYTE = bytes(range(256)) + b"\r\nFrom here on\r.\n..\r\n" + b"\x00" * 3


def file(name="plan.pdf", content=EVERY_BYTE, kind="application/pdf", position=1):
    stored = default_storage.save("attachments/ab/abc", ContentFile(content))
    return Enclosure(position=position, name=name, kind=kind, size=len(content), stored=stored)


def with_files(*files, **fields):
    return make.delivery(
        encloses=files, body="The plan.\n\n[[link:ticket:ticket:1042]]", links=["ticket:ticket:1042"], **fields
    )


def sent(delivery):
    raw = Letter.of(build(delivery, now=MONDAY_9AM)).content
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    return message_from_bytes(raw, policy=policy.default)


@pytest.mark.parametrize(
    "kind", ["application/pdf", "text/plain", "message/rfc822", "multipart/mixed", "x\r\nBcc: y", ""]
)
def test_a_file_arrives_byte_for_byte_whatever_it_says_it_is(kind):
    mail = sent(with_files(file(kind=kind)))
    (got,) = mail.iter_attachments()
    assert got.get_payload(decode=True) == EVERY_BYTE
    assert got.get_content_disposition() == "attachment"
    assert mail["Bcc"] is None
    assert "The plan." in mail.get_body(("plain",)).get_content()
    assert "The plan." in mail.get_body(("html",)).get_content()


@pytest.mark.parametrize(
    "name",
    [
        "plan.pdf",
        "račun za studeni.pdf",
        "ж" * 146 + ".pdf",
        "😀" * 150,
        "a" * 150,
        'x"; filename="y.html',
        "100% 'a';*=b",
    ],
)
def test_a_file_keeps_its_name_however_long_and_in_whatever_letters(name):
    (got,) = sent(with_files(file(name=name))).iter_attachments()
    assert got.get_filename() == name


def test_several_files_come_in_their_order():
    mail = sent(with_files(*[file(f"{number}.txt", position=number) for number in (1, 2, 3)]))
    assert [one.get_filename() for one in mail.iter_attachments()] == ["1.txt", "2.txt", "3.txt"]


def test_what_is_too_large_for_a_mail_goes_as_a_link_to_the_private_page(settings):
    settings.MAIL_LARGEST = 300_000
    small, large = (
        with_files(file(content=b"x" * 60_000)),
        with_files(file("[[link:answer:x:1]] plan.pdf", b"x" * 90_000)),
    )
    assert len(Letter.of(build(small, now=MONDAY_9AM)).content) < 300_000
    assert (small.files_as_links, large.files_as_links) == (False, True)
    mail = sent(large)
    assert not list(mail.iter_attachments())
    text = mail.get_body(("plain",)).get_content()
    assert "too large for a mail" in text
    assert "plan.pdf (87.9 KB)" in text.replace("\xa0", " ")
    first, second = [line for line in text.split() if "/r/" in line]
    assert first == second


def test_a_mail_without_files_says_nothing_of_them():
    assert "too large" not in sent(with_files()).get_body(("plain",)).get_content()


def test_a_storage_that_is_away_for_a_while_loses_no_mail(settings, monkeypatch):
    office = PostOffice()
    office.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", office.port
    mail = with_files(file())
    with monkeypatch.context() as away:
        away.setattr(default_storage, "open", _unreachable)
        sending.send_due(now=MONDAY_9AM)
    assert state(mail) == Delivery.State.QUEUED
    assert "could not be read" in again(mail).reason
    sending.send_due(now=again(mail).next_at)
    office.stop()
    assert state(mail) == Delivery.State.SENT
    assert [one.get_filename() for one in office.taken[0].mail.iter_attachments()] == ["plan.pdf"]


def test_a_file_that_is_gone_for_good_gives_the_mail_back(settings):
    office = PostOffice()
    office.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", office.port
    mail = with_files(file())
    default_storage.delete(mail.enclosures.get().stored)
    sending.send_due(now=MONDAY_9AM)
    office.stop()
    assert (state(mail), office.taken) == (Delivery.State.FAILED, [])
    assert again(mail).reason == "“plan.pdf” is no longer in the storage."
    assert Attempt.objects.count() == 1


def test_the_room_for_files_is_what_a_mail_of_that_size_holds(settings):
    settings.MAIL_LARGEST = 1_000_000
    content = b"\xff" * enclosing.room()
    mail = with_files(file(content=content))
    assert not mail.files_as_links
    assert 790_000 < len(Letter.of(build(mail, now=MONDAY_9AM)).content) < 1_000_000


def _unreachable(*_args, **_more):
    raise ConnectionError("no route")
