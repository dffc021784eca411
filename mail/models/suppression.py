from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    def stopping(self, address: str, purpose: str) -> SuppressionQuerySet:
        """What forbids mail of `purpose` to `address`, however it is spelt."""
        return self.alias(folded=Lower("address")).filter(folded=address.lower(), purpose__in=["", purpose])


class Suppression(models.Model):
    """An address that gets no mail, or none of one purpose, and why."""

    address = models.EmailField()
    purpose = models.CharField(max_length=40, blank=True, help_text="Empty: all mail.")
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("address"), "purpose", name="suppression_once_per_purpose")]

    def __str__(self) -> str:
        return f"{self.address}: {self.reason}"
