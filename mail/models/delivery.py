"""The outbox: one row for each mail that shall leave, and one for each try."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mail.models.mailbox import Mailbox


class Purpose(models.TextChoices):
    """Why a mail is sent; decides how often it may be tried and how it looks."""

    REPLY = "reply", pgettext_lazy("a message", "Reply")
    ACKNOWLEDGEMENT = "acknowledgement", _("Acknowledgement")
    SETTLED_QUESTION = "settled_question", _("Question: is it settled?")
    CHECK_IN = "check_in", _("Check-in: still working as it should?")
    THANK_YOU = "thank_you", _("Thank-you")
    SILENCE = "silence", _("Reminder of our question")
    STAFF_WARNING = "staff_warning", _("Warning to staff")
    NEW_LINK = "new_link", _("New link")
    TOO_LARGE = "too_large", _("Mail too large to be read")
    SIGN_IN = "sign_in", _("Sign-in mail")
    CHECK = "check", _("Test mail")
    SETTINGS_CHANGED = "settings_changed", _("Notice of changed settings")


# Staff answer these in the product; a reply by mail would come in as if from a customer.
TO_STAFF = {Purpose.STAFF_WARNING, Purpose.SIGN_IN, Purpose.CHECK, Purpose.SETTINGS_CHANGED}
# What is not strictly about the customer's open request: they may stop it with one press.
REFUSABLE = {Purpose.SETTLED_QUESTION, Purpose.CHECK_IN, Purpose.THANK_YOU}


# Needs a person, until one has looked.
IN_TROUBLE = Q(put_away_at__isnull=True) & (
    Q(state__in=["unknown", "failed"]) | Q(state="expired", automatic=False) | Q(bounced_at__isnull=False)
)  # fmt: skip


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, now: datetime) -> DeliveryQuerySet:
        """What a sender has to look at: due to leave, or left by one who died. A paused mailbox has nothing due."""
        in_hand = [Delivery.State.QUEUED, Delivery.State.CLAIMED, Delivery.State.SENDING]
        return self.filter(state__in=in_hand, next_at__lte=now).exclude(mailbox__sending_paused_why__gt="")

    def too_late(self, now: datetime) -> DeliveryQuerySet:
        """What still waits, but would come too late."""
        return self.filter(state__in=[Delivery.State.QUEUED, Delivery.State.CLAIMED], expires_at__lte=now)

    def not_simply_sent(self, since: datetime) -> DeliveryQuerySet:
        """What is in trouble, what waits, and what was cancelled or came too late after `since`: each by an index."""
        waiting = Q(state__in=["queued", "claimed", "sending"])
        untrue = Q(state__in=["cancelled", "expired"], ended_at__gt=since)
        return self.filter(IN_TROUBLE | waiting | untrue)

    def in_trouble(self) -> DeliveryQuerySet:
        """What needs a person: not known to have arrived, failed, came back, or a person's mail that came too late.

        Not what somebody has looked at and put away. An automatic mail that came too late is simply untrue.
        """
        return self.filter(IN_TROUBLE)


class Delivery(models.Model):
    """One outgoing mail. The row is the truth; the queue only hurries it along.

    `queued → claimed → sending → sent · failed · unknown · cancelled · expired`
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Planned")
        CLAIMED = "claimed", _("About to leave")
        SENDING = "sending", _("Leaving now")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        UNKNOWN = "unknown", _("Not known whether it arrived")
        CANCELLED = "cancelled", _("Cancelled")
        EXPIRED = "expired", _("Too late to send")

    # Nobody was told anything by one of these.
    DID_NOT_LEAVE = (State.FAILED, State.CANCELLED, State.EXPIRED)
    # No further step follows by itself from one of these.
    ENDED = (State.SENT, *DID_NOT_LEAVE)

    class StopOn(models.TextChoices):
        """Events that make a mail untrue while it waits."""

        CUSTOMER_WROTE = "customer_wrote", _("The customer has written since.")
        PERSON_WROTE = "person_wrote", _("Somebody has written to the customer since.")
        STATE_CHANGED = "state_changed", _("The ticket's state has changed since.")
        PROMISE_CHANGED = "promise_changed", _("What it says is promised has changed since.")

    key = models.CharField(max_length=120, unique=True, help_text="business key: the same mail is never made twice")
    purpose = models.CharField(max_length=40, choices=Purpose)
    about = models.CharField(max_length=80, blank=True, help_text='opaque, like "ticket:1042"')
    also_about = ArrayField(models.CharField(max_length=80), default=list, blank=True, help_text="what else is in it")
    mailbox = models.ForeignKey(Mailbox, models.PROTECT, null=True, related_name="deliveries")
    sender_name = models.CharField(max_length=200, blank=True, help_text="in From; empty: the organisation's name")
    recipient = models.EmailField()
    recipient_name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=10, default="en")
    subject = models.CharField(max_length=250)
    body = models.TextField(help_text="plain text; links stand as placeholders until an attempt is built")
    in_reply_to = models.CharField(max_length=250, blank=True)
    references = models.TextField(blank=True, help_text="ids of the conversation, the newest last")
    automatic = models.BooleanField(default=False)
    files_as_links = models.BooleanField(
        default=False, help_text="Its files are too large for a mail: it says where they are."
    )
    at_least_once = models.BooleanField(default=True, help_text="An unknown attempt is repeated once, same Message-ID.")
    anyway = models.BooleanField(default=False, help_text="A person sends it although mail to this address came back.")

    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    made_at = models.DateTimeField()
    next_at = models.DateTimeField(help_text="due, end of back-off, or end of the lease")
    lease = models.UUIDField(null=True)
    attempts_made = models.PositiveIntegerField(default=0)
    message_id = models.CharField(max_length=250, unique=True)
    stop_on = ArrayField(models.CharField(max_length=20, choices=StopOn), default=list, blank=True)
    expires_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True, help_text="when it was accepted, failed, cancelled or expired")
    bounced_at = models.DateTimeField(null=True, help_text="when we heard that it came back, after it was accepted")
    put_away_at = models.DateTimeField(null=True, help_text="when a person looked at one that failed and left it")
    put_away_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=400, blank=True, help_text="why it ended, or why it still waits")

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="delivery_ended_has_its_moment",
                condition=Q(state__in=["sent", "failed", "cancelled", "expired"], ended_at__isnull=False)
                | Q(state__in=["queued", "claimed", "sending", "unknown"], ended_at__isnull=True),
            ),
            models.CheckConstraint(
                name="delivery_in_hand_has_a_lease",
                condition=~Q(state__in=["claimed", "sending"]) | Q(lease__isnull=False),
            ),
            models.CheckConstraint(
                name="delivery_put_away_by_somebody",
                condition=Q(put_away_at__isnull=True, put_away_by__isnull=True)
                | Q(put_away_at__isnull=False, put_away_by__isnull=False)
                & (Q(state__in=["failed", "expired"]) | Q(bounced_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="delivery_that_came_back_was_sent", condition=Q(bounced_at__isnull=True) | Q(state="sent")
            ),
        ]
        indexes = [
            models.Index(
                name="delivery_due", fields=["next_at"], condition=Q(state__in=["queued", "claimed", "sending"])
            ),
            models.Index(
                name="delivery_expiring",
                fields=["expires_at"],
                condition=Q(state__in=["queued", "claimed"], expires_at__isnull=False),
            ),
            models.Index(name="delivery_in_trouble", fields=["id"], condition=IN_TROUBLE),
            models.Index(name="delivery_untrue", fields=["ended_at"], condition=Q(state__in=["cancelled", "expired"])),
            models.Index(name="delivery_about", fields=["about"], condition=Q(state__in=["queued", "claimed"])),
            GinIndex(
                name="delivery_also_about",
                fields=["also_about"],
                condition=Q(state__in=["queued", "claimed"]) & ~Q(also_about=[]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.state})"


class Attempt(models.Model):
    """One try to send a delivery, and what the other server said."""

    class Outcome(models.TextChoices):
        STARTED = "started", _("Begun")
        SENT = "sent", _("Accepted")
        RETRY = "retry", _("Not now")
        REFUSED = "refused", _("Refused")
        OUR_FAULT = "our_fault", _("Our settings were refused")
        UNKNOWN = "unknown", _("Not known whether it arrived")

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="attempts")
    number = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.STARTED)
    reply = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(name="attempt_has_one_number", fields=["delivery", "number"])]

    def __str__(self) -> str:
        return f"{self.delivery} try {self.number}: {self.outcome}"
