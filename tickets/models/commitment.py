"""What we owe a customer by a time, and how it ended."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from people.models import Team
from standards.models import CalendarVersion, StandardVersion
from standards.terms import PAUSING, Clock, Kind
from tickets.models.commitment_rules import CONSTRAINTS
from tickets.models.ticket import Ticket

if TYPE_CHECKING:
    from people.models import User


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    def visible_to(self, user: User) -> CommitmentQuerySet:
        """What is owed on the tickets of the user's teams, and what colleagues have asked of those teams."""
        if user.is_manager:
            return self
        teams = Team.objects.visible_to(user).values("pk")
        return self.filter(Q(ticket__team__in=teams) | Q(asked_of__in=teams))

    def internal(self) -> CommitmentQuerySet:
        """Between colleagues: no customer ever reads a word of it."""
        return self.filter(source=Commitment.Source.INTERNAL)

    def to_the_customer(self) -> CommitmentQuerySet:
        """All but what is between colleagues."""
        return self.exclude(source=Commitment.Source.INTERNAL)

    def open(self) -> CommitmentQuerySet:
        """Still owed: running, paused or not yet started."""
        return self.exclude(state=Commitment.State.ENDED)

    def of(self, ticket: Ticket) -> CommitmentQuerySet:
        """All that belongs to `ticket`: also what had ended on others before they were merged into it."""
        return self.filter(ticket__in=Ticket.objects.filter(Q(pk=ticket.pk) | Q(merged_into=ticket)))

    def running(self) -> CommitmentQuerySet:
        """Owed by a time that is coming nearer."""
        return self.filter(state=Commitment.State.RUNNING)

    def overdue(self, now: datetime) -> CommitmentQuerySet:
        """Running and past their time; not what was tried in its slot and may still be kept by a second try."""
        tried = Q(second_try_by__isnull=False, second_try_by__gte=now)
        return self.running().filter(~tried, due_at__lt=now)

    def standing_still(self) -> CommitmentQuerySet:
        """Owed, but no clock runs: paused, or waiting for its condition."""
        return self.filter(state__in=[Commitment.State.PAUSED, Commitment.State.CONDITIONAL])

    def needing_attention(self, now: datetime) -> CommitmentQuerySet:
        """Running commitments that are due soon or overdue, the most pressing first.

        One range scan over a partial index: the moment of warning was worked out when the
        commitment was made, so nothing is calculated here.
        """
        return self.running().filter(warn_at__lte=now).order_by("due_at", "pk")


