from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models import Team


class Mailbox(models.Model):
    """An address of ours: mail to it opens tickets for a team, and mail goes out from it."""

    name = models.CharField(_("Name"), max_length=80, unique=True)
    address = models.EmailField(_("Address"), unique=True)
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, related_name="mailboxes", verbose_name=_("Team"),
        help_text="Empty: the team that catches what no rule assigns.",
    )  # fmt: skip
    authserv_id = models.CharField(
        _("Name of the receiving server"), max_length=200, blank=True,
        help_text="Only the Authentication-Results that carry it are believed; empty: nobody's.",
    )  # fmt: skip
    sending_paused_why = models.CharField(
        max_length=400, blank=True, help_text="Not empty: nothing is sent until somebody looks."
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>"
