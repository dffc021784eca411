"""That a request was declined: what the customer was told, and what they were offered instead."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from mail.models import Delivery
from people.models import User
from tickets.models import Message, Ticket


class DeclineQuerySet(models.QuerySet["Decline"]):
    def visible_to(self, user: User) -> DeclineQuerySet:
        """Those about tickets that `user` may see."""
        return self if user.is_manager else self.filter(ticket__in=Ticket.objects.visible_to(user))

    def told(self) -> DeclineQuerySet:
        """Those that were not taken back before they left."""
        return self.exclude(message__delivery__state=Delivery.State.CANCELLED)


class Decline(models.Model):
    """One no, in the message that told it."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="declines")
    message = models.OneToOneField(Message, models.PROTECT, related_name="decline")
    reason = models.CharField(max_length=400)
    alternatives = models.JSONField(default=list, help_text="of each: its words, and by when")
    none_because = models.CharField(max_length=400, blank=True, help_text="why there is no other way")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="+")
    at = models.DateTimeField()

    objects = DeclineQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(name="decline_newest_first", fields=["-at", "-id"])]
        constraints = [
            models.CheckConstraint(name="decline_says_why", condition=~Q(reason="")),
            models.CheckConstraint(
                name="decline_offers_another_way_or_says_why_not",
                condition=Q(alternatives=[]) & ~Q(none_because="") | ~Q(alternatives=[]) & Q(none_because=""),
            ),
        ]

    def __str__(self) -> str:
        return f"no on {self.ticket_id}"

    @property
    def offered(self) -> list[tuple[str, datetime]]:
        """Each other way in words, and by when."""
        return [(one["words"], datetime.fromisoformat(one["by"])) for one in self.alternatives]
