"""The organisation that makes the promises: one row."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models.team import Team


class OrganisationManager(models.Manager["Organisation"]):
    def the(self) -> Organisation:
        """The one organisation; `Organisation.DoesNotExist` before set-up."""
        return self.get(pk=1)


class Organisation(models.Model):
    """Who promises, in which zone their days begin, and how customers reach them."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    name = models.CharField(_("Name"), max_length=120)
    zone = models.CharField(_("Time zone"), max_length=64, default="UTC")
    language = models.CharField(_("Language"), max_length=10, default="en")
    languages = models.JSONField(_("Languages of the public pages"), default=list)
    support_address = models.EmailField(_("Support address"), blank=True)
    phone = models.CharField(_("Phone"), max_length=40, blank=True)
    default_team = models.ForeignKey(
        Team, models.PROTECT, null=True, verbose_name=_("Team that catches what no rule assigns"), related_name="+"
    )
    remedy_limit = models.DecimalField(
        _("Remedy that anybody may offer, up to"), max_digits=9, decimal_places=2, default=0
    )
    demo = models.BooleanField(default=False, editable=False)

    objects = OrganisationManager()

    class Meta:
        constraints = [models.CheckConstraint(name="organisation_is_one_row", condition=Q(id=1))]

    def __str__(self) -> str:
        return self.name

    @property
    def zone_info(self) -> ZoneInfo:
        """The zone in which calendar days begin and end."""
        return ZoneInfo(self.zone)
