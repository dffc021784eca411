from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q


class MailServerQuerySet(models.QuerySet["MailServer"]):
    def waiting(self, now: datetime) -> MailServerQuerySet:
        """Those that nothing may be handed to yet."""
        return self.filter(not_before__gt=now)

    def in_trouble(self) -> MailServerQuerySet:
        """Those that took none of our mail when they were last tried."""
        return self.filter(trouble_since__isnull=False)


class MailServer(models.Model):
    """An outgoing server as all workers know it: when mail may be handed to it again, and what it last said.

    No row: it takes whatever we have. See `mail.pace`.
    """

    name = models.CharField(max_length=300, unique=True, help_text="host:port")
    not_before = models.DateTimeField(null=True, help_text="nothing is handed over earlier")
    used_to = models.DateTimeField(null=True, help_text="up to when the limit of mails a minute is used")
    trouble_since = models.DateTimeField(null=True, help_text="since when it takes none of our mail")
    troubles = models.PositiveIntegerField(default=0, help_text="how often in a row it was tried in vain")
    why = models.CharField(max_length=400, blank=True, help_text="what it said, or how it could not be reached")

    objects = MailServerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="mail_server_in_trouble_says_since_when",
                condition=Q(trouble_since__isnull=True, troubles=0, why="")
                | Q(trouble_since__isnull=False, not_before__isnull=False, troubles__gt=0),
            )
        ]

    def __str__(self) -> str:
        return self.name
