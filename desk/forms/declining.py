"""What a person fills in to say no to a customer."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk.forms.moments import DateInput, Moment, TimeInput
from followups.declined import Alternative, No
from tickets.actions.conversation import NextDate


def _other(label: Any) -> forms.CharField:
    return forms.CharField(required=False, max_length=300, label=label)


def _day() -> forms.DateField:
    return forms.DateField(required=False, widget=DateInput(), label=gettext_lazy("Possible by"))


def _hour() -> forms.TimeField:
    return forms.TimeField(required=False, widget=TimeInput(), label=gettext_lazy("Time"))


class DeclineForm(forms.Form):
    """The reason, up to two other ways with a time or why there is none, what happens next, and the letter."""

    CONTACT, RESOLVED = "contact", "resolved"

    key = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.CharField(
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        label=gettext_lazy("Why not, in words the customer reads"),
        help_text=gettext_lazy("It goes on after “our answer is no, for this reason:”, in the customer's language."),
    )
    first_words = _other(gettext_lazy("What is possible instead"))
    first_date, first_time = _day(), _hour()
    second_words = _other(gettext_lazy("Or"))
    second_date, second_time = _day(), _hour()
    none_because = forms.CharField(
        required=False, max_length=400, label=gettext_lazy("Or why there is no other way"),
        help_text=gettext_lazy("A whole sentence in the customer's language. Only where you offer nothing above."),
    )  # fmt: skip
    then = forms.ChoiceField(
        choices=[
            (CONTACT, gettext_lazy("We contact the customer by")),
            (RESOLVED, gettext_lazy("With this it is resolved: we ask whether it is settled")),
        ],
        widget=forms.RadioSelect,
        label=gettext_lazy("What happens next?"),
    )
    contact_date = forms.DateField(required=False, widget=DateInput(), label=gettext_lazy("Date"))
    contact_time = forms.TimeField(required=False, widget=TimeInput(), label=gettext_lazy("Time"))
    body = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 12}), label=gettext_lazy("What the customer reads")
    )
    by_phone = forms.BooleanField(required=False, label=gettext_lazy("I have told them on the phone; send no mail"))

    def __init__(self, *args: Any, zone: tzinfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    def clean(self) -> dict[str, Any]:
        """Put the fields together to what is said, and to what happens next."""
        cleaned = super().clean() or {}
        others = [self._alternative(cleaned, name) for name in ("first", "second")]
        self.no = No(
            cleaned.get("reason", ""), tuple(other for other in others if other), cleaned.get("none_because", "")
        )
        self.next_date = self._next_date(cleaned)
        return cleaned

    def _alternative(self, cleaned: dict[str, Any], name: str) -> Alternative | None:
        words, by = cleaned.get(f"{name}_words", "").strip(), self._moment(cleaned, name)
        if words and by:
            return Alternative(words, by)
        if words and not self.has_error(f"{name}_time"):
            self.add_error(f"{name}_date", _("Say by when it is possible."))
        elif by:
            self.add_error(f"{name}_words", _("Say what is possible by then."))
        return None

    def _next_date(self, cleaned: dict[str, Any]) -> NextDate | None:
        if cleaned.get("then") == self.RESOLVED:
            return NextDate(resolves=True)
        by = self._moment(cleaned, "contact")
        if by is None and not self.has_error("contact_time"):
            self.add_error("contact_date", _("Give the day by which the customer hears from us."))
        return NextDate(contact_by=by) if by else None

    def _moment(self, cleaned: dict[str, Any], name: str) -> datetime | None:
        try:
            return Moment.of(cleaned.get(f"{name}_date"), cleaned.get(f"{name}_time"), self.zone)
        except ValidationError as refusal:
            self.add_error(f"{name}_time", refusal)
            return None
