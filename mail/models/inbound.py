from __future__ import annotations

from django.db import models
from django.db.models import Q

from mail.models.mailbox import Mailbox


class InboundMailQuerySet(models.QuerySet["InboundMail"]):
    def to_file(self) -> InboundMailQuerySet:
        """What nobody has tried to understand yet, the oldest first."""
        return self.filter(state=InboundMail.State.STORED).order_by("id")


class InboundMail(models.Model):
    """A mail as it arrived, byte for byte, stored before anybody tries to understand it."""

    class State(models.TextChoices):
        STORED = "stored"
        FILED = "filed"
        PARKED = "parked"

    mailbox = models.ForeignKey(Mailbox, models.PROTECT, null=True, related_name="inbound")
    uidvalidity = models.BigIntegerField(null=True)
    uid = models.BigIntegerField(null=True)
    raw = models.BinaryField()
    sha256 = models.BinaryField(max_length=32)
    state = models.CharField(max_length=10, choices=State, default=State.STORED)
    message_id = models.CharField(
        max_length=250, blank=True, help_text="What its sender calls it, so that our answer stands below it; no key."
    )
    why_parked = models.TextField(blank=True)
    received_at = models.DateTimeField()

    objects = InboundMailQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="inbound_mail_fetched_once",
                fields=["mailbox", "uidvalidity", "uid"],
                condition=Q(uid__isnull=False),
            ),
            models.UniqueConstraint(
                name="inbound_mail_stored_once", fields=["mailbox", "sha256"], nulls_distinct=False
            ),
        ]
        indexes = [models.Index(name="inbound_mail_to_file", fields=["id"], condition=Q(state="stored"))]

    def __str__(self) -> str:
        return f"inbound {self.pk} ({self.state})"
