"""Teams: who works on what, and who leads."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models.user import User


class TeamQuerySet(models.QuerySet["Team"]):
    def visible_to(self, user: User) -> TeamQuerySet:
        """The teams whose tickets `user` may see: their own and those they lead; managers see all."""
        if user.is_manager:
            return self
        return self.filter(Q(pk__in=user.memberships.values("team")) | Q(lead=user))


class Team(models.Model):
    """A group of staff with one lead, who answers for what nobody has taken yet."""

    name = models.CharField(_("Name"), max_length=80, unique=True)
    lead = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="leads", verbose_name=_("Lead"))

    sender_name = models.CharField(
        _("Name in From"), max_length=80, blank=True, help_text=_("Empty: the organisation's name.")
    )
    signatures = models.JSONField(default=dict, blank=True, help_text="Below mails, by language; none: no signature.")

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def signature_in(self, language: str) -> str:
        """What stands below mails in `language`; never that of another language."""
        return str(self.signatures.get(language, ""))


class Membership(models.Model):
    """That a user belongs to a team."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    team = models.ForeignKey(Team, models.PROTECT, related_name="memberships")

    class Meta:
        constraints = [models.UniqueConstraint(name="membership_once_per_team", fields=["user", "team"])]

    def __str__(self) -> str:
        return f"{self.user} in {self.team}"
