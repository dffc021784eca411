"""Mail that may belong to a ticket, of which nobody knows whether its sender does."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mail.models import InboundMail
from people.models import User
from tickets.models.quotation import Quotes
from tickets.models.ticket import Ticket


class UnverifiedMailQuerySet(models.QuerySet["UnverifiedMail"]):
    def waiting(self) -> UnverifiedMailQuerySet:
        """What nobody has decided about."""
        return self.filter(outcome="")

    def beside(self) -> UnverifiedMailQuerySet:
        """What still stands beside its ticket, decided or not; what was taken in stands in the conversation."""
        return self.exclude(outcome=UnverifiedMail.Outcome.ACCEPTED)

    def visible_to(self, user: User) -> UnverifiedMailQuerySet:
        """What stands beside tickets that `user` may see."""
        return self.filter(ticket__in=Ticket.objects.visible_to(user))


class UnverifiedMail(Quotes, models.Model):
    """A mail beside a ticket, for staff only, until a person decides. It has moved no clock and no state.

    A table of its own, so that what a customer may see cannot select it.
    """

    class Why(models.TextChoices):
        """What speaks for the ticket, and what against the sender."""

        OTHER_ADDRESS = "other_address", _("It came to the customer's own reply address, from another address.")
        OTHER_REFERS = "other_refers", _("It answers a mail of this conversation, from another address.")
        NOT_PROVEN = "not_proven", _("It says that it is from the customer. Nothing shows that this is true.")

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", _("Taken into the conversation")
        OPENED = "opened", _("Made a ticket of its own")
        DISMISSED = "dismissed", _("Put away")

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="unverified")
    inbound = models.OneToOneField(InboundMail, models.PROTECT, related_name="unverified")
    why = models.CharField(max_length=20, choices=Why)
    sender = models.CharField(max_length=254, help_text="The address as it stands in From; claimed, not proven.")
    name = models.CharField(max_length=120, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    quoted_from = models.PositiveIntegerField(null=True)
    at = models.DateTimeField(help_text="when it came in")
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = UnverifiedMailQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="unverified_mail_was_decided_by_somebody",
                condition=Q(outcome="", decided_at__isnull=True, decided_by__isnull=True)
                | Q(~Q(outcome=""), decided_at__isnull=False, decided_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="unverified_mail_waiting", fields=["at", "id"], condition=Q(outcome="")),
            models.Index(name="unverified_mail_of_ticket", fields=["ticket", "at", "id"]),
        ]

    def __str__(self) -> str:
        return f"unverified mail of {self.sender} on {self.ticket_id}"

    @property
    def text(self) -> str:  # type: ignore[override]  # read only here
        """What its sender said."""
        return self.body

    @property
    def is_waiting(self) -> bool:
        """Whether somebody still has to decide."""
        return not self.outcome
