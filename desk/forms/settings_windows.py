"""A length of time as a number and a unit, the way people say it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from standards.terms import Clock

# What the unit means: the clock, and how many minutes one of it has; days are counted as days.
_UNITS: dict[str, tuple[str, int | None]] = {
    "working_hours": (Clock.WORKING_TIME, 60),
    "working_minutes": (Clock.WORKING_TIME, 1),
    "working_days": (Clock.WORKING_DAYS, None),
    "calendar_days": (Clock.CALENDAR_DAYS, None),
    "hours": (Clock.WALL, 60),
    "minutes": (Clock.WALL, 1),
}


class WindowForm(forms.Form):
    amount = forms.DecimalField(label=_("Within"), min_value=0, max_value=100_000, max_digits=8, decimal_places=2)
    unit = forms.ChoiceField(
        label=_("Counted in"),
        help_text=_("Days begin on the day after; the last one ends when you close, a calendar day at 24:00."),
        choices=[
            ("working_hours", _("working hours")),
            ("working_minutes", _("working minutes")),
            ("working_days", _("working days")),
            ("calendar_days", _("calendar days")),
            ("hours", _("hours, day and night")),
            ("minutes", _("minutes, day and night")),
        ],
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "amount" in cleaned and "unit" in cleaned:
            try:
                cleaned["clock"], cleaned["window_minutes"], cleaned["window_days"] = window_of(
                    cleaned["amount"], cleaned["unit"]
                )
            except ValidationError as problem:
                self.add_error("amount", problem)
        return cleaned


def window_of(amount: Decimal, unit: str) -> tuple[str, int | None, int | None]:
    """Clock, minutes and days of "8" "working hours"."""
    clock, minutes = _UNITS[unit]
    whole = amount * (minutes or 1)
    if whole <= 0 or whole != whole.to_integral_value():
        raise ValidationError(
            _("Write whole days, above zero.") if minutes is None else _("Write whole minutes, above zero.")
        )
    return (clock, None, int(whole)) if minutes is None else (clock, int(whole), None)


def amount_of(clock: str, minutes: int | None, days: int | None) -> dict[str, Any]:
    """The values to begin with: what `window_of` reads back."""
    if minutes is None:
        unit = "working_days" if clock == Clock.WORKING_DAYS else "calendar_days"
        return {"amount": days, "unit": unit}
    in_hours = minutes % 60 == 0
    unit = "hours" if in_hours else "minutes"
    return {
        "amount": minutes // 60 if in_hours else minutes,
        "unit": f"working_{unit}" if clock == Clock.WORKING_TIME else unit,
    }
