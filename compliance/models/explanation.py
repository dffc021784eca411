"""What we tell everybody about how a month came out."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from standards.models import StandardVersion

LONGEST = 400


class Explanation(models.Model):
    """A manager's words for the public about one standard in one closed month. Never changed: the newest one is read.

    With no words the one before was taken back. What staff note among themselves about a single miss is
    `tickets.models.DelayCause`; that is never published.
    """

    month = models.DateField(help_text="its first day")
    standard_version = models.ForeignKey(StandardVersion, models.PROTECT, related_name="explanations")
    words = models.JSONField(_("What the public reads"), default=dict, blank=True, help_text="by language")
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["written_at", "pk"]
        constraints = [
            models.CheckConstraint(name="explanation_is_of_a_whole_month", condition=Q(month__day=1)),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.standard_version}"
