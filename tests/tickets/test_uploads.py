"""Files in forms: theirs who chose them, sent with the message or given back, and gone after a day."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from mail import outbox
from tests import make
from tests.make import MONDAY_9AM, hours
from tickets import tasks
from tickets.actions import attachments, conversation, notes, tickets, uploads
from tickets.actions.attachments import Brought
from tickets.actions.conversation import NextDate
from tickets.models import Attachment, Draft, Upload

pytestmark = pytest.mark.django_db
NOW = MONDAY_9AM


@pytest.fixture
def ticket():
    return make.ticket()


def chosen(by, name="plan.pdf", content=b"%PDF", form=None, now=NOW):
    return uploads.take(
        form or uuid4(), Brought(name, "application/pdf", ContentFile(content, name="x")), by=by, now=now
    )


def reply(ticket, *files, **more):
    next_date = NextDate(contact_by=NOW + hours(24))
    return conversation.reply(ticket, "Here it is.", next_date, by=ticket.team.lead, now=NOW, uploads=files, **more)


def test_what_was_chosen_goes_along_with_the_message_and_belongs_to_nobody_else(ticket):
    files = [chosen(ticket.team.lead, "a.pdf", b"a"), chosen(ticket.team.lead, "b.pdf", b"b")]
    message = reply(ticket, *files)
    assert [(one.name, one.file.read()) for one in message.attachments.all()] == [("a.pdf", b"a"), ("b.pdf", b"b")]
    assert [one.name for one in message.delivery.enclosures.all()] == ["a.pdf", "b.pdf"]
    assert not Upload.objects.exists()


def test_a_file_that_is_gone_meanwhile_is_not_left_out_silently(ticket):
    file = chosen(ticket.team.lead)
    uploads.drop(Upload.objects.get())
    with pytest.raises(ValidationError, match="is gone"):
        reply(ticket, file)
    assert ticket.messages.count() == 1


def test_the_limits_hold_for_a_form_as_a_whole(ticket, settings):
    settings.FILES_MOST, settings.FILES_LARGEST, settings.FILES_LARGEST_TOGETHER = 2, 2_000_000, 3_000_000
    by, form = ticket.team.lead, uuid4()
    with pytest.raises(ValidationError, match=r"“plan\.pdf” is larger than 1 MB"):
        chosen(by, content=b"x" * 2_000_001, form=form)
    chosen(by, content=b"x" * 2_000_000, form=form)
    with pytest.raises(ValidationError, match="Together the files are larger"):
        chosen(by, content=b"x" * 1_000_001, form=form)
    chosen(by, form=form)
    with pytest.raises(ValidationError, match="At most 2 files"):
        chosen(by, form=form)
    assert Upload.objects.count() == 2


def test_a_reply_that_was_taken_back_lies_in_the_composer_with_its_files(ticket):
    message = reply(ticket, chosen(ticket.team.lead))
    assert conversation.undo(message, by=ticket.team.lead, now=NOW)
    draft = Draft.objects.get()
    (file,) = Upload.objects.of(draft.files_of, ticket.team.lead)
    assert (file.name, file.file.read()) == ("plan.pdf", b"%PDF")
    again = reply(ticket, file)
    assert again.attachments.get().file.read() == message.attachments.get().file.read() == b"%PDF"


def test_a_reply_that_failed_adds_its_files_to_what_is_being_written(ticket):
    by = ticket.team.lead
    message = reply(ticket, chosen(by, "first.pdf"))
    other = chosen(by, "second.pdf")
    notes.save_draft(ticket, "reply", "Another thing", {}, by=by, now=NOW, files_of=other.form)
    assert outbox.cancel_one(message.delivery, now=NOW, reason="It failed.")
    tasks.settle_messages()
    draft = Draft.objects.get()
    assert draft.body == "Another thing\n\nHere it is."
    assert [one.name for one in Upload.objects.of(draft.files_of, by)] == ["second.pdf", "first.pdf"]


def test_files_of_a_new_ticket_stand_at_its_first_message():
    customer, team = make.customer(), make.team()
    opened = tickets.open_ticket(
        customer, "Photo", "See the photo.", channel="phone", now=NOW, by=team.lead, team=team,
        uploads=[chosen(team.lead, "photo.jpg")],
    )  # fmt: skip
    assert opened.messages.get().attachments.get().name == "photo.jpg"


def test_what_was_chosen_and_not_sent_is_gone_after_a_day_unless_a_draft_keeps_it(ticket):
    by, now = ticket.team.lead, timezone.now()
    left, kept, fresh = (chosen(by, now=now - timedelta(hours=ago)) for ago in (25, 25, 23))
    notes.save_draft(ticket, "reply", "Later", {}, by=by, now=now, files_of=kept.form)
    assert uploads.forget(before=now - timedelta(days=1)) == 1
    assert set(Upload.objects.all()) == {kept, fresh}
    # What was stored goes in the sweep after it, and nothing else.

    attachments.forget_orphans(before=now + timedelta(days=1))
    assert not default_storage.exists(left.file.name)
    assert default_storage.exists(kept.file.name)
    assert not Attachment.objects.exists()
