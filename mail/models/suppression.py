from django.db import models
from django.db.models.functions import Lower


class Suppression(models.Model):
    """An address that gets no mail, or none of one purpose, and why."""

    address = models.EmailField()
    purpose = models.CharField(max_length=40, blank=True, help_text="Empty: all mail.")
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("address"), "purpose", name="suppression_once_per_purpose")]

    def __str__(self) -> str:
        return f"{self.address}: {self.reason}"
