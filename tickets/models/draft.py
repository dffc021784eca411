from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tickets.models.ticket import Ticket


class Draft(models.Model):
    """What somebody has written and not sent, or what came back to them because it could not leave."""

    class Kind(models.TextChoices):
        REPLY = "reply", pgettext_lazy("a message", "Reply")
        NOTE = "note", _("Internal note")

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="drafts")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="drafts")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.REPLY)
    body = models.TextField()
    fields = models.JSONField(default=dict, help_text="the rest of the form, as it was")
    files_of = models.UUIDField(null=True, help_text="the form that its files were put into")
    came_back_why = models.CharField(max_length=400, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="draft_one_per_author", fields=["ticket", "author", "kind"])]
        indexes = [
            models.Index(name="draft_with_files", fields=["files_of"], condition=models.Q(files_of__isnull=False))
        ]

    def __str__(self) -> str:
        return f"draft on {self.ticket}"
