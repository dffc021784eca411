from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tickets.models.commitment import Commitment


class Warning(models.Model):
    """That a commitment was announced as due soon, last call or overdue: once each.

    A successor after a move is another commitment and warns anew.
    """

    class Stage(models.TextChoices):
        DUE_SOON = "due_soon", _("Due soon")
        LAST_CALL = "last_call", _("Last call")
        OVERDUE = "overdue", _("Overdue")

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="warnings")
    stage = models.CharField(max_length=10, choices=Stage)
    at = models.DateTimeField()
    told = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    untold = models.BooleanField(default=False, help_text="Somebody has to be told by mail yet.")

    class Meta:
        constraints = [models.UniqueConstraint(name="warning_happens_once", fields=["commitment", "stage"])]
        indexes = [models.Index(name="warning_untold", fields=["id"], condition=models.Q(untold=True))]

    def __str__(self) -> str:
        return f"{self.stage} for {self.commitment_id}"
