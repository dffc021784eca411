"""Files that a person puts into a form before it is sent: taken in, given up, given back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mail import decoding
from people.models import User
from tickets import file_limits
from tickets.actions.attachments import Brought, sha256_of
from tickets.models import Attachment, Draft, Upload


@transaction.atomic
def take(form: UUID, brought: Brought, *, by: User, now: datetime) -> Upload:
    """Keep a file for the form that calls itself so. What is too much is refused in words for its owner."""
    file_limits.check([brought], kept=Upload.objects.of(form, by))
    return Upload.objects.create(
        owner=by, form=form, name=decoding.file_name(brought.name), kind=decoding.one_line(brought.kind, 100),
        size=brought.content.size, sha256=sha256_of(brought.content), file=brought.content, at=now,
    )  # fmt: skip


def drop(upload: Upload) -> None:
    """Its owner does not want to send it. What was stored is swept away later."""
    upload.delete()


def still_there(uploads: Sequence[Upload], *, owner: User | None) -> list[Upload]:
    """The same, locked until `owner` sends them. Refused where one is gone, so that none is missing silently."""
    if not uploads:
        return []
    theirs = Upload.objects.filter(owner=owner, form__in={upload.form for upload in uploads})
    chosen = theirs.filter(pk__in=[upload.pk for upload in uploads])
    locked = list(chosen.select_for_update(of=("self",)).order_by("pk"))
    if len(locked) != len(uploads):
        raise ValidationError({"attached": _("A file that stood here is gone. Choose it again, or send without it.")})
    try:
        file_limits.check(locked)
    except ValidationError as refusal:
        raise ValidationError({"attached": refusal.messages}) from refusal
    return locked


def give_back(attached: Iterable[Attachment], draft: Draft, *, now: datetime) -> None:
    """What could not leave waits in the form of `draft` again. The caller saves the draft."""
    files = list(attached)
    if not files:
        return
    draft.files_of = draft.files_of or uuid4()
    Upload.objects.bulk_create(
        Upload(
            owner=draft.author, form=draft.files_of, name=one.name, kind=one.kind, size=one.size, sha256=one.sha256,
            file=one.file.name, at=now,
        )
        for one in files
    )  # fmt: skip


def forget(*, before: datetime) -> int:
    """Let go of what was put into forms before then, neither sent nor kept by a draft; returns how many."""
    return Upload.objects.left_behind(before).delete()[0]
