from __future__ import annotations

import secrets

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.db import models
from django.db.models import Exists, Q, Window
from django.db.models.functions import Lower, RowNumber

from mail.models.mailbox import Mailbox
from people.models import Organisation, Team, User

# Where mails lie that are too large for a row.
FOLDER = "mail"


def _stored_under(row: models.Model, name: str) -> str:
    """A place nobody can guess."""
    secret = secrets.token_hex(32)
    return f"{FOLDER}/{secret[:2]}/{secret}"


class InboundMailQuerySet(models.QuerySet["InboundMail"]):
    def to_file(self) -> InboundMailQuerySet:
        """What nobody has tried to understand yet, the oldest first."""
        return self.filter(state=InboundMail.State.STORED).order_by("id")

    def by_turns(self) -> InboundMailQuerySet:
        """One of each mailbox after the other, so that none waits for the flood of another."""
        turn = Window(RowNumber(), partition_by="mailbox", order_by="id")
        return self.annotate(turn=turn).order_by("turn", "id")

    def parked(self) -> InboundMailQuerySet:
        """What opened nothing and joined nothing."""
        return self.filter(state=InboundMail.State.PARKED)

    def to_look_at(self) -> InboundMailQuerySet:
        """Parked, and nobody has put it away yet."""
        return self.parked().filter(put_away_at=None)

    def held_back(self) -> InboundMailQuerySet:
        """Parked because of how many its sender had sent."""
        return self.parked().filter(held_back=True)

    def at(self, mailbox: Mailbox, uidvalidity: int) -> InboundMailQuerySet:
        """What was fetched from one folder of a server, as long as its numbers mean the same mails."""
        return self.filter(mailbox=mailbox, uidvalidity=uidvalidity)

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
        # Beside a ticket, until a person has decided.
        UNVERIFIED = "unverified"
        PARKED = "parked"
        DUPLICATE = "duplicate"
        # A test mail of our own that came back.
        CHECKED = "checked"
        # It told what became of a mail of ours; `report` says what.
        NOTED = "noted"

    class From(models.TextChoices):
        """What our receiving server found out about the address in From; nothing where none is named."""

        VERIFIED = "verified"
        NOT_VERIFIED = "not_verified"
        FORGED = "forged"

    mailbox = models.ForeignKey(Mailbox, models.PROTECT, null=True, related_name="inbound")
    uidvalidity = models.BigIntegerField(null=True)
    uid = models.BigIntegerField(null=True)
    event = models.CharField(max_length=200, blank=True, help_text="What a sender over HTTP calls this delivery of it.")
    raw = models.BinaryField()
    sha256 = models.BinaryField(max_length=32)
    whole = models.FileField(
        upload_to=_stored_under, max_length=120, blank=True, help_text="Of one too large for its row: all of it."
    )
    is_whole = models.BooleanField(
        default=True, help_text="False: too large or not to be had; the rest lies elsewhere."
    )
    fingerprint = models.BinaryField(
        max_length=32, null=True, help_text="The same for a mail whichever way it came; known once it was looked at."
    )
    state = models.CharField(max_length=10, choices=State, default=State.STORED)
    message_id = models.CharField(
        max_length=250, blank=True, help_text="What its sender calls it, so that our answer stands below it; no key."
    )
    why_parked = models.TextField(blank=True)
    sender = models.CharField(max_length=254, blank=True, help_text="What it says of itself.")
    from_is = models.CharField(max_length=20, choices=From, blank=True)
    subject = models.CharField(max_length=250, blank=True, help_text="Of a parked one: what it says of itself.")
    copy_of = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="copies", help_text="Of a duplicate: what had come already."
    )
    held_back = models.BooleanField(default=False, help_text="Parked because its sender had sent too many.")
    let_through_at = models.DateTimeField(null=True, help_text="when a person let one go on that was held back")
    let_through_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
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
            models.UniqueConstraint(
                name="inbound_mail_taken_once_per_event",
                fields=["mailbox", "event"],
                condition=~Q(event=""),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="inbound_mail_duplicate_of_another",
                condition=Q(state="duplicate", copy_of__isnull=False)
                | (~Q(state="duplicate") & Q(copy_of__isnull=True)),
            ),
            models.CheckConstraint(
                name="inbound_mail_let_through_by_somebody",
                condition=Q(let_through_at__isnull=True, let_through_by__isnull=True)
                | Q(let_through_at__isnull=False, let_through_by__isnull=False),
            ),
            models.CheckConstraint(
                name="inbound_mail_put_away_by_somebody",
                condition=Q(put_away_at__isnull=True, put_away_by__isnull=True)
                | Q(put_away_at__isnull=False, put_away_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="inbound_mail_to_file", fields=["id"], condition=Q(state="stored")),
            models.Index(name="inbound_mail_by_message_id", fields=["message_id"], condition=Q(state="filed")),
            models.Index(name="inbound_mail_parked", fields=["-received_at", "-id"], condition=Q(state="parked")),
            models.Index(
                name="inbound_mail_to_look_at",
                fields=["-received_at", "-id"],
                condition=Q(state="parked", put_away_at__isnull=True),
            ),
            models.Index(
                name="inbound_mail_held_back",
                fields=["sender", "-received_at"],
                condition=Q(state="parked", held_back=True, put_away_at__isnull=True),
            ),
            models.Index(
                name="inbound_mail_came_before", fields=["fingerprint"], condition=Q(fingerprint__isnull=False)
            ),
            models.Index(Lower("sender"), "received_at", name="inbound_mail_by_sender", condition=Q(state="filed")),
            models.Index(name="inbound_mail_duplicate", fields=["-id"], condition=Q(state="duplicate")),
        ]

    def __str__(self) -> str:
        return f"inbound {self.pk} ({self.state})"

    def original(self) -> File:
        """The mail byte for byte, as a file to read from."""
        return self.whole.open() if self.whole else ContentFile(bytes(self.raw))
