"""Test mails to ourselves, and what was seen of their way."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from mail.models.delivery import Delivery
from mail.models.inbound import InboundMail
from mail.models.mailbox import Mailbox

# What has not come back by then is called missing; it may still come.
WAIT = timedelta(minutes=10)


class MailCheck(models.Model):
    """One test mail to a mailbox of ours. `found` is what could be seen of it when it had come back."""

    mailbox = models.ForeignKey(Mailbox, models.PROTECT, related_name="checks")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    tag = models.CharField(max_length=26, unique=True, help_text="What stands behind the plus of its address.")
    delivery = models.OneToOneField(Delivery, models.PROTECT, null=True, related_name="check_of_mail")
    inbound = models.OneToOneField(InboundMail, models.PROTECT, null=True, related_name="check_of_mail")
    came_at = models.DateTimeField(null=True)
    found = models.JSONField(default=dict)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="mail_check_came_back_as_a_mail",
                condition=Q(came_at__isnull=True, inbound__isnull=True)
                | Q(came_at__isnull=False, inbound__isnull=False),
            ),
        ]
        indexes = [models.Index(name="mail_check_of_mailbox", fields=["mailbox", "-made_at", "-id"])]

    def __str__(self) -> str:
        return f"check of {self.mailbox} at {self.made_at:%Y-%m-%d %H:%M}"

    def is_waiting(self, now: datetime) -> bool:
        """Whether it can still be expected back."""
        return self.came_at is None and now < self.made_at + WAIT and not self.has_failed

    @property
    def has_failed(self) -> bool:
        """Whether it never left."""
        return self.delivery is not None and self.delivery.state in Delivery.DID_NOT_LEAVE
