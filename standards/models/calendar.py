"""When we are open. A calendar's hours are never edited: a change is another version."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from people.models import Team
from standards import holidays
from standards.working_time import WorkingCalendar


class Calendar(models.Model):
    """A name for opening hours; the hours themselves stand in its versions."""

    name = models.CharField(_("Name"), max_length=80, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def current(self) -> CalendarVersion:
        """The newest version: the one that new commitments run by."""
        return self.versions.order_by("-number").select_related("calendar")[0]


class CalendarVersion(models.Model):
    """Opening hours as they stood from `made_at` on. What has started under them keeps them.

    `holidays` holds the dates themselves, not a rule, so that a newer release of the holidays
    library cannot move a due time that somebody was told.
    """

    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    zone = models.CharField(_("Time zone"), max_length=64)
    hours = models.JSONField(_("Weekly hours"), default=dict, help_text='{"mon": [["08:00", "16:00"]], …}')
    date_hours = models.JSONField(
        _("Dated overrides"), default=dict, blank=True, help_text='{"2026-12-24": [["08:00", "12:00"]]}'
    )
    holiday_country = models.CharField(_("Holidays of"), max_length=2, blank=True)
    holiday_region = models.CharField(_("Region"), max_length=10, blank=True)
    holidays_off = models.JSONField(_("Holidays on which we work"), default=list, blank=True)
    holidays = models.JSONField(default=list, blank=True, editable=False, help_text="ISO dates that are closed")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["calendar", "-number"]
        constraints = [
            models.UniqueConstraint(name="calendar_version_has_one_number", fields=["calendar", "number"]),
        ]

    def __str__(self) -> str:
        return f"{self.calendar} v{self.number}"

    @property
    def working(self) -> WorkingCalendar:
        """The calendar to calculate with. Cheap: the same hours share one computed calendar."""
        return WorkingCalendar.from_spec(
            {"tz": self.zone, "hours": self.hours, "holidays": self.holidays, "date_hours": self.date_hours}
        )

    def holiday_names(self, since: datetime, until: datetime) -> dict[date, str]:
        """The holidays on which it is closed around the time from `since` to `until`, named in the active language."""
        first, end = since.date() - timedelta(days=1), until.date() + timedelta(days=2)
        named = holidays.named(self.holiday_country, self.holiday_region, get_language() or "en", first, end)
        return {day: name for day, name in named if day.isoformat() in self.holidays}


class TeamCalendar(models.Model):
    """By which calendar a team works."""

    team = models.OneToOneField(Team, models.PROTECT, related_name="team_calendar")
    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="team_calendars")

    def __str__(self) -> str:
        return f"{self.team}: {self.calendar}"
