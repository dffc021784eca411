"""That somebody was asked to answer for a commitment, and what they said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets.models.commitment import Commitment

if TYPE_CHECKING:
    from people.models import User


class HandOverQuerySet(models.QuerySet["HandOver"]):
    def visible_to(self, user: User) -> HandOverQuerySet:
        """Those about commitments that `user` may see."""
        return self if user.is_manager else self.filter(commitment__in=Commitment.objects.visible_to(user))

    def unanswered(self) -> HandOverQuerySet:
        """Those to which nobody has said anything, also where the commitment has ended meanwhile."""
        return self.filter(answered_at=None)

    def waiting(self) -> HandOverQuerySet:
        """Those that wait for an answer: what is asked for is still owed."""
        return self.unanswered().exclude(commitment__state=Commitment.State.ENDED)


class HandOver(models.Model):
    """One question: do you take it? Until the answer is yes, whoever answers for the commitment goes on to."""

    class Answer(models.TextChoices):
        TAKEN = "taken", _("Taken")
        DECLINED = "declined", _("Declined")
        OVERTAKEN = "overtaken", _("Somebody else has it, or was asked")
        CALLED_OFF = "called_off", _("Called off")

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="hand_overs")
    asked_of = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="asked_to_take")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    reason = models.CharField(max_length=200, blank=True, help_text="why it was declined, for colleagues")

    objects = HandOverQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="hand_over_asks_one_person_at_a_time", fields=["commitment"], condition=Q(answered_at__isnull=True)
            ),
            models.CheckConstraint(
                name="hand_over_answered_has_moment_and_answer",
                condition=Q(answered_at__isnull=True, answer="") | Q(answered_at__isnull=False) & ~Q(answer=""),
            ),
            models.CheckConstraint(
                name="hand_over_declined_for_a_reason", condition=~Q(answer="declined") | ~Q(reason="")
            ),
        ]
        indexes = [
            models.Index(name="hand_over_unanswered", fields=["asked_of"], condition=Q(answered_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id} asked of {self.asked_of_id}"
