"""Files on the customer's page: what is taken, what is refused in words, and who may fetch it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from mail import addresses
from tests import make
from tests.make import MONDAY_9AM
from tickets.models import Attachment

pytestmark = pytest.mark.django_db

MEGABYTE = 1024 * 1024


@pytest.fixture
def ticket():
    make.standard()
    return make.ticket()


@pytest.fixture
def where(ticket):
    return f"/r/{addresses.issue('ticket', ticket.about, ticket.customer.email, now=MONDAY_9AM)}/"


@pytest.fixture
def smaller(settings):
    """The same limits a thousand times smaller."""
    settings.FILES_LARGEST, settings.FILES_LARGEST_TOGETHER = 10_000, 20_000


def file(name="screen.png", content=b"\x89PNG", kind="image/png"):
    return SimpleUploadedFile(name, content, kind)


def send(client, where, *files, body="It looks like this.", **more):
    return client.post(where, {"key": str(uuid4()), "body": body, "attached": list(files), **more})


def test_several_files_arrive_with_the_words_in_their_order(client, ticket, where):
    assert send(client, where, file("screen.png"), file("račun za studeni.pdf", b"%PDF")).status_code == 302
    message = ticket.messages.get(body="It looks like this.")
    kept = list(message.attachments.all())
    assert [one.name for one in kept] == ["screen.png", "račun za studeni.pdf"]
    assert (kept[1].size, kept[1].file.read()) == (4, b"%PDF")
    shown = client.get(where).content.decode()
    assert "račun za studeni.pdf" in shown
    assert reverse("portal:request-file", args=[where.split("/")[2], kept[0].pk]) in shown


def test_a_file_without_words_suffices_and_neither_does_not(client, ticket, where):
    assert send(client, where, file(), body="").status_code == 302
    refused = send(client, where, body="  ")
    assert refused.status_code == 422
    assert "Write something, or choose a file." in refused.content.decode()
    assert Attachment.objects.count() == 1


def test_the_same_form_sent_twice_is_kept_once(client, ticket, where):
    key = str(uuid4())
    for _click in range(2):
        assert send(client, where, file(), key=key).status_code == 302
    assert Attachment.objects.count() == 1


def test_the_limits_are_said_before(client, where):
    assert "At most 10 files, each up to 10 MB, together up to 20 MB." in client.get(where).content.decode()


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ([file("empty.txt", b"")], "“empty.txt” is empty."),
        ([file("large.bin", b"x" * 10_001)], "“large.bin” is larger than"),
        ([file("huge.bin", b"x" * 30_000)], "“huge.bin” is larger than"),
        ([file(f"{n}.bin", b"x" * 9_000) for n in range(3)], "Together the files are larger than"),
        ([file(f"{n}.txt", b"x") for n in range(11)], "At most 10 files can be sent at once."),
        ([file(f"{n}.txt", b"x") for n in range(300)], "At most 10 files can be sent at once."),
    ],
)
def test_what_is_too_much_is_refused_in_words_and_what_was_typed_stays(client, ticket, where, smaller, files, why):
    refused = send(client, where, *files, body="Typed for an hour.")
    shown = refused.content.decode()
    assert refused.status_code == 422
    assert why in shown
    assert "the files have to be chosen again" in shown
    assert "Typed for an hour." in shown
    assert not Attachment.objects.exists()
    assert ticket.messages.count() == 1


def test_so_much_as_is_allowed_is_taken(client, where, smaller):
    assert send(client, where, *[file(f"{n}.bin", b"x" * 2_000) for n in range(10)]).status_code == 302
    assert Attachment.objects.count() == 10


def test_a_file_of_forty_megabytes_is_answered_by_our_page(client, where):
    refused = send(client, where, file("film.mp4", b"x" * 40 * MEGABYTE))
    assert refused.status_code == 422
    assert "“film.mp4” is larger than 10 MB." in refused.content.decode()


def test_a_file_is_saved_and_never_shown(client, ticket, where):
    send(client, where, file("page.html", b"<script>alert(1)</script>", "text/html"))
    kept = Attachment.objects.get()
    answer = client.get(f"{where}files/{kept.pk}/")
    assert b"".join(answer.streaming_content) == b"<script>alert(1)</script>"
    assert answer["Content-Disposition"] == 'attachment; filename="page.html"'
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert set(answer["Cache-Control"].split(", ")) == {"private", "no-store"}
    assert answer["X-Robots-Tag"] == "noindex"
    assert client.head(f"{where}files/{kept.pk}/").status_code == 200


def test_only_the_page_it_stands_on_gives_a_file(client, ticket, where):
    send(client, where, file())
    kept = Attachment.objects.get()
    other = make.ticket()
    others = addresses.issue("ticket", other.about, other.customer.email, now=MONDAY_9AM)
    answers = addresses.issue("answer", ticket.about, ticket.customer.email, now=MONDAY_9AM)
    for secret in (others, answers, "nonsense"):
        assert client.get(f"/r/{secret}/files/{kept.pk}/").status_code == 404
    addresses.revoke(ticket.about, now=MONDAY_9AM)
    assert client.get(f"{where}files/{kept.pk}/").status_code == 404


def test_staff_of_the_ticket_see_and_fetch_it_and_no_others(client, ticket, where):
    send(client, where, file("račun.pdf", b"%PDF"))
    kept = Attachment.objects.get()
    where = reverse("desk:attachment", args=[kept.pk])
    client.force_login(ticket.team.lead)
    assert where in client.get(reverse("desk:ticket", args=[ticket.number])).content.decode()
    answer = client.get(where)
    assert b"".join(answer.streaming_content) == b"%PDF"
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''ra%C4%8Dun.pdf"
    stranger = Client()
    stranger.force_login(make.team().lead)
    assert stranger.get(where).status_code == 404
    assert Client().get(where).status_code == 302


def test_a_file_that_is_gone_from_the_disk_is_not_found(client, where):
    send(client, where, file())
    kept = Attachment.objects.get()
    default_storage.delete(kept.file.name)
    assert client.get(f"{where}files/{kept.pk}/").status_code == 404


def test_no_web_address_leads_to_the_stored_file(client, where, settings):
    send(client, where, file())
    stored = Attachment.objects.get().file.name
    for address in (f"/{stored}", f"/files/{stored}", f"/media/{stored}", f"/static/{stored}", f"/static/../{stored}"):
        assert client.get(address).status_code == 404
    assert not settings.STATIC_ROOT.is_relative_to(settings.MEDIA_ROOT)
    assert not settings.MEDIA_ROOT.is_relative_to(settings.STATIC_ROOT)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_are_one_message_with_one_file(ticket, where):
    key, ready = str(uuid4()), Barrier(2)

    def click(_number):
        try:
            ready.wait(5)
            return send(Client(), where, file(), key=key).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as clicks:
        assert list(clicks.map(click, range(2))) == [302, 302]
    assert ticket.messages.filter(body="It looks like this.").count() == 1
    assert Attachment.objects.count() == 1
