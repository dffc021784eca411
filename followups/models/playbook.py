"""Playbooks as data: what begins them and what their steps are, in versions that never change."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from followups.models.followup import FollowUp
from followups.playbook_terms import After, Clock, Code, Condition, Mode, Stop, Trigger, Way


class Playbook(models.Model):
    """What we do unasked after one kind of event. What it says stands in its versions."""

    code = models.CharField(max_length=1, choices=Code, unique=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.get_code_display()}"


class PlaybookVersionQuerySet(models.QuerySet["PlaybookVersion"]):
    def current(self) -> PlaybookVersionQuerySet:
        """The newest version of each playbook: it holds for all that is planned from now on."""
        newest = PlaybookVersion.objects.filter(playbook=OuterRef("playbook")).order_by("-number")
        return self.filter(pk=Subquery(newest.values("pk")[:1])).select_related("playbook").order_by("playbook__code")


class PlaybookVersion(models.Model):
    """One wording of a playbook. It never changes, so that what was planned by it goes on as it was planned."""

    playbook = models.ForeignKey(Playbook, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    trigger = models.CharField(max_length=30, choices=Trigger)
    is_on = models.BooleanField(_("In use"), default=True)
    because = models.CharField(_("Why it is changed"), max_length=200, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = PlaybookVersionQuerySet.as_manager()

    class Meta:
        ordering = ["playbook", "-number"]
        constraints = [
            models.UniqueConstraint(name="playbook_version_has_one_number", fields=["playbook", "number"]),
            models.CheckConstraint(
                name="playbook_changed_by_somebody_who_says_why",
                condition=Q(number=1) | Q(made_by__isnull=False) & ~Q(because=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.playbook} v{self.number}"


class PlaybookStepQuerySet(models.QuerySet["PlaybookStep"]):
    def in_use(self) -> PlaybookStepQuerySet:
        """The steps by which something is planned now: switched on, in a current version that is switched on."""
        current = PlaybookVersion.objects.current().filter(is_on=True)
        return self.filter(is_on=True, version__in=current.order_by().values("pk")).select_related("version__playbook")


class PlaybookStep(models.Model):
    """One step of a version: when it comes, who does it, which way, and what has to be true then."""

    version = models.ForeignKey(PlaybookVersion, models.PROTECT, related_name="steps")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=40, choices=FollowUp.Step)
    is_on = models.BooleanField(default=True)
    after = models.CharField(max_length=12, choices=After, default=After.TRIGGER)
    clock = models.CharField(max_length=15, choices=Clock)
    amount = models.PositiveIntegerField(default=0, help_text="minutes of working time, else days")
    at_least = models.DurationField(default=timedelta, help_text="so long on the wall clock in any case")
    late = models.DurationField(null=True, help_text="so long after its time it still makes sense; empty: always")
    mode = models.CharField(max_length=10, choices=Mode)
    way = models.CharField(max_length=10, choices=Way, default=Way.MAIL)
    purpose = models.CharField(max_length=40, blank=True, help_text="which text it is made from: a MessagePurpose")
    conditions = ArrayField(models.CharField(max_length=30, choices=Condition), default=list, blank=True)
    stops = ArrayField(models.CharField(max_length=30, choices=Stop), default=list, blank=True)

    objects = PlaybookStepQuerySet.as_manager()

    class Meta:
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(name="playbook_step_has_its_place", fields=["version", "position"]),
            models.UniqueConstraint(name="playbook_step_once_a_version", fields=["version", "name"]),
            models.CheckConstraint(
                name="playbook_step_at_once_or_after_some_time",
                condition=Q(clock="at_once", amount=0) | ~Q(clock="at_once") & Q(amount__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.name}"
