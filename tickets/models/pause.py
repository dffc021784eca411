from django.db import models
from django.db.models import F, Q

from tickets.models.commitment import Commitment
from tickets.models.message import Message


class Pause(models.Model):
    """A span in which a commitment's clock stood still, because we waited for an answer we had asked for."""

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="pauses")
    question = models.ForeignKey(Message, models.PROTECT, related_name="pauses")
    started_at = models.DateTimeField()
    ends_by = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    counted_due_at = models.DateTimeField(null=True, help_text="kept here while the pause lasts")

    class Meta:
        ordering = ["started_at"]
        constraints = [
            models.UniqueConstraint(
                name="pause_one_at_a_time", fields=["commitment"], condition=Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(
                name="pause_starts_before_it_ends",
                condition=Q(ended_at__isnull=True) | Q(started_at__lt=F("ended_at")),
            ),
        ]
        indexes = [models.Index(name="pause_running_out", fields=["ends_by"], condition=Q(ended_at__isnull=True))]

    def __str__(self) -> str:
        return f"pause of {self.commitment_id}"
