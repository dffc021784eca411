from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mail import reports
from mail.models.delivery import Delivery
from mail.models.inbound import InboundMail

# What may pass by itself is waited for so often in so long a time; then the address counts as one that takes no mail.
MOST_PASSING, WITHIN = 5, timedelta(days=14)


class ReportQuerySet(models.QuerySet["Report"]):
    def passing(self, address: str, *, since: datetime) -> ReportQuerySet:
        """Mail to `address` that came back after `since` for a reason that may pass."""
        return self.filter(address=address.lower(), kind=Report.Kind.FAILED, for_good=False, at__gt=since)


class Report(models.Model):
    """What a mail server, or the recipient's provider, told us of a mail that had left.

    Only what came to the return address of one of its tries, and so from whoever had it in hand.
    """

    class Kind(models.TextChoices):
        FAILED = reports.FAILED, _("It came back")
        DELAYED = reports.DELAYED, _("It is delayed")
        COMPLAINT = reports.COMPLAINT, _("Marked as unwanted")

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="reports")
    inbound = models.OneToOneField(InboundMail, models.PROTECT, related_name="report", help_text="The mail it came as.")
    kind = models.CharField(max_length=10, choices=Kind)
    address = models.EmailField(help_text="whom our mail was to, in lower case")
    status = models.CharField(max_length=12, blank=True, help_text='a code like "5.1.1"')
    said = models.CharField(max_length=400, blank=True)
    for_good = models.BooleanField(default=False, help_text="The address itself takes no mail from us.")
    at = models.DateTimeField()

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="report_for_good_is_of_mail_that_came_back", condition=Q(for_good=False) | Q(kind="failed")
            )
        ]
        indexes = [
            models.Index(name="report_passing", fields=["address", "at"], condition=Q(kind="failed", for_good=False))
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.status}: {self.delivery_id}"
