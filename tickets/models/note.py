from django.conf import settings
from django.db import models

from tickets.models.ticket import Ticket


class Note(models.Model):
    """An internal note. A table of its own, so that what a customer may see cannot select it."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    body = models.TextField()
    at = models.DateTimeField()
    key = models.UUIDField(null=True, unique=True, help_text="of the form it came from: a double click saves once")

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"note on {self.ticket}"
