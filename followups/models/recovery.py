"""Owning a missed promise: who does it, what the customer is told, and what is changed so that it does not recur."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from followups.models.followup import FollowUp
from mail.models import Delivery
from people.models import User
from tickets.models import Commitment, Message, Ticket


class RecoveryQuerySet(models.QuerySet["Recovery"]):
    def visible_to(self, user: User) -> RecoveryQuerySet:
        """Those about tickets that `user` may see."""
        return self if user.is_manager else self.filter(commitment__ticket__in=Ticket.objects.visible_to(user))

    def open(self) -> RecoveryQuerySet:
        """Not at their end yet; by the time by which each is to be owned."""
        return self.filter(ended_at=None).order_by("own_by", "pk")

    def on(self, ticket: Ticket) -> RecoveryQuerySet:
        """Those of what was owed on `ticket`, and on those that were merged into it."""
        return self.filter(commitment__in=Commitment.objects.of(ticket))

    def to_approve(self) -> RecoveryQuerySet:
        """Those whose remedy waits for somebody who may allow it, the longest waiting first."""
        return self.filter(ended_at=None, remedy_asked_at__isnull=False).order_by("remedy_asked_at", "pk")


class Recovery(models.Model):
    """What follows one miss, from its first minute to the fix. It has the number of the commitment that was missed.

    Opened by the worker and never deleted: a trigger refuses that. What was told to the customer is its `apology`.
    """

    class How(models.TextChoices):
        OWNED = "owned", _("Owned")
        SKIPPED = "skipped", _("Skipped")
        NOT_COUNTED = "not_counted", _("It does not count any more")

    commitment = models.OneToOneField(Commitment, models.PROTECT, primary_key=True, related_name="recovery")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="recoveries")
    opened_at = models.DateTimeField()
    own_by = models.DateTimeField(help_text="until when the customer is to have the apology and a new time")
    by_phone_first = models.BooleanField(default=False, help_text="a complaint, or not the customer's first miss")

    what = models.TextField(blank=True, help_text="a comment on the events, for colleagues")
    if_asked = models.TextField(blank=True, help_text="more detail, never sent")
    why = models.CharField(max_length=400, blank=True)
    fix = models.CharField(max_length=300, blank=True)
    prevention = models.CharField(max_length=300, blank=True)
    promise_words = models.CharField(max_length=300, blank=True)
    new_due_at = models.DateTimeField(null=True)
    body = models.TextField(blank=True, help_text="the letter as somebody has changed it; empty: made of the parts")

    remedy = models.CharField(max_length=200, blank=True)
    remedy_amount = models.DecimalField(max_digits=9, decimal_places=2, null=True)
    remedy_asked_at = models.DateTimeField(null=True, help_text="since when it waits for somebody who may allow it")
    remedy_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    remedy_approved = models.DecimalField(max_digits=9, decimal_places=2, null=True, help_text="up to this amount")
    remedy_approved_at = models.DateTimeField(null=True)
    remedy_approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False, related_name="+"
    )

    apology = models.OneToOneField(Message, models.PROTECT, null=True, related_name="owns")
    told_at = models.DateTimeField(null=True, help_text="when the apology was accepted, or said on the phone")
    fixed_at = models.DateTimeField(null=True)
    check_back = models.OneToOneField(FollowUp, models.PROTECT, null=True, related_name="checks_back_on")
    ended_at = models.DateTimeField(null=True)
    ended_how = models.CharField(max_length=12, choices=How, blank=True)
    ended_because = models.CharField(max_length=300, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False, related_name="+")

    objects = RecoveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="recovery_told_by_its_apology", condition=Q(told_at__isnull=True) | Q(apology__isnull=False)
            ),
            models.CheckConstraint(
                name="recovery_ended_says_how",
                condition=Q(ended_at__isnull=True, ended_how="") | Q(ended_at__isnull=False) & ~Q(ended_how=""),
            ),
            models.CheckConstraint(
                name="recovery_owned_was_told_and_fixed",
                condition=~Q(ended_how="owned") | Q(told_at__isnull=False, fixed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="recovery_skipped_by_somebody_who_says_why",
                condition=~Q(ended_how="skipped") | Q(ended_by__isnull=False) & ~Q(ended_because=""),
            ),
            models.CheckConstraint(
                name="recovery_remedy_approved_by_somebody",
                condition=Q(
                    remedy_approved__isnull=True, remedy_approved_at__isnull=True, remedy_approved_by__isnull=True
                )
                | Q(remedy_approved__isnull=False, remedy_approved_at__isnull=False, remedy_approved_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="recovery_open", fields=["own_by"], condition=Q(ended_at__isnull=True)),
            models.Index(
                name="recovery_remedy_to_approve",
                fields=["remedy_asked_at"],
                condition=Q(ended_at__isnull=True, remedy_asked_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"recovery of {self.commitment_id}"

    @property
    def ticket(self) -> Ticket:
        """Where it goes on: the ticket of the commitment, or the one that that was merged into."""
        ticket = self.commitment.ticket
        return ticket.merged_into or ticket

    @property
    def letter_in_hand(self) -> Message | None:
        """The apology that has left, or is leaving; None where there is none, or it was taken back."""
        apology = self.apology
        if apology is None or (apology.delivery is not None and apology.delivery.state in Delivery.DID_NOT_LEAVE):
            return None
        return apology

    @property
    def waits_for_approval(self) -> bool:
        """Whether its remedy waits for somebody who may allow it."""
        return self.ended_at is None and self.remedy_asked_at is not None


class PreventionActionQuerySet(models.QuerySet["PreventionAction"]):
    def visible_to(self, user: User) -> PreventionActionQuerySet:
        """Those about tickets that `user` may see, and those that are theirs to do."""
        if user.is_manager:
            return self
        theirs = Recovery.objects.visible_to(user).values("pk")
        return self.filter(Q(recovery__in=theirs) | Q(owner=user))

    def open(self) -> PreventionActionQuerySet:
        """Still to be done, the next due first."""
        return self.filter(done_at=None).order_by("due_on", "pk")

    def done_since(self, moment: datetime) -> PreventionActionQuerySet:
        """Done after `moment`, the newest first."""
        return self.filter(done_at__gt=moment).order_by("-done_at", "-pk")


class PreventionAction(models.Model):
    """What somebody changes by a day, so that a miss does not come again; open once more when it does."""

    recovery = models.OneToOneField(Recovery, models.PROTECT, related_name="action")
    words = models.CharField(max_length=300)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="preventions")
    due_on = models.DateField()
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False, related_name="+")
    reopened_at = models.DateTimeField(null=True, help_text="the last time")
    reopened_from = models.ForeignKey(
        Recovery, models.PROTECT, null=True, related_name="reopened", help_text="the miss with the same cause"
    )

    objects = PreventionActionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="prevention_done_by_somebody",
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
            ),
            models.CheckConstraint(
                name="prevention_reopened_from_a_miss",
                condition=Q(reopened_at__isnull=True, reopened_from__isnull=True)
                | Q(reopened_at__isnull=False, reopened_from__isnull=False),
            ),
        ]
        indexes = [models.Index(name="prevention_open", fields=["due_on"], condition=Q(done_at__isnull=True))]

    def __str__(self) -> str:
        return f"prevention after {self.recovery_id}"