class Commitment(models.Model):
    """One obligation to do one kind of thing by a time.

    What a person told is never edited: another time is another row that `replaces` this one.
    Whether it is due soon, overdue or missed is not stored: it follows from the timestamps.
    """

    class Source(models.TextChoices):
        STANDARD = "standard", _("Standard")
        PROMISE = "promise", _("Promise")
        INTERNAL = "internal", _("Internal")

    class State(models.TextChoices):
        RUNNING = "running"
        PAUSED = "paused"
        CONDITIONAL = "conditional"
        ENDED = "ended"

    class Outcome(models.TextChoices):
        KEPT = "kept", _("Kept")
        KEPT_LATE = "kept_late", _("Kept late")
        NOT_DONE = "not_done", _("Not done")
        MOVED = "moved", _("Moved")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        MERGED = "merged", _("Merged")

    # Missed and ended; what is overdue is missed as well.
    MISSED = (Outcome.KEPT_LATE, Outcome.NOT_DONE)

    class FollowsWhy(models.TextChoices):
        REOPENED = "reopened"
        AFTER_A_MISS = "after_a_miss"
        NOT_REACHED = "not_reached"
        SPLIT = "split"
        OBJECTED = "objected"

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="commitments")
    kind = models.CharField(max_length=20, choices=Kind)
    source = models.CharField(max_length=10, choices=Source)
    standard_version = models.ForeignKey(StandardVersion, models.PROTECT, null=True, related_name="commitments")
    calendar_version = models.ForeignKey(CalendarVersion, models.PROTECT, related_name="commitments")
    clock = models.CharField(max_length=20, choices=Clock)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="promises")
    accountable = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="answers_for")
    accountable_at_due = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_of = models.ForeignKey(
        Team, models.PROTECT, null=True, related_name="asked",
        help_text="the team that does what is asked: its hours count, its lead answers where nobody else does",
    )  # fmt: skip
    serves = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="served_by", help_text="what a customer waits for meanwhile"
    )
    key = models.UUIDField(null=True, unique=True, help_text="of the form it came from: a double click asks once")
    promised_text = models.CharField(max_length=300, blank=True)
    may_get_in_the_way = models.CharField(max_length=200, blank=True)
    condition = models.CharField(max_length=200, blank=True)
    window_minutes = models.PositiveIntegerField(null=True)
    window_days = models.PositiveIntegerField(null=True)
    unmet_until = models.DateTimeField(
        null=True, help_text="up to this message of the customer's a person has found the condition not met"
    )
    slot_starts_at = models.DateTimeField(
        null=True, help_text="of a call: not before that; it is due at the slot's end"
    )
    second_try_by = models.DateTimeField(
        null=True, help_text="of a call tried inside its slot: up to then it may still turn out to be kept"
    )

    made_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    first_due_at = models.DateTimeField(null=True, help_text="as first told; never changes, also along moves")
    unpaused_due_at = models.DateTimeField(null=True, help_text="due if nothing had been paused")
    counted_due_at = models.DateTimeField(null=True, help_text="the first due, shifted by pauses; results count by it")
    warn_at = models.DateTimeField(null=True)
    last_call_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=12, choices=State)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    follows = models.ForeignKey("self", models.PROTECT, null=True, related_name="followed_by")
    follows_why = models.CharField(max_length=20, choices=FollowsWhy, blank=True)
    voided_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        constraints = CONSTRAINTS
        indexes = [
            # CommitmentQuerySet.needing_attention
            models.Index(name="commitment_running_by_warning", fields=["warn_at"], condition=Q(state="running")),
            models.Index(name="commitment_running_by_due", fields=["due_at", "id"], condition=Q(state="running")),
            models.Index(name="commitment_running_of", fields=["accountable", "due_at"], condition=Q(state="running")),
            models.Index(
                name="commitment_standing_still_of",
                fields=["accountable", "id"],
                condition=Q(state__in=["paused", "conditional"]),
            ),
            # TicketQuerySet.readable_by
            models.Index(
                name="commitment_asked_of_team", fields=["asked_of", "ticket"], condition=Q(source="internal")
            ),
            # What was missed, and what may be: compliance.cases
            models.Index(
                name="commitment_missed",
                fields=["counted_due_at"],
                condition=(Q(outcome__in=["kept_late", "not_done"]) | Q(state="running")) & Q(voided_at__isnull=True),
            ),
            models.Index(
                name="commitment_counted",
                fields=["counted_due_at"],
                condition=~Q(outcome="moved") & Q(voided_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} on {self.ticket_id}"

    @property
    def about(self) -> str:
        """How this promise is named towards `mail`."""
        return f"commitment:{self.pk}"

    @property
    def is_internal(self) -> bool:
        """Whether it is between colleagues."""
        return self.source == self.Source.INTERNAL

    @property
    def title(self) -> str:
        """What it is, for staff: its kind; of something between colleagues, who asked for it."""
        if self.is_internal and self.made_by:
            return gettext("Asked by %(name)s") % {"name": self.made_by.name}
        return self.get_kind_display()

    @property
    def lead(self) -> User:
        """Who answers for it where nobody else does: the lead of the team that was asked, or of the ticket's."""
        return (self.asked_of or self.ticket.team).lead

    @property
    def can_pause(self) -> bool:
        """Whether its clock stops while we wait for the customer."""
        return self.kind in PAUSING and self.clock != Clock.FIXED

    def is_overdue(self, now: datetime) -> bool:
        """Whether its time has passed and it is still owed, also where a second try may yet keep it.

        Exactly at due it is not. What is shown and counted as overdue is what `stage` says.
        """
        return self.state == self.State.RUNNING and self.due_at is not None and now > self.due_at

    def may_be_tried_again(self, now: datetime) -> bool:
        """Whether its slot is over, and a call tried in it may still turn out to be kept, so nobody calls it missed."""
        return bool(self.due_at and self.second_try_by and self.due_at < now <= self.second_try_by)

    def stage(self, now: datetime) -> str:
        """What staff see: the outcome, or on_track · due_soon · last_call · overdue · paused · conditional."""
        if self.state == self.State.ENDED:
            return self.outcome
        if self.state != self.State.RUNNING or not (self.due_at and self.warn_at and self.last_call_at):
            return self.state
        if now > self.due_at and not self.may_be_tried_again(now):
            return "overdue"
        if now >= self.last_call_at:
            return "last_call"
        return "due_soon" if now >= self.warn_at else "on_track"
