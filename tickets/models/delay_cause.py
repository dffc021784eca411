"""Why something was missed, as we see it among ourselves."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tickets.models.commitment import Commitment


class DelayCause(models.Model):
    """The root cause of one miss, for the review: not the reason that the customer was told, and for nobody outside.

    There is no "unforeseen circumstances" and nobody to blame among the causes: each names what can be changed.
    """

    class Cause(models.TextChoices):
        SUPPLIER = "supplier", _("Waiting for a supplier")
        OTHER_TEAM = "other_team", _("Waiting for another team")
        NOBODY_ON_SHIFT = "nobody_on_shift", _("Nobody on shift")
        TOO_MUCH_WORK = "too_much_work", _("More work than people")
        FORGOTTEN = "forgotten", pgettext_lazy("cause of a delay", "Forgotten")
        TOOK_LONGER = "took_longer", _("Took longer than thought")
        TOO_SHORT = "too_short", _("The time was too short from the start")
        OWN_RULE = "own_rule", _("Our own rule was the obstacle")
        OWN_SYSTEMS = "own_systems", _("Our systems did not work")
        DONE_BUT_NOT_TOLD = "done_but_not_told", _("Done in time, told too late")

    commitment = models.OneToOneField(Commitment, models.PROTECT, related_name="delay_cause")
    cause = models.CharField(_("Reason"), max_length=20, choices=Cause)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.cause} of {self.commitment_id}"
