"""I13: files of others were fetched by counting numbers up, by a key computed from what can be guessed, and through the
guessable name of a form that somebody was still filling in.

Here a stored name has 256 random bits and is told to nobody; each fetch asks whether this person may see the ticket;
what lies in a form that is not sent yet is its author's alone, in that very form, and gone after a day.
"""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from mail import addresses
from tests import make
from tests.make import MONDAY_9AM
from tickets.actions import attachments, notes, uploads
from tickets.actions.attachments import Brought
from tickets.models import Attachment, Ticket, Upload

pytestmark = pytest.mark.django_db


def brought(name: str = "plan.pdf") -> Brought:
    return Brought(name, "application/pdf", ContentFile(b"%PDF", name="x"))


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page_of(ticket: Ticket) -> str:
    return f"/r/{addresses.issue('ticket', ticket.about, ticket.customer.email, now=MONDAY_9AM)}/"


@pytest.fixture
def ours() -> Ticket:
    ticket = make.ticket()
    attachments.attach(ticket.messages.get(), [brought(f"{number}.pdf") for number in range(5)])
    Attachment.objects.update(preview="previews/ab/abc")
    return ticket


@pytest.fixture
def theirs(ours) -> Ticket:
    """Another team's, of another customer."""
    return make.ticket(team=make.team())


def test_nobody_gets_a_file_by_its_number_but_whoever_sees_its_ticket(ours, theirs):
    mine, others = page_of(ours), page_of(theirs)
    stranger, agent = signed_in(theirs.team.lead), signed_in(ours.team.lead)
    first = Attachment.objects.earliest("pk").pk
    for pk in range(max(first - 2, 0), first + 8):
        for view in ("desk:attachment", "desk:attachment-preview"):
            assert stranger.get(reverse(view, args=[pk])).status_code == 404
            assert Client().get(reverse(view, args=[pk])).status_code == 302
        for rest in ("", "preview/"):
            assert Client().get(f"{others}files/{pk}/{rest}").status_code == 404
    for kept in Attachment.objects.all():
        assert agent.get(reverse("desk:attachment", args=[kept.pk])).status_code == 200
        assert Client().get(f"{mine}files/{kept.pk}/").status_code == 200


def test_what_a_reply_brings_is_on_the_customers_page_only_once_it_has_left(ours):
    secret, client = page_of(ours), signed_in(ours.team.lead)
    client.post(
        reverse("desk:ticket-reply", args=[ours.number]),
        {"key": str(uuid4()), "body": "Here.", "next": "nothing", "because": "It is a test",
         "attached": SimpleUploadedFile("draft.pdf", b"%PDF")},
    )  # fmt: skip
    held = Attachment.objects.get(name="draft.pdf")
    assert Client().get(f"{secret}files/{held.pk}/").status_code == 404
    assert "draft.pdf" not in Client().get(secret).content.decode()


def test_stored_names_say_nothing_and_are_not_told(ours):
    names = {kept.file.name for kept in Attachment.objects.all()}
    assert all(re.fullmatch(r"attachments/([0-9a-f]{2})/\1[0-9a-f]{62}", name) for name in names)
    desk = signed_in(ours.team.lead).get(reverse("desk:ticket", args=[ours.number])).content.decode()
    shown = desk + Client().get(page_of(ours)).content.decode()
    assert not [name for name in names if name.rpartition("/")[2] in shown]


def test_what_lies_in_a_form_is_its_authors_alone(ours):
    author, colleague = ours.team.lead, make.user()
    colleague.memberships.create(team=ours.team)
    file = uploads.take(uuid4(), brought("secret plan.pdf"), by=author, now=MONDAY_9AM)
    notes.save_draft(ours, "reply", "x", {}, by=author, now=MONDAY_9AM, files_of=file.form)
    other = signed_in(colleague)
    assert other.post(reverse("desk:upload-remove", args=[file.pk])).status_code == 404
    sends = {"key": str(uuid4()), "body": "Here.", "next": "nothing", "because": "It is a test", "kept": file.pk}
    reply = reverse("desk:ticket-reply", args=[ours.number])
    # With the form's real name, too, and its author in a form of another name.
    for client, form in ((other, file.form), (other, uuid4()), (signed_in(author), uuid4())):
        refused = client.post(reply, {**sends, "files_of": str(form)})
        assert refused.status_code == 422
        assert "A file that stood here is gone." in refused.content.decode()
        assert "secret plan.pdf" not in refused.content.decode()
    assert "secret plan.pdf" not in other.get(reverse("desk:ticket", args=[ours.number])).content.decode()
    assert Upload.objects.get() == file
    assert not Attachment.objects.filter(name="secret plan.pdf").exists()
    # Nobody fetches it before it is sent: there is no address for that.
    assert signed_in(author).get(f"/desk/uploads/{file.pk}/").status_code == 404
