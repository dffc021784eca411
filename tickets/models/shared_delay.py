"""One cause that makes many promises late, and who of the customers has been told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language

from mail.models import Delivery
from tickets.models.commitment import Commitment
from tickets.models.message import Message
from tickets.models.ticket import Ticket

if TYPE_CHECKING:
    from datetime import datetime

    from people.models import User


class SharedDelayQuerySet(models.QuerySet["SharedDelay"]):
    def visible_to(self, user: User) -> SharedDelayQuerySet:
        """Those that concern tickets `user` may see."""
        return self.filter(pk__in=DelayNotice.objects.visible_to(user).values("delay"))


class SharedDelay(models.Model):
    """What happened, in words that customers read, and by when it will be done instead."""

    reasons = models.JSONField(help_text="by language, in words that customers read")
    due_at = models.DateTimeField(help_text="the new time, as it is proposed for each")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()

    objects = SharedDelayQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        # DelayNoticeQuerySet.to_tell
        indexes = [models.Index(name="shared_delay_by_its_new_time", fields=["due_at"])]

    def __str__(self) -> str:
        return self.reason_in(get_language() or "") or next(iter(self.reasons.values()), "")

    def reason_in(self, language: str) -> str:
        """The words for customers who read `language`; empty where nobody has written them."""
        return self.reasons.get(language, "")


class DelayNoticeQuerySet(models.QuerySet["DelayNotice"]):
    def visible_to(self, user: User) -> DelayNoticeQuerySet:
        """Those about tickets that `user` may see."""
        return self.filter(commitment__ticket__in=Ticket.objects.visible_to(user))

    def untold(self) -> DelayNoticeQuerySet:
        """Those whose customer no message has told, nor is about to."""
        return self.filter(Q(message=None) | Q(message__delivery__state__in=Delivery.DID_NOT_LEAVE))

    def told(self) -> DelayNoticeQuerySet:
        """Those whose customer knows: called, or their mail was accepted."""
        return self.filter(
            Q(message__delivery=None) | Q(message__delivery__state=Delivery.State.SENT), message__isnull=False
        )

    def on_their_way(self) -> DelayNoticeQuerySet:
        """Those whose mail has yet to be accepted: it tells nobody before."""
        return self.filter(message__delivery__isnull=False).exclude(message__delivery__state__in=Delivery.ENDED)

    def to_tell(self, now: datetime) -> DelayNoticeQuerySet:
        """Those that can still be told in time, of delays whose new time has not passed."""
        running = Q(commitment__state=Commitment.State.RUNNING, commitment__due_at__gte=now)
        return self.untold().filter(running, delay__due_at__gt=now)

    def concerning(self, user: User) -> DelayNoticeQuerySet:
        """Those that `user` answers for, or has opened the delay of, as far as they may see them."""
        theirs = Q(commitment__accountable=user) | Q(delay__opened_by=user)
        return self.visible_to(user).filter(theirs)


class DelayNotice(models.Model):
    """That the customer of one promise has to be told; each by itself, and each moves its own promise."""

    delay = models.ForeignKey(SharedDelay, models.PROTECT, related_name="notices")
    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="delay_notices")
    message = models.OneToOneField(Message, models.PROTECT, null=True, related_name="delay_notice")

    objects = DelayNoticeQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(name="delay_notice_once", fields=["delay", "commitment"])]

    def __str__(self) -> str:
        return f"notice about {self.commitment_id}"

    @property
    def is_told(self) -> bool:
        """Whether the customer knows, or will in a moment: a mail that did not leave told nobody."""
        mail = self.message.delivery if self.message else None
        return self.message is not None and (mail is None or mail.state not in Delivery.DID_NOT_LEAVE)

    @property
    def is_on_its_way(self) -> bool:
        """Whether its mail has yet to be accepted."""
        mail = self.message.delivery if self.message else None
        return self.is_told and mail is not None and mail.state != Delivery.State.SENT

    def is_to_tell(self, now: datetime) -> bool:
        """Whether its customer still has to be told."""
        row = self.commitment
        return not self.is_told and row.state == Commitment.State.RUNNING and not row.is_overdue(now)
