"""Days, hours and slots as people give them, and the key that makes a form act once."""

from __future__ import annotations

from datetime import date, datetime, time, tzinfo
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tickets.callbacks import USUAL_SLOT, Slot


def fresh_key() -> str:
    """The key of a form that was just shown: sent twice, it acts once."""
    return str(uuid4())


class DateInput(forms.DateInput):
    """The browser's own date field, always in ISO form."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class TimeInput(forms.TimeInput):
    """The browser's own time field."""

    input_type = "time"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", **kwargs)


class Moment:
    """Two fields that give one moment in the viewer's zone."""

    @staticmethod
    def of(day: date | None, hour: time | None, zone: tzinfo) -> datetime | None:
        """The moment, or None where the day is missing; without an hour it is refused."""
        if day is None:
            return None
        if hour is None:
            raise ValidationError(_("Give an hour as well: a day alone leaves the customer waiting all day."))
        return datetime.combine(day, hour, zone)


def read_slot(form: forms.Form, cleaned: dict[str, Any], day: str, begins: str, ends: str, zone: tzinfo) -> Slot | None:
    """The slot that these fields give, half an hour where no end is named; what is missing is said at its field."""
    on, since, until = (cleaned.get(name) for name in (day, begins, ends))
    if on is None and not form.has_error(day):
        form.add_error(day, _("Give the day of the call."))
    if since is None and not form.has_error(begins):
        form.add_error(begins, _("Give an hour as well: a day alone leaves the customer waiting all day."))
    if on is None or since is None or form.has_error(ends):
        return None
    starts_at = datetime.combine(on, since, zone)
    ends_at = datetime.combine(on, until, zone) if until else starts_at + USUAL_SLOT
    if ends_at <= starts_at:
        form.add_error(ends, _("The call has to begin before it ends. Look at the two times."))
        return None
    return Slot(starts_at, ends_at)
