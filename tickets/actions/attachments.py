"""Keeping the files that come with a message, and letting go of what belongs to none."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.files.base import File
from django.core.files.storage import default_storage

from mail import decoding
from tickets.models import Attachment, Message
from tickets.models.attachment import FOLDER


@dataclass(frozen=True)
class Brought:
    """A file as it came: `name` and `kind` are what its sender says."""

    name: str
    kind: str
    content: File


def attach(message: Message, files: Sequence[Brought]) -> list[Attachment]:
    """Keep `files` with `message`, in their order. Called in the transaction that writes the message.

    Each is stored before its row, so a row that is committed has its file. Of a transaction that
    came to nothing the files stay behind; `forget_orphans` finds them.
    """
    return [
        Attachment.objects.create(
            message=message, position=position, name=decoding.file_name(brought.name),
            kind=decoding.one_line(brought.kind, 100), size=brought.content.size,
            sha256=_sha256(brought.content), file=brought.content,
        )
        for position, brought in enumerate(files, start=1)
    ]  # fmt: skip


def forget_orphans(*, before: datetime) -> int:
    """Delete files that no row names and that were stored before then; returns how many.

    `before` lies well back: a file is stored a moment before its row can be seen.
    """
    forgotten = 0
    for folder in _folders():
        names = [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
        known = set(Attachment.objects.filter(file__in=names).values_list("file", flat=True))
        for name in names:
            if name not in known and default_storage.get_modified_time(name) < before:
                default_storage.delete(name)
                forgotten += 1
    return forgotten


def _folders() -> list[str]:
    try:
        return [f"{FOLDER}/{name}" for name in default_storage.listdir(FOLDER)[0]]
    except FileNotFoundError:  # nothing was ever stored
        return []


def _sha256(content: File) -> bytes:
    digest = hashlib.sha256()
    for chunk in content.chunks():
        digest.update(chunk)
    return digest.digest()
