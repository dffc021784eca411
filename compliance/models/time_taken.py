from __future__ import annotations

from django.db import models
from django.db.models import Q

from people.models import Team
from standards.terms import Kind


class TimeTaken(models.Model):
    """How long commitments of one kind have taken lately, counted with those still open.

    `steps` are pairs: minutes of working time without pauses, and how many in a thousand were still open after them.
    """

    team = models.ForeignKey(
        Team, models.PROTECT, null=True, related_name="+", help_text="whose commitments; empty: everybody's"
    )
    kind = models.CharField(max_length=20, choices=Kind)
    steps = models.JSONField()
    sample = models.PositiveIntegerField(help_text="how many of them have been done")
    as_of = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="time_taken_once_a_kind", fields=["team", "kind"], nulls_distinct=False),
            models.CheckConstraint(name="time_taken_by_something", condition=Q(sample__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.team_id or 'everybody'} as of {self.as_of:%Y-%m-%d %H:%M}"
