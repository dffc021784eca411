from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Exists, Q

from mail.models.mailbox import Mailbox
from people.models import Organisation, Team, User


class InboundMailQuerySet(models.QuerySet["InboundMail"]):
    def to_file(self) -> InboundMailQuerySet:
        """What nobody has tried to understand yet, the oldest first."""
        return self.filter(state=InboundMail.State.STORED).order_by("id")

    def parked(self) -> InboundMailQuerySet:
        """What opened nothing and joined nothing."""
        return self.filter(state=InboundMail.State.PARKED)

    def to_look_at(self) -> InboundMailQuerySet:
        """Parked, and nobody has put it away yet."""
        return self.parked().filter(put_away_at=None)

    def visible_to(self, user: User) -> InboundMailQuerySet:
        """What `user` may see: what came for their teams, as if it had become a ticket there.

        What may quote mail that went to somebody else, sign-in links included, only administrators see.
        """
        if user.is_administrator:
            return self
        teams, plain = Team.objects.visible_to(user), self.filter(may_hold_secrets=False)
        if user.is_manager:
            return plain
        catches = Organisation.objects.filter(default_team__in=teams)
        return plain.filter(Q(mailbox__team__in=teams) | Q(Exists(catches), mailbox__team=None))


class InboundMail(models.Model):
    """A mail as it arrived, byte for byte, stored before anybody tries to understand it."""

    class State(models.TextChoices):
        STORED = "stored"
        FILED = "filed"
        PARKED = "parked"

    mailbox = models.ForeignKey(Mailbox, models.PROTECT, null=True, related_name="inbound")
    uidvalidity = models.BigIntegerField(null=True)
    uid = models.BigIntegerField(null=True)
    raw = models.BinaryField()
    sha256 = models.BinaryField(max_length=32)
    is_whole = models.BooleanField(
        default=True, help_text="False: too large or not to be had; the rest lies elsewhere."
    )
    state = models.CharField(max_length=10, choices=State, default=State.STORED)
    message_id = models.CharField(
        max_length=250, blank=True, help_text="What its sender calls it, so that our answer stands below it; no key."
    )
    why_parked = models.TextField(blank=True)
    sender = models.CharField(max_length=254, blank=True, help_text="Of a parked one: what it says of itself.")
    subject = models.CharField(max_length=250, blank=True)
    may_hold_secrets = models.BooleanField(default=False, help_text="It may quote mail of ours to somebody else.")
    put_away_at = models.DateTimeField(null=True, help_text="when a person looked at a parked one and left it at that")
    put_away_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField()

    objects = InboundMailQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="inbound_mail_fetched_once",
                fields=["mailbox", "uidvalidity", "uid"],
                condition=Q(uid__isnull=False),
            ),
            models.UniqueConstraint(
                name="inbound_mail_stored_once", fields=["mailbox", "sha256"], nulls_distinct=False
            ),
            models.CheckConstraint(
                name="inbound_mail_put_away_by_somebody",
                condition=Q(put_away_at__isnull=True, put_away_by__isnull=True)
                | Q(put_away_at__isnull=False, put_away_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="inbound_mail_to_file", fields=["id"], condition=Q(state="stored")),
            models.Index(name="inbound_mail_parked", fields=["-received_at", "-id"], condition=Q(state="parked")),
            models.Index(
                name="inbound_mail_to_look_at",
                fields=["-received_at", "-id"],
                condition=Q(state="parked", put_away_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"inbound {self.pk} ({self.state})"
