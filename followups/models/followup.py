"""Getting back to the customer unasked: what is planned, and what became of it."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mail.models import Delivery
from people.models import Customer
from people.terms import Channel
from tickets.models import Ticket


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def due(self, now: datetime) -> FollowUpQuerySet:
        """Planned ones whose moment has come, oldest first."""
        return self.filter(state=FollowUp.State.SCHEDULED, due_at__lte=now).order_by("due_at", "pk")

    def to_finish(self) -> FollowUpQuerySet:
        """Handed over to the outbox, and their mail has come to an end."""
        ended = [*Delivery.ENDED, Delivery.State.UNKNOWN]
        return self.filter(state=FollowUp.State.HANDED_OVER, delivery__state__in=ended).order_by("pk")


class FollowUp(models.Model):
    """One step of a follow-up about one ticket or customer. Making its mail hands it over to the outbox."""

    class Step(models.TextChoices):
        SETTLED_QUESTION = "settled_question", _("Question: is it settled?")

    class State(models.TextChoices):
        SCHEDULED = "scheduled", _("Planned")
        DRAFTED = "drafted", _("Draft")
        HANDED_OVER = "handed_over", _("Leaving")
        DONE = "done", _("Done")
        SKIPPED = "skipped", _("Skipped")
        FAILED = "failed", _("Failed")

    ticket = models.ForeignKey(Ticket, models.PROTECT, null=True, related_name="followups")
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="followups")
    step = models.CharField(max_length=40, choices=Step)
    cycle = models.PositiveIntegerField(default=1, help_text="counts up when the ticket is reopened and resolved again")
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.MAIL)
    due_at = models.DateTimeField()
    delivery = models.OneToOneField(Delivery, models.PROTECT, null=True, related_name="followup")
    state = models.CharField(max_length=12, choices=State, default=State.SCHEDULED)
    reason = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="followup_is_about_a_ticket_or_a_customer",
                condition=Q(ticket__isnull=False, customer__isnull=True)
                | Q(ticket__isnull=True, customer__isnull=False),
            ),
            models.CheckConstraint(
                name="followup_skipped_says_why",
                condition=~Q(state__in=["skipped", "failed"]) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="followup_ended_has_its_moment",
                condition=Q(state__in=["done", "skipped", "failed"], ended_at__isnull=False)
                | Q(state__in=["scheduled", "drafted", "handed_over"], ended_at__isnull=True),
            ),
            models.UniqueConstraint(
                name="followup_once_a_cycle",
                fields=["ticket", "customer", "step", "cycle"],
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index(name="followup_due", fields=["due_at"], condition=Q(state="scheduled")),
            models.Index(name="followup_handed_over", fields=["id"], condition=Q(state="handed_over")),
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()} for {self.ticket_id or self.customer_id}"
