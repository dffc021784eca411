"""What we promise by default, and since when."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from people.terms import Channel, CustomerGroup
from standards.models.category import Category
from standards.terms import Clock, Kind, Occasion, Priority, TicketType

if TYPE_CHECKING:
    from people.models import User


class ServiceStandard(models.Model):
    """A public commitment to a level of service. What it says stands in its versions."""

    code = models.CharField(_("Code"), max_length=12, unique=True, help_text=_("Short and stable, like S-3."))
    name = models.CharField(_("Name"), max_length=80)
    position = models.PositiveIntegerField(_("Order"), default=0)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Owner")
    )
    withdrawn_from = models.DateTimeField(null=True, blank=True, help_text="From then on it applies to nothing new.")

    class Meta:
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class StandardVersionQuerySet(models.QuerySet["StandardVersion"]):
    def in_force(self, at: datetime) -> StandardVersionQuerySet:
        """The version of each standard that applies to what begins at `at`."""
        return self._listed(Q(pk=_newest(at)), at)

    def to_know(self, at: datetime) -> StandardVersionQuerySet:
        """What everybody at the desk has to know at `at`: what is in force, and what is published and coming."""
        return self._listed(Q(pk=_newest(at)) | Q(published_at__isnull=False, effective_from__gt=at), at)

    def unread_by(self, user: User) -> StandardVersionQuerySet:
        """Those that `user` has not read yet."""
        return self.filter(~Exists(Acknowledgement.objects.filter(version=OuterRef("pk"), user=user.pk)))

    def _listed(self, which: Q, at: datetime) -> StandardVersionQuerySet:
        return (
            self.filter(which)
            .exclude(standard__withdrawn_from__lte=at)
            .select_related("standard", "category")
            .order_by("standard__position", "standard__code", "effective_from")
        )


def _newest(at: datetime) -> Subquery:
    """The version of a standard that began last before `at`."""
    begun = StandardVersion.objects.filter(standard=OuterRef("standard"), effective_from__lte=at)
    return Subquery(begun.order_by("-effective_from").values("pk")[:1])


class StandardVersion(models.Model):
    """One wording of a standard. A draft may change; a published version never does."""

    standard = models.ForeignKey(ServiceStandard, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    kind = models.CharField(_("What is promised"), max_length=20, choices=[(k.value, k.label) for k in Kind])
    # Which tickets: empty means any.
    ticket_type = models.CharField(_("Type"), max_length=20, choices=TicketType, blank=True)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Category")
    )
    priority = models.CharField(_("Priority"), max_length=10, choices=Priority, blank=True)
    channel = models.CharField(_("Channel"), max_length=10, choices=Channel, blank=True)
    customer_group = models.CharField(_("Customer group"), max_length=20, choices=CustomerGroup, blank=True)
    occasion = models.CharField(_("Occasion"), max_length=20, choices=Occasion, blank=True, default="")

    clock = models.CharField(_("Clock"), max_length=20, choices=[c for c in Clock.choices if c[0] != Clock.FIXED])
    window_minutes = models.PositiveIntegerField(_("Window in minutes"), null=True, blank=True)
    window_days = models.PositiveIntegerField(_("Window in days"), null=True, blank=True)
    target_percent = models.DecimalField(
        _("Target"), max_digits=4, decimal_places=1, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    sentence = models.JSONField(
        _("What the customer reads"), default=dict, help_text="by language, at most 140 characters"
    )
    exclusions = models.JSONField(_("What is not covered"), default=dict, blank=True)
    if_missed = models.JSONField(_("What we do if we miss it"), default=dict, blank=True)
    max_moves = models.PositiveSmallIntegerField(_("How often its time may be moved"), default=2)
    consent_required = models.BooleanField(_("Moving needs the customer's consent"), default=False)
    review_by = models.DateField(_("Review by"), null=True, blank=True)
    needed_because = models.CharField(_("How we know that customers need it"), max_length=400, blank=True)
    legal_basis = models.CharField(_("The law it follows"), max_length=200, blank=True)
    legal_advice = models.CharField(_("Who checked it against the law, and when"), max_length=200, blank=True)

    made_at = models.DateTimeField()
    effective_from = models.DateTimeField(_("In force from"), null=True, blank=True)
    published_at = models.DateTimeField(null=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = StandardVersionQuerySet.as_manager()

    class Meta:
        ordering = ["standard", "-number"]
        constraints = [
            models.UniqueConstraint(name="standard_version_has_one_number", fields=["standard", "number"]),
            models.UniqueConstraint(
                name="standard_has_one_draft", fields=["standard"], condition=Q(published_at__isnull=True)
            ),
            models.UniqueConstraint(name="standard_changes_once_a_moment", fields=["standard", "effective_from"]),
            models.CheckConstraint(
                name="standard_version_in_force_is_published",
                condition=Q(published_at__isnull=True) | Q(effective_from__isnull=False),
            ),
            models.CheckConstraint(
                name="standard_window_fits_its_clock",
                condition=Q(clock__in=["wall", "working_time"], window_minutes__gt=0, window_days__isnull=True)
                | Q(clock__in=["working_days", "calendar_days"], window_days__gt=0, window_minutes__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.standard.code} v{self.number}"

    @property
    def is_draft(self) -> bool:
        """Whether it may still be edited."""
        return self.published_at is None

    def sentence_in(self, language: str) -> str:
        """What the customer reads, in `language` or else in English or any that is there."""
        return words_in(self.sentence, language)


def words_in(by_language: dict[str, str], language: str) -> str:
    """The text for `language`; where it is missing English, then any; empty when there is none."""
    return by_language.get(language) or by_language.get("en") or next(iter(by_language.values()), "")


class Acknowledgement(models.Model):
    """That a member of staff has read a version of a standard."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="acknowledgements")
    version = models.ForeignKey(StandardVersion, models.PROTECT, related_name="acknowledgements")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="standard_version_read_once", fields=["user", "version"])]

    def __str__(self) -> str:
        return f"{self.user} read {self.version}"
