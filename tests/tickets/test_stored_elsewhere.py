"""Files in a storage that is no disk: nothing asks for a path, a folder or a mode."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from email import message_from_bytes, policy
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, default_storage
from django.urls import reverse
from django.utils import timezone

from mail.building import Letter, build
from tests import make
from tests.config.test_settings import settings_of
from tests.make import MONDAY_9AM, hours
from tests.tickets.test_previews import picture
from tickets import tasks
from tickets.actions import attachments, conversation, uploads
from tickets.actions.attachments import Brought
from tickets.actions.conversation import NextDate
from tickets.models import Attachment

pytestmark = pytest.mark.django_db


class Bucket(Storage):
    """What Django asks of a storage and no more, as a client of an object store answers it."""

    def __init__(self, **options: str) -> None:
        self.options, self.kept = options, {}

    def _open(self, name, mode="rb"):
        if name not in self.kept:
            raise FileNotFoundError(name)
        return File(io.BytesIO(self.kept[name][0]), name=name)

    def _save(self, name, content):
        self.kept[name] = (b"".join(content.chunks()), timezone.now())
        return name

    def exists(self, name):
        return name in self.kept

    def delete(self, name):
        self.kept.pop(name, None)

    def size(self, name):
        return len(self.kept[name][0])

    def listdir(self, path):
        below = [name.removeprefix(f"{path}/") for name in self.kept if name.startswith(f"{path}/")]
        return sorted({name.partition("/")[0] for name in below if "/" in name}), [n for n in below if "/" not in n]

    def get_modified_time(self, name):
        return self.kept[name][1]


@pytest.fixture
def bucket(settings) -> Bucket:
    backend = f"{__name__}.Bucket"
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": backend, "OPTIONS": {"bucket_name": "desk"}}}
    assert default_storage.options == {"bucket_name": "desk"}
    return default_storage._wrapped


def test_a_file_is_chosen_sent_shown_fetched_and_swept_without_a_disk(bucket, client, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    ticket = make.ticket()
    by, content = ticket.team.lead, picture()
    chosen = uploads.take(
        uuid4(), Brought("plan.png", "image/png", ContentFile(content, name="x")), by=by, now=MONDAY_9AM
    )
    left = uploads.take(uuid4(), Brought("left.png", "image/png", ContentFile(b"x", name="x")), by=by, now=MONDAY_9AM)
    next_date = NextDate(contact_by=MONDAY_9AM + hours(24))
    message = conversation.reply(ticket, "Here.", next_date, by=by, now=MONDAY_9AM, uploads=[chosen])
    assert tasks.draw_previews() == 1

    mail = message_from_bytes(Letter.of(build(message.delivery, now=MONDAY_9AM)).content, policy=policy.default)
    assert [part.get_content() for part in mail.iter_attachments()] == [content]
    client.force_login(by)
    kept = Attachment.objects.get()
    assert b"".join(client.get(reverse("desk:attachment", args=[kept.pk])).streaming_content) == content
    shown = client.get(reverse("desk:attachment-preview", args=[kept.pk]))
    assert b"".join(shown.streaming_content)[:4] == b"RIFF"

    assert uploads.forget(before=MONDAY_9AM + timedelta(days=1)) == 1
    assert attachments.forget_orphans(before=timezone.now() + hours(1)) == 1
    assert set(bucket.kept) == {kept.file.name, kept.preview.name}
    assert left.file.name not in bucket.kept
    assert list(tmp_path.iterdir()) == []


def test_which_storage_it_is_stands_in_the_environment(tmp_path):
    options = {"bucket_name": "desk", "endpoint_url": "https://s3.example.test"}
    given = {"FILES_STORAGE": "storages.backends.s3.S3Storage", "FILES_STORAGE_OPTIONS": json.dumps(options)}
    assert f"'OPTIONS': {options}" in json.loads(settings_of(tmp_path, "STORAGES", **given).stdout)[0]
    assert "config.stored_files.Storage" in json.loads(settings_of(tmp_path, "STORAGES", FILES_STORAGE="").stdout)[0]
    refused = settings_of(tmp_path, "STORAGES", FILES_STORAGE_OPTIONS="bucket=desk")
    assert refused.returncode
    assert "FILES_STORAGE_OPTIONS" in refused.stderr
