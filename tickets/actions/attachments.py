"""Keeping the files that come with a message, and letting go of what belongs to none."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.files.base import File
from django.core.files.storage import default_storage

from mail import decoding
from mail.models import Enclosure, InboundMail
from mail.models.inbound import FOLDER as MAILS
from tickets.file_kinds import may_be_a_picture
from tickets.models import Attachment, Message, Upload
from tickets.models.attachment import FOLDER, PREVIEWS


@dataclass(frozen=True)
class Brought:
    """A file as it came: `name` and `kind` are what its sender says."""

    name: str
    kind: str
    content: File

    @property
    def size(self) -> int:
        """In bytes."""
        return self.content.size


def attach(message: Message, files: Sequence[Brought]) -> list[Attachment]:
    """Keep `files` with `message`, in their order. Called in the transaction that writes the message.

    Each is stored before its row, so a row that is committed has its file. Of a transaction that
    came to nothing the files stay behind; `forget_orphans` finds them.
    """
    return [
        Attachment.objects.create(
            message=message, position=position, name=decoding.file_name(brought.name),
            kind=decoding.one_line(brought.kind, 100), size=brought.content.size,
            sha256=sha256_of(brought.content), file=brought.content,
            undrawn=may_be_a_picture(brought.name, brought.kind),
        )
        for position, brought in enumerate(files, start=1)
    ]  # fmt: skip


def attach_uploads(message: Message, uploads: Sequence[Upload]) -> list[Attachment]:
    """Let what was put into a form belong to `message` from now on. Called in the transaction that writes it."""
    made = Attachment.objects.bulk_create(
        Attachment(
            message=message, position=position, name=upload.name, kind=upload.kind, size=upload.size,
            sha256=upload.sha256, file=upload.file.name, undrawn=may_be_a_picture(upload.name, upload.kind),
        )
        for position, upload in enumerate(uploads, start=1)
    )  # fmt: skip
    Upload.objects.filter(pk__in=[upload.pk for upload in uploads]).delete()
    return made


def enclosures(attached: Sequence[Attachment]) -> list[Enclosure]:
    """The same files, to go along with a mail."""
    return [
        Enclosure(position=one.position, name=one.name, kind=one.kind, size=one.size, stored=str(one.file.name))
        for one in attached
    ]


def forget_orphans(*, before: datetime) -> int:
    """Delete files that no row names and that were stored before then; returns how many.

    `before` lies well back: a file is stored a moment before its row can be seen.
    """
    forgotten = 0
    for folder in _folders():
        names = [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
        known = _named(names)
        for name in names:
            if name not in known and default_storage.get_modified_time(name) < before:
                default_storage.delete(name)
                forgotten += 1
    return forgotten


def sha256_of(content: File) -> bytes:
    """By what two files can be compared."""
    digest = hashlib.sha256()
    for chunk in content.chunks():
        digest.update(chunk)
    return digest.digest()


def _named(names: list[str]) -> set[str]:
    """Those of `names` that a row speaks of."""
    files = Attachment.objects.filter(file__in=names).values_list("file", flat=True)
    waiting = Upload.objects.filter(file__in=names).values_list("file", flat=True)
    small = Attachment.objects.filter(preview__in=names).values_list("preview", flat=True)
    mails = InboundMail.objects.filter(whole__in=names).values_list("whole", flat=True)
    return {*files, *waiting, *small, *mails}


def _folders() -> list[str]:
    folders = []
    for top in (FOLDER, PREVIEWS, MAILS):
        try:
            folders += [f"{top}/{name}" for name in default_storage.listdir(top)[0]]
        except FileNotFoundError:  # nothing was ever stored there
            continue
    return folders
