"""Months that are over: what was published stays, and what was found out afterwards stands beside it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from compliance.results import ALL, Bucket, Figure, Tally
from people.models import Team
from standards.models import StandardVersion
from standards.terms import Kind
from tickets.models import Commitment

if TYPE_CHECKING:
    from people.models import User

_COUNT = models.PositiveIntegerField


class ClosedPeriodQuerySet(models.QuerySet["ClosedPeriod"]):
    def of_everybody(self) -> ClosedPeriodQuerySet:
        """What the public reads: a row for each standard and month, over all teams."""
        return self.filter(team=None)

    def of_teams(self, user: User) -> ClosedPeriodQuerySet:
        """The same by team, as far as `user` may see their work."""
        return self.filter(team__in=Team.objects.visible_to(user))

    def promised(self) -> ClosedPeriodQuerySet:
        """What the headline sums up: no colleagues' words to each other, no automatic acknowledgements."""
        return self.exclude(source=Commitment.Source.INTERNAL).exclude(kind=Kind.ACKNOWLEDGE)

    def between(self, first: date, last: date) -> ClosedPeriodQuerySet:
        """The months from the one that begins on `first` to the one that begins on `last`, in their order."""
        return self.filter(month__range=(first, last)).order_by("month")


class ClosedPeriod(models.Model):
    """The counts of one month for one version of a standard, or for promises of one kind; of a team or of all.

    The columns of the buckets say how it stands now: what was still owed when the month closed comes
    to its end. `published_kept` of `published_due` is the result as it was when it became final; it never
    changes. Where a recount finds another result, a `Correction` says so and why: published plus all
    corrections is what stands in the buckets. `final_at` is empty while a resolution may still not hold.
    """

    month = models.DateField(help_text="its first day, in the organisation's zone")
    source = models.CharField(max_length=10, choices=Commitment.Source)
    kind = models.CharField(max_length=20, choices=Kind)
    standard_version = models.ForeignKey(StandardVersion, models.PROTECT, null=True, related_name="closed_periods")
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="closed_periods")

    kept = _COUNT(default=0)
    not_held = _COUNT(default=0)
    kept_after_move = _COUNT(default=0)
    moved_ahead = _COUNT(default=0)
    kept_late = _COUNT(default=0)
    not_done = _COUNT(default=0)
    withdrawn_late = _COUNT(default=0)
    moved = _COUNT(default=0, help_text="of all of these, how many were put later")
    ordinary_kept = _COUNT(default=0, help_text="without exception days")
    ordinary_due = _COUNT(default=0)

    measured = models.PositiveIntegerField(null=True, help_text="how many cases the times were worked out of, once")
    median_minutes = models.PositiveIntegerField(
        null=True, help_text="as at closing, open ones counted; over all teams"
    )
    ninth_minutes = models.PositiveIntegerField(null=True, help_text="by when nine in ten were done")

    published_kept = models.PositiveIntegerField(null=True)
    published_due = models.PositiveIntegerField(null=True)
    final_at = models.DateTimeField(null=True)
    counted_at = models.DateTimeField()

    objects = ClosedPeriodQuerySet.as_manager()

    class Meta:
        ordering = ["month", "source", "kind", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="closed_period_is_counted_once",
                fields=["month", "source", "kind", "standard_version", "team"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="closed_period_is_a_whole_month", condition=Q(month__day=1)),
            models.CheckConstraint(
                name="closed_period_is_final_with_its_result",
                condition=Q(final_at__isnull=True, published_kept__isnull=True, published_due__isnull=True)
                | Q(final_at__isnull=False, published_kept__isnull=False, published_due__isnull=False),
            ),
            models.CheckConstraint(
                name="closed_period_keeps_no_more_than_was_due",
                condition=Q(published_kept__isnull=True) | Q(published_kept__lte=F("published_due")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.kind} {self.standard_version or self.source}"

    @property
    def tally(self) -> Tally:
        """What became of all that was due, as it stands now."""
        return Tally({bucket: getattr(self, bucket) for bucket in Bucket}, self.moved)

    @property
    def ordinary(self) -> Figure:
        """The result without exception days."""
        return Figure(self.ordinary_kept, self.ordinary_due, (Bucket.KEPT,), ALL)

    @property
    def published(self) -> Figure | None:
        """The result as first published; None while it is provisional."""
        if self.published_kept is None or self.published_due is None:
            return None
        return Figure(self.published_kept, self.published_due, (Bucket.KEPT,), ALL)


class Correction(models.Model):
    """That a recount found another result than was published, by how much, and why. Never changed, never taken back."""

    class Why(models.TextChoices):
        NOT_REACHED = "not_reached", _("A message that we had counted never arrived.")
        VOIDED = "voided", _("It was no promise to a customer; a lead has approved that it doesn't count.")
        COUNTED_AGAIN = "counted_again", _("Counted again.")

    period = models.ForeignKey(ClosedPeriod, models.PROTECT, related_name="corrections")
    kept = models.IntegerField(help_text="by how many more, or fewer, were kept")
    due = models.IntegerField(help_text="by how many more, or fewer, were due")
    why = models.CharField(max_length=20, choices=Why)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(name="correction_changes_something", condition=~Q(kept=0, due=0)),
        ]

    def __str__(self) -> str:
        return f"{self.period}: {self.kept:+d} of {self.due:+d}"
