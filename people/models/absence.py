"""When somebody is not there: leave, illness, a course. Why is nobody's business, so it is not kept."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from people.models.user import User


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def visible_to(self, user: User) -> AbsenceQuerySet:
        """All of them: whoever hands something over has to know who is there."""
        return self if user.is_active else self.none()

    def at(self, moment: datetime) -> AbsenceQuerySet:
        """Those during which `moment` falls: from their beginning on, no longer at their end."""
        return self.filter(starts_at__lte=moment, ends_at__gt=moment)

    def not_over(self, now: datetime) -> AbsenceQuerySet:
        """Those that go on at `now` or are still ahead, the next first."""
        return self.filter(ends_at__gt=now).order_by("starts_at", "pk")

    def touching(self, starts_at: datetime, ends_at: datetime) -> AbsenceQuerySet:
        """Those that share some time with the span from `starts_at` to `ends_at`."""
        return self.filter(starts_at__lt=ends_at, ends_at__gt=starts_at)


class Absence(models.Model):
    """A span in which a member of staff keeps no promises: what falls due in it is another's."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="absences")
    starts_at = models.DateTimeField(_("Away from"))
    ends_at = models.DateTimeField(_("Back from"))
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="absence_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at")))
        ]
        indexes = [models.Index(name="absence_by_end", fields=["ends_at"])]

    def __str__(self) -> str:
        return f"{self.user_id} away from {self.starts_at:%Y-%m-%d}"

    def has_begun(self, now: datetime) -> bool:
        """Whether it goes on at `now` or is over."""
        return self.starts_at <= now
