from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.functional import Promise as StrPromise
from django.utils.translation import gettext_lazy as _

from mail.models.delivery import REFUSABLE, Purpose

# Instead of one purpose: all mail that is not strictly about the customer's open request.
OPTIONAL = "optional"


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    def in_force(self) -> SuppressionQuerySet:
        """What nobody has lifted."""
        return self.filter(lifted_at=None)

    def of_address(self, address: str) -> SuppressionQuerySet:
        """What concerns `address`, however it is spelt."""
        return self.alias(folded=Lower("address")).filter(folded=address.lower())

    def stopping(self, address: str, purpose: str, *, anyway: bool = False) -> SuppressionQuerySet:
        """What forbids mail of `purpose` to `address`, however it is spelt.

        With `anyway` a person sends although mail to the address has come back.
        """
        purposes = ["", purpose, *([OPTIONAL] if purpose in REFUSABLE else [])]
        found = self.in_force().of_address(address).filter(purpose__in=purposes)
        return found.exclude(cause=Suppression.Cause.BOUNCED) if anyway else found


class Suppression(models.Model):
    """An address that gets no mail, or none of one purpose, and why. Lifted, it stays as the record of that."""

    class Cause(models.TextChoices):
        WISH = "wish", _("The customer asked for it")
        BOUNCED = "bounced", _("Mail to it came back")
        COMPLAINT = "complaint", _("Marked as unwanted")

    address = models.EmailField()
    purpose = models.CharField(max_length=40, blank=True, help_text='Empty: all mail; "optional": all of that kind.')
    cause = models.CharField(max_length=10, choices=Cause, default=Cause.WISH)
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="empty: the customer themselves",
    )
    lifted_because = models.CharField(max_length=200, blank=True)

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("address"), "purpose", name="suppression_once_per_purpose", condition=Q(lifted_at__isnull=True)
            ),
            models.CheckConstraint(
                name="suppression_lifted_with_the_reason",
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True, lifted_because="")
                | Q(lifted_at__isnull=False) & ~Q(lifted_because=""),
            ),
        ]
        indexes = [
            models.Index(name="suppression_newest_first", fields=["-at", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.address}: {self.reason}"

    @property
    def what(self) -> StrPromise:
        """What is stopped, in words."""
        if not self.purpose:
            return _("All mail")
        return _("Mail that was not asked for") if self.purpose == OPTIONAL else Purpose(self.purpose).label
