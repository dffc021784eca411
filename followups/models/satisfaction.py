"""Is it settled, and how did we handle it: asked apart, answered once or changed."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from followups.models.followup import FollowUp
from mail.models import Delivery
from people.models import User
from tickets.models import Ticket


class SatisfactionRequestQuerySet(models.QuerySet["SatisfactionRequest"]):
    def visible_to(self, user: User) -> SatisfactionRequestQuerySet:
        """Those about tickets that `user` may see."""
        return self if user.is_manager else self.filter(ticket__in=Ticket.objects.visible_to(user))

    def left_or_leaving(self) -> SatisfactionRequestQuerySet:
        """Those whose mail was not taken back and did not come too late: by the others nobody was asked.

        Unless they have answered all the same, on their page.
        """
        answered = Exists(SatisfactionAnswer.objects.filter(request=OuterRef("pk")))
        never_left = Q(followup__delivery__state__in=[Delivery.State.CANCELLED, Delivery.State.EXPIRED])
        return self.filter(~never_left | answered)


class SatisfactionRequest(models.Model):
    """That we asked a customer about one resolved ticket."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="satisfaction_requests")
    followup = models.OneToOneField(FollowUp, models.PROTECT, related_name="satisfaction_request")
    asks_rating = models.BooleanField(
        default=True, help_text="A customer is asked for a rating once in thirty days at most."
    )
    made_at = models.DateTimeField()

    objects = SatisfactionRequestQuerySet.as_manager()

    class Meta:
        # compliance.ratings: what was asked in a period
        indexes = [models.Index(name="satisfaction_asked", fields=["made_at"])]

    def __str__(self) -> str:
        return f"question about {self.ticket_id}"

    @property
    def about(self) -> str:
        """How this question is named towards `mail`."""
        return f"satisfaction:{self.pk}"


class SatisfactionAnswerQuerySet(models.QuerySet["SatisfactionAnswer"]):
    def visible_to(self, user: User) -> SatisfactionAnswerQuerySet:
        """Those about tickets that `user` may see."""
        return self if user.is_manager else self.filter(request__ticket__in=Ticket.objects.visible_to(user))

    def last_about(self, ticket: Ticket) -> SatisfactionAnswer | None:
        """The one that counts of all that the customer has answered about `ticket`; None before the first."""
        return self.filter(request__ticket=ticket).order_by("at", "pk").last()

    def unread(self) -> SatisfactionAnswerQuerySet:
        """Those that no person has said to have read."""
        return self.filter(read_at=None)

    def concerning(self, user: User) -> SatisfactionAnswerQuerySet:
        """Those about tickets of teams that `user` leads, or that are theirs."""
        return self.filter(Q(request__ticket__team__lead=user) | Q(request__ticket__owner=user))


class SatisfactionAnswer(models.Model):
    """One answer; a later one replaces it, and all are kept. Each is read by a person, who says so."""

    class Outcome(models.TextChoices):
        YES = "yes", _("Yes, settled")
        NOT_QUITE = "not_quite", _("Not quite")
        NO = "no", _("No")

    request = models.ForeignKey(SatisfactionRequest, models.PROTECT, related_name="answers")
    outcome = models.CharField(max_length=10, choices=Outcome)
    handling = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    comment = models.TextField(blank=True)
    may_call = models.BooleanField(default=False)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    read_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False, related_name="+")

    objects = SatisfactionAnswerQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [
            models.Index(name="satisfaction_unread", fields=["at", "id"], condition=Q(read_at__isnull=True)),
            models.Index(name="satisfaction_newest_first", fields=["-at", "-id"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="satisfaction_read_by_somebody",
                condition=Q(read_at__isnull=True, read_by__isnull=True)
                | Q(read_at__isnull=False, read_by__isnull=False),
            ),
            models.CheckConstraint(
                name="satisfaction_handling_is_one_to_five",
                condition=Q(handling__isnull=True) | Q(handling__range=(1, 5)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} to {self.request_id}"
