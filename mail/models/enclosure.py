"""A file that goes along with a mail."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from mail.models.delivery import Delivery


class Enclosure(models.Model):
    """One file of an outgoing mail: what the recipient reads as its name, and where it lies in the storage."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="enclosures")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=150)
    kind = models.CharField(max_length=100, blank=True, help_text="what its author's browser says; data only")
    size = models.PositiveBigIntegerField(help_text="bytes")
    stored = models.CharField(max_length=100, help_text="its name in the storage")

    class Meta:
        ordering = ["delivery_id", "position"]
        constraints = [
            models.UniqueConstraint(name="enclosure_has_one_position", fields=["delivery", "position"]),
            models.CheckConstraint(name="enclosure_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(name="enclosure_is_stored", condition=~Q(stored="")),
        ]

    def __str__(self) -> str:
        return self.name
