"""A file that came with a message."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from tickets.models.message import Message
from tickets.models.ticket import Ticket

if TYPE_CHECKING:
    from people.models import User

FOLDER = "attachments"


def stored_under(attachment: Attachment, name: str) -> str:
    """A place nobody can guess, without anything of the name that the file came with."""
    secret = secrets.token_hex(32)
    return f"{FOLDER}/{secret[:2]}/{secret}"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, user: User) -> AttachmentQuerySet:
        """The files of the tickets that `user` may see."""
        return self.filter(message__ticket__in=Ticket.objects.visible_to(user))

    def of_customers_page(self, ticket: Ticket) -> AttachmentQuerySet:
        """The files that the holder of `ticket`'s private link may see: those of the messages on it."""
        return self.filter(message__in=Message.objects.on_customers_page(ticket))


class Attachment(models.Model):
    """One file of a message. Its name and kind are what the sender says: data, never a path nor how it is served."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="attachments")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=150)
    kind = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(help_text="bytes")
    sha256 = models.BinaryField(max_length=32)
    file = models.FileField(upload_to=stored_under, unique=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["message_id", "position"]
        constraints = [
            models.UniqueConstraint(name="attachment_has_one_position", fields=["message", "position"]),
            models.CheckConstraint(name="attachment_has_a_name", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name
