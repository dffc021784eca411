"""What the audit found, for those who run the desk."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Subquery

# A task is ended after a minute; what has begun longer ago than this will not come to its end.
BREAKS_OFF = timedelta(minutes=5)


class AuditRunQuerySet(models.QuerySet["AuditRun"]):
    def to_begin(self, now: datetime) -> AuditRunQuerySet:
        """What somebody asked for and nobody has begun."""
        return self.filter(began_at=None)

    def under_way(self, now: datetime) -> AuditRunQuerySet:
        """What waits to begin, or has begun and not been broken off."""
        return self.filter(Q(began_at=None) | Q(began_at__gt=now - BREAKS_OFF), ended_at=None).order_by("pk")

    def newest(self) -> AuditRun | None:
        """The last one that came to its end; None where there was none yet."""
        return self.ended().first()

    def ended(self) -> AuditRunQuerySet:
        """Those that came to their end, newest first."""
        return self.filter(ended_at__isnull=False).order_by("-ended_at", "-pk")


class AuditRun(models.Model):
    """The audit once through. What nobody asked for is the nightly one, and begins as it is written down.

    One that has begun and has no end broke off: the next night asks again.
    """

    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    checks = models.PositiveSmallIntegerField(default=0, help_text="how many were asked")

    objects = AuditRunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="audit_run_ends_after_it_began", condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at"))
            ),
            models.UniqueConstraint(
                name="one_audit_waits_to_begin", fields=["began_at"], condition=Q(began_at=None), nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"audit of {self.asked_at}"


class AuditFindingQuerySet(models.QuerySet["AuditFinding"]):
    def standing(self) -> AuditFindingQuerySet:
        """What the last run that came to its end has found."""
        return self.filter(run=Subquery(AuditRun.objects.ended().values("pk")[:1])).order_by("since", "pk")


class AuditFinding(models.Model):
    """What one check found in one run: how many rows, the first of them, and since when it is found.

    `first` names rows as `[label of the model, key, number of the ticket or null]`.
    """

    run = models.ForeignKey(AuditRun, models.CASCADE, related_name="findings")
    check_name = models.CharField(max_length=60)
    rows = models.PositiveIntegerField()
    first = models.JSONField(default=list)
    since = models.DateTimeField()

    objects = AuditFindingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_finding_of_a_check_in_a_run", fields=["run", "check_name"]),
            models.CheckConstraint(name="a_finding_has_rows", condition=Q(rows__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.check_name}: {self.rows}"
