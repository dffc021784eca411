"""A file of a message, and one that somebody has chosen and not sent yet."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from tickets.file_kinds import FileKind, kind_of
from tickets.models.draft import Draft
from tickets.models.message import Message
from tickets.models.ticket import Ticket

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from people.models import User

FOLDER = "attachments"
PREVIEWS = "previews"


def stored_under(row: models.Model, name: str) -> str:
    """A place nobody can guess, without anything of the name that the file came with."""
    secret = secrets.token_hex(32)
    return f"{FOLDER}/{secret[:2]}/{secret}"


def preview_stored_under(row: models.Model, name: str) -> str:
    """The same for the small picture of it."""
    return stored_under(row, name).replace(FOLDER, PREVIEWS, 1)


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, user: User) -> AttachmentQuerySet:
        """The files of the tickets that `user` may see."""
        return self.filter(message__ticket__in=Ticket.objects.readable_by(user))

    def of_customers_page(self, ticket: Ticket) -> AttachmentQuerySet:
        """The files that the holder of `ticket`'s private link may see: those of the messages on it."""
        return self.filter(message__in=Message.objects.on_customers_page(ticket))

    def to_draw(self) -> AttachmentQuerySet:
        """Pictures of which no preview was tried yet; the oldest first."""
        return self.filter(undrawn=True).order_by("pk")


class Attachment(models.Model):
    """One file of a message. Its name and kind are what the sender says: data, never a path nor how it is served."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="attachments")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=150)
    kind = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(help_text="bytes")
    sha256 = models.BinaryField(max_length=32)
    file = models.FileField(
        upload_to=stored_under, db_index=True, help_text="A reply that was taken back and the next share one."
    )
    preview = models.FileField(
        upload_to=preview_stored_under, blank=True, help_text="a small picture, decoded and written anew by us"
    )
    undrawn = models.BooleanField(default=False, help_text="It may be a picture, and nobody has tried to draw it.")

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["message_id", "position"]
        constraints = [
            models.UniqueConstraint(name="attachment_has_one_position", fields=["message", "position"]),
            models.CheckConstraint(name="attachment_has_a_name", condition=~Q(name="")),
        ]
        indexes = [
            models.Index(name="attachment_undrawn", fields=["id"], condition=Q(undrawn=True)),
            models.Index(name="attachment_preview", fields=["preview"], condition=~Q(preview="")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def looks(self) -> FileKind:
        """What its name says it is, in words and as an icon."""
        return kind_of(self.name)


class UploadQuerySet(models.QuerySet["Upload"]):
    def of(self, form: UUID | None, owner: User) -> UploadQuerySet:
        """What `owner` has put into the form that calls itself so; in that order."""
        return self.filter(form=form, owner=owner).order_by("pk")

    def left_behind(self, before: datetime) -> UploadQuerySet:
        """What was put into forms before then and neither sent nor kept by a draft."""
        return self.filter(~Exists(Draft.objects.filter(files_of=OuterRef("form"))), at__lt=before)


class Upload(models.Model):
    """A file that a person has put into a form. It is theirs alone until it is sent with a message."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="uploads")
    form = models.UUIDField(help_text="of the form it was put into: random, and of no use to anybody else")
    name = models.CharField(max_length=150)
    kind = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(help_text="bytes")
    sha256 = models.BinaryField(max_length=32)
    file = models.FileField(upload_to=stored_under, db_index=True)
    at = models.DateTimeField()

    objects = UploadQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(name="upload_has_a_name", condition=~Q(name=""))]
        indexes = [
            models.Index(name="upload_of_form", fields=["form", "id"]),
            models.Index(name="upload_by_age", fields=["at"]),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def looks(self) -> FileKind:
        """What its name says it is, in words and as an icon."""
        return kind_of(self.name)
