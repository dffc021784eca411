"""What was said between a customer and us, and every date that it told."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mail.building import with_named_links
from mail.models import Delivery, InboundMail
from people.terms import Channel
from standards.terms import Kind
from tickets.models.quotation import Quotes
from tickets.models.ticket import Ticket

if TYPE_CHECKING:
    from people.models import User

# Not what was cancelled: somebody wanted that, or it was no longer true.
_DID_NOT_ARRIVE = {Delivery.State.FAILED, Delivery.State.EXPIRED, Delivery.State.UNKNOWN}


class MessageQuerySet(models.QuerySet["Message"]):
    def to_settle(self) -> MessageQuerySet:
        """Messages whose mail has come to an end, so that what they do can be carried out; oldest first."""
        return self.filter(unsettled=True, delivery__state__in=Delivery.ENDED).order_by("at", "pk")

    def asking(self, now: datetime) -> MessageQuerySet:
        """Questions for whose answer we still wait at `now`; one that never reached the customer asked nobody."""
        return self.filter(asks=True, wait_until__gt=now, not_reached_at=None)

    def visible_to(self, user: User) -> MessageQuerySet:
        """What was said on the tickets that `user` may see."""
        return self.filter(ticket__in=Ticket.objects.visible_to(user))

    def on_customers_page(self, ticket: Ticket) -> MessageQuerySet:
        """What the customer reads on their page: what they said, and of ours what has left."""
        gone = [Delivery.State.CANCELLED, Delivery.State.FAILED]
        return self.filter(ticket=ticket, unsettled=False).exclude(delivery__state__in=gone)


class Message(Quotes, models.Model):
    """Something the customer wrote or said, or we did.

    What one of ours does (keep, promise, move, pause, resolve) stands on it from the click on and
    is carried out when our outgoing server has accepted it; until then it is `unsettled`.
    """

    class Direction(models.TextChoices):
        IN = "in"
        OUT = "out"

    class Result(models.TextChoices):
        """How a logged call went."""

        REACHED = "reached", _("Reached")
        NOT_REACHED = "not_reached", _("Not reached")
        MESSAGE_LEFT = "message_left", _("Message left")

    class NoNote(models.TextChoices):
        """Why nothing is written after a call."""

        NOT_WANTED = "not_wanted", _("The customer wants no note")
        NO_ADDRESS = "no_address", _("No e-mail address is known")

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="messages")
    direction = models.CharField(max_length=3, choices=Direction)
    channel = models.CharField(max_length=10, choices=Channel)
    other_address = models.CharField(
        max_length=254,
        blank=True,
        help_text="Who sent it, where staff took it in and it was not the customer's own address.",
    )
    human = models.BooleanField(default=True, help_text="A person wrote it; what a machine wrote answers nothing.")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="messages")
    body = models.TextField()
    quoted_from = models.PositiveIntegerField(
        null=True, help_text="From this character of the body on it only repeats earlier mail; empty: nowhere."
    )
    at = models.DateTimeField()
    delivery = models.OneToOneField(Delivery, models.PROTECT, null=True, related_name="message")
    inbound = models.OneToOneField(
        InboundMail, models.PROTECT, null=True, related_name="message", help_text="The mail it came as; filed once."
    )
    result = models.CharField(max_length=20, choices=Result, blank=True)
    asks = models.BooleanField(default=False, help_text="It asks the customer something we wait for.")
    wait_until = models.DateTimeField(null=True)
    resolves = models.BooleanField(default=False)
    decides = models.BooleanField(default=False, help_text="It tells the decision that was owed.")
    withdraws = models.ManyToManyField(
        "tickets.Commitment", related_name="withdrawn_by", help_text="It tells that these are no longer owed."
    )
    only_a_receipt = models.BooleanField(default=False, help_text="It answers nothing and fulfils nothing.")
    nothing_more_because = models.CharField(max_length=200, blank=True)
    unsettled = models.BooleanField(default=False)
    repeats = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="repeated_by", help_text="did not arrive; these are its words"
    )
    not_reached_at = models.DateTimeField(null=True, help_text="when we heard that it did not reach the customer")
    callback = models.ForeignKey(
        "tickets.Commitment", models.PROTECT, null=True, db_index=False, related_name="calls",
        help_text="the promised call that this was, or was an attempt at",
    )  # fmt: skip
    confirms = models.ForeignKey(
        "self", models.PROTECT, null=True, db_index=False, related_name="confirmed_by",
        help_text="the call of which this repeats in writing what was agreed",
    )  # fmt: skip
    no_note_because = models.CharField(
        max_length=20, choices=NoNote, blank=True, help_text="why no written note follows a call"
    )
    key = models.UUIDField(null=True, unique=True, help_text="of the form it came from: a double click sends once")

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="message_of_ours_by_a_human_has_an_author",
                condition=Q(direction="in") | Q(human=False) | Q(author__isnull=False),
            ),
            models.CheckConstraint(
                name="message_unsettled_waits_for_its_mail",
                condition=Q(unsettled=False) | Q(delivery__isnull=False, direction="out"),
            ),
            models.CheckConstraint(
                name="message_not_reached_was_a_mail",
                condition=Q(not_reached_at__isnull=True) | Q(delivery__isnull=False, direction="out"),
            ),
            models.CheckConstraint(
                name="message_of_another_address_came_in", condition=Q(other_address="") | Q(direction="in")
            ),
            models.CheckConstraint(
                name="message_that_quotes_says_something_first",
                condition=Q(quoted_from__isnull=True) | Q(quoted_from__gt=0, direction="in"),
            ),
            models.CheckConstraint(
                name="message_that_waits_asks", condition=Q(wait_until__isnull=True) | Q(asks=True, direction="out")
            ),
            models.CheckConstraint(
                name="message_of_a_promised_call_is_a_call",
                condition=Q(callback__isnull=True) | Q(direction="out", channel="phone") & ~Q(result=""),
            ),
            models.CheckConstraint(
                name="message_that_confirms_is_a_mail",
                condition=Q(confirms__isnull=True) | Q(direction="out", channel="mail", only_a_receipt=True),
            ),
            models.CheckConstraint(
                name="message_without_a_note_is_a_call",
                condition=Q(no_note_because="") | Q(direction="out", channel="phone"),
            ),
        ]
        indexes = [
            models.Index(name="message_call_promised", fields=["callback"], condition=Q(callback__isnull=False)),
            models.Index(name="message_note_of_call", fields=["confirms"], condition=Q(confirms__isnull=False)),
            models.Index(name="message_unsettled", fields=["at", "id"], condition=Q(unsettled=True)),
            models.Index(name="message_of_ticket", fields=["ticket", "at", "id"]),
        ]

    def __str__(self) -> str:
        return f"{self.direction} on {self.ticket_id} at {self.at:%Y-%m-%d %H:%M}"

    @property
    def text(self) -> str:  # type: ignore[override]  # read only here
        """What was said, as people read it: where a mail of ours has a link, its name stands."""
        return with_named_links(self.body) if self.is_ours and not self.human else self.body

    @property
    def did_not_arrive(self) -> bool:
        """Whether it was a mail that is over and is not known to have reached anybody."""
        mail = self.delivery
        return mail is not None and (mail.bounced_at is not None or mail.state in _DID_NOT_ARRIVE)

    @property
    def is_ours(self) -> bool:
        """Whether we said it."""
        return self.direction == self.Direction.OUT


class MessagePromise(models.Model):
    """A date that a message tells: a new promise, or another time for a running one."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="promises")
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.UPDATE)
    words = models.CharField(max_length=300)
    due_at = models.DateTimeField(null=True)
    slot_starts_at = models.DateTimeField(null=True, help_text="of a call: between then and its due time")
    condition = models.CharField(max_length=200, blank=True)
    window_minutes = models.PositiveIntegerField(null=True)
    window_days = models.PositiveIntegerField(null=True)
    moves = models.ForeignKey("tickets.Commitment", models.PROTECT, null=True, related_name="moves_told")
    follows = models.ForeignKey("tickets.Commitment", models.PROTECT, null=True, related_name="promised_anew")
    reason = models.CharField(max_length=300, blank=True)
    may_get_in_the_way = models.CharField(max_length=200, blank=True)
    refused_why = models.CharField(
        max_length=300, blank=True, help_text="why it was not carried out when the message left"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="message_promise_has_a_time_or_a_condition",
                condition=Q(due_at__isnull=False) | (~Q(condition="")),
            ),
            models.CheckConstraint(
                name="message_promise_condition_has_a_window_and_no_time",
                condition=Q(condition="")
                | Q(due_at__isnull=True, moves__isnull=True)
                & (
                    # What is not known is not refused, so it is named.
                    Q(window_minutes__isnull=False, window_minutes__gt=0)
                    | Q(window_days__isnull=False, window_days__gt=0)
                ),
            ),
            models.CheckConstraint(
                name="message_promise_move_has_a_reason", condition=Q(moves__isnull=True) | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="message_promise_slot_begins_before_it_ends",
                condition=Q(slot_starts_at__isnull=True) | Q(slot_starts_at__lt=F("due_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.words
