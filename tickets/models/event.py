from django.conf import settings
from django.db import models
from django.db.models import Func
from django.db.models.functions import Cast

from tickets.models.ticket import Ticket


class Event(models.Model):
    """What happened to a ticket: ids, codes and times only. A trigger refuses to change or delete one.

    `tx` is the transaction it was written in, so that a reader can follow in the order of commits.
    """

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=40)
    commitment = models.ForeignKey("tickets.Commitment", models.PROTECT, null=True, related_name="events")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    detail = models.JSONField(default=dict)
    tx = models.BigIntegerField(
        editable=False,
        db_default=Cast(
            Cast(Func(function="pg_current_xact_id"), output_field=models.TextField()),
            output_field=models.BigIntegerField(),
        ),
    )

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.kind} on {self.ticket_id}"
