"""Opening hours as a plain form: a line for each day, holidays, and dates with hours of their own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from desk.forms.moments import DateInput, TimeInput
from desk.forms.settings_people import zone_choices
from desk.forms.settings_windows import WindowForm
from people.models import Organisation
from standards import holidays, week
from standards.models import Calendar, CalendarVersion
from standards.opening_hours import WEEKDAYS
from ui.formats import day_in_words
from ui.forms import choice

AHEAD = timedelta(days=366)


class CalendarForm(forms.Form):
    """`hours`, `date_hours` and `off` are in `cleaned_data` as the action takes them."""

    based_on = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label=_("Name"), max_length=80)
    zone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices)
    date_hours = forms.CharField(
        label=_("Dates with hours of their own"),
        widget=forms.Textarea(attrs={"rows": 5, "placeholder": _("2026-12-24 08:00-12:00\n2026-12-31 closed")}),
        required=False,
        help_text=_("One date a line, then its hours or “closed”. They go before weekly hours and holidays."),
    )
    country = forms.ChoiceField(label=_("Public holidays of"), required=False)
    region = forms.ChoiceField(label=_("Region"), required=False)
    off = forms.MultipleChoiceField(label=_("Open as usual on"), widget=forms.CheckboxSelectMultiple, required=False)

    def __init__(self, *args: Any, today: date, version: CalendarVersion | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._version = version
        for day in WEEKDAYS:
            self.fields[day] = forms.CharField(label=week.weekday_name(day), required=False, max_length=120)
        language = get_language() or "en"
        self._offer("country", [("", _("No public holidays")), *holidays.countries(language)])
        place = HolidayPlace.of(self["country"].value(), self["region"].value())
        self._offer("region", place.region_choices())
        self._offer("off", place.coming(language, today))

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        choice(self, name).choices = choices

    @property
    def day_fields(self) -> list[forms.BoundField]:
        """The seven lines of the week."""
        return [self[day] for day in WEEKDAYS]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["hours"] = {}
        for day in WEEKDAYS:
            try:
                cleaned["hours"][day] = week.read_spans(cleaned.get(day) or "")
                week.check_spans(cleaned["hours"][day])
            except ValidationError as problem:
                self.add_error(day, problem)
        try:
            cleaned["date_hours"] = week.read_dates(cleaned.get("date_hours") or "")
        except ValidationError as problem:
            self.add_error("date_hours", problem)
        cleaned["off"] = sorted({*cleaned.get("off", []), *self._off_elsewhere(cleaned)})
        return cleaned

    def _off_elsewhere(self, cleaned: dict[str, Any]) -> Iterable[str]:
        # Holidays that were switched off and lie outside the year that is shown stay so.
        version = self._version
        if version is None or (version.holiday_country, version.holiday_region) != (
            cleaned.get("country"),
            cleaned.get("region"),
        ):
            return []
        shown = {value for value, _label in self.fields["off"].choices}  # type: ignore[attr-defined]  # the list that was offered
        return set(version.holidays_off) - shown

    @staticmethod
    def of(calendar: Calendar, version: CalendarVersion) -> dict[str, Any]:
        """The values to begin with."""
        return {
            "based_on": version.number,
            "name": calendar.name,
            "zone": version.zone,
            "country": version.holiday_country,
            "region": version.holiday_region,
            "off": version.holidays_off,
            "date_hours": week.spell_dates(version.date_hours),
            **{day: week.spell_spans(version.hours.get(day, [])) for day in WEEKDAYS},
        }

    @staticmethod
    def new(organisation: Organisation) -> dict[str, Any]:
        """The values of a calendar that nobody has written yet: office hours in the organisation's zone."""
        return {"zone": organisation.zone, **dict.fromkeys(WEEKDAYS[:5], "08:00-16:00")}


class HolidayPlace:
    """A country and region whose holidays are known; nowhere when they are not."""

    def __init__(self, country: str, region: str) -> None:
        self.country, self.region = country, region

    @staticmethod
    def of(country: str | None, region: str | None) -> HolidayPlace:
        """The place of what was typed: an unknown country is nowhere, an unknown region none."""
        try:
            holidays.check_place(country or "", "")
        except ValidationError:
            return HolidayPlace("", "")
        try:
            holidays.check_place(country or "", region or "")
        except ValidationError:
            return HolidayPlace(country or "", "")
        return HolidayPlace(country or "", region or "")

    def region_choices(self) -> list[tuple[str, Any]]:
        return [("", _("The whole country")), *(holidays.regions(self.country) if self.country else [])]

    def coming(self, language: str, today: date) -> list[tuple[str, Any]]:
        """The holidays of the coming twelve months with their names."""
        days = holidays.named(self.country, self.region, language, today, today + AHEAD)
        return [(day.isoformat(), f"{day_in_words(day, today)}: {name}") for day, name in days]


class DueTestForm(WindowForm):
    start_date = forms.DateField(label=_("Begins on"), widget=DateInput())
    start_time = forms.TimeField(label=_("at"), widget=TimeInput())

    field_order = ("start_date", "start_time", "amount", "unit")

    def start(self, zone: ZoneInfo) -> datetime:
        """The moment at which the time begins."""
        return datetime.combine(self.cleaned_data["start_date"], self.cleaned_data["start_time"], zone)
