"""Days on which normal circumstances did not hold: shown apart, never taken out silently."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, When
from django.utils.translation import gettext_lazy as _

from people.models import Team


class ExceptionDayQuerySet(models.QuerySet["ExceptionDay"]):
    def in_force(self) -> ExceptionDayQuerySet:
        """Those that nobody has withdrawn."""
        return self.filter(withdrawn_at=None)

    def touching(self, since: datetime, until: datetime) -> ExceptionDayQuerySet:
        """Those of which some part lies in the span, in their order."""
        return self.filter(starts_at__lt=until, ends_at__gt=since).order_by("starts_at", "pk")

    def covering(self, moment: str, ticket: str, since: datetime, until: datetime) -> Case:
        """For a query of other rows: whether the moment in that column, which lies in the span, is in one of these.

        Withdrawn ones are none. For the team of the ticket in that column. Rows are looked up only from the
        first of the span's exception days to the last; on most months that is none.
        """
        standing = self.in_force()
        around = standing.filter(starts_at__lt=until, ends_at__gt=since)
        first = Subquery(around.order_by("starts_at").values("starts_at")[:1])
        last = Subquery(around.order_by("-ends_at").values("ends_at")[:1])
        there = standing.filter(starts_at__lte=OuterRef(moment), ends_at__gt=OuterRef(moment))
        return Case(
            When(~Exists(around), then=False),
            When(Q(**{f"{moment}__lt": first}) | Q(**{f"{moment}__gte": last}), then=False),
            When(Exists(there.filter(team=None)), then=True),
            # Apart, so that a ticket is looked up by its key.
            When(Exists(there.filter(team__tickets=OuterRef(ticket))), then=True),
            default=False,
            output_field=models.BooleanField(),
        )


class ExceptionDay(models.Model):
    """A storm, a strike: days in a row that a manager has declared exceptional, for a team or for all.

    Stored as moments: from the first day's beginning to the last day's end in the organisation's zone.
    What counts by a moment in them is reported with and without; customers are still told. Withdrawn, it
    stays as a record: the public has read it.
    """

    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="exception_days", verbose_name=_("Team")
    )
    reason = models.JSONField(_("What the public reads"), help_text="by language")
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    withdrawn_because = models.JSONField(default=dict, editable=False, help_text="by language, for the public")

    objects = ExceptionDayQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="exception_day_begins_before_it_ends", condition=Q(starts_at__lt=F("ends_at"))),
            models.CheckConstraint(
                name="exception_day_withdrawn_by_somebody_for_a_reason",
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_because={})
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_because={}),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d} to {self.ends_at:%Y-%m-%d}"
