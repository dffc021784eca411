from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models import Team


class Forecast(models.Model):
    """How long something takes at present, in minutes of working time: written by `compliance`, read by everybody.

    No row, an empty time or one older than two hours: then what the standard says is said, and called
    the standard (`compliance.waiting`).
    """

    class What(models.TextChoices):
        FIRST_RESPONSE = "first_response", _("First response")

    team = models.ForeignKey(
        Team, models.PROTECT, null=True, related_name="forecasts", help_text="whose queue; empty: everybody's"
    )
    what = models.CharField(max_length=20, choices=What)
    p50 = models.PositiveIntegerField(null=True, help_text="done by then for half of them; empty: never reached")
    p90 = models.PositiveIntegerField(null=True)
    p95 = models.PositiveIntegerField(null=True)
    sample = models.PositiveIntegerField(help_text="how many were answered, of those it was worked out of")
    waiting = models.PositiveIntegerField(help_text="how many are waiting now")
    waited = models.PositiveIntegerField(null=True, help_text="how long 95 in 100 of those have waited at most")
    longest = models.PositiveIntegerField(null=True, help_text="how long the oldest of them has waited")
    as_of = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="forecast_once_a_queue", fields=["team", "what"], nulls_distinct=False),
            models.CheckConstraint(
                name="forecast_waits_of_somebody",
                condition=Q(waiting=0, waited__isnull=True, longest__isnull=True)
                | Q(waiting__gt=0, waited__isnull=False, longest__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} of {self.team_id or 'everybody'} as of {self.as_of:%Y-%m-%d %H:%M}"
