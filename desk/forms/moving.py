"""What a person fills in to give a promise another time, or to say that it is no longer owed."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from desk.forms.moments import DateInput, Moment, TimeInput, read_slot
from followups.letters.checking import MOST_SENTENCES_OF_CAUSE
from followups.letters.counting import sentences_in
from tickets.actions.conversation import NextDate
from tickets.callbacks import Slot
from tickets.certain import certain

LONGEST_REASON = 300


class MoveForm(forms.Form):
    """Another time for a promise, told with its reason in the same message."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    date = forms.DateField(widget=DateInput(), label=_("New date"))
    time = forms.TimeField(widget=TimeInput(), label=_("New time"))
    reason = forms.CharField(
        max_length=LONGEST_REASON,
        label=_("Why, in words the customer reads"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    body = forms.CharField(widget=forms.Textarea(attrs={"rows": 6}), label=_("Your message"))
    forewarned = forms.BooleanField(required=False)
    earlier_date = forms.DateField(required=False, widget=DateInput(), label=_("You hear from us before that, by"))
    earlier_time = forms.TimeField(required=False, widget=TimeInput(), label=_("Time"))
    by_phone = forms.BooleanField(required=False, label=_("I have told them on the phone; send no mail"))

    def __init__(self, *args: Any, zone: tzinfo, forewarning: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        self.forewarning = forewarning
        if forewarning:
            self.fields["forewarned"].label = format_lazy("{} “{}”", _("Add that it had been named:"), forewarning)
        else:
            del self.fields["forewarned"]

    def clean_reason(self) -> str:
        """More than two sentences are no reason any more."""
        reason = self.cleaned_data["reason"]
        if sentences_in(reason) > MOST_SENTENCES_OF_CAUSE:
            raise ValidationError(_("The reason takes more than two sentences: it reads as an excuse. Shorten it."))
        return reason

    @property
    def told_reason(self) -> str:
        """The reason as the customer reads it; with the obstacle that had been named, where that is the cause."""
        named = self.forewarning if self.cleaned_data.get("forewarned") else ""
        reason = self.cleaned_data["reason"].strip()
        if len(reason) + len(named) >= LONGEST_REASON:
            raise ValidationError({"reason": _("The reason is too long. Shorten it.")})
        return f"{reason} {named}".strip()

    @property
    def earlier(self) -> NextDate | None:
        """By when the customer hears from us before the new time, where that is said."""
        at = Moment.of(self.cleaned_data.get("earlier_date"), self.cleaned_data.get("earlier_time"), self.zone)
        return NextDate(contact_by=at) if at else None

    @property
    def due_at(self) -> datetime:
        """The new time, in the viewer's zone."""
        return datetime.combine(self.cleaned_data["date"], self.cleaned_data["time"], self.zone)

    @property
    def slot(self) -> Slot | None:
        """None but for a call."""
        return None


class MoveCallForm(MoveForm):
    """Another slot for a promised call."""

    field_order = ["key", "date", "time", "until"]
    until = forms.TimeField(required=False, widget=TimeInput(), label=_("Until"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time"].label = _("From")

    def clean(self) -> dict[str, Any]:
        """The slot that the three fields give."""
        cleaned = super().clean() or {}
        self._slot = read_slot(self, cleaned, "date", "time", "until", self.zone)
        return cleaned

    @property
    def due_at(self) -> datetime:
        """The end of the slot."""
        return certain(self._slot).ends_at

    @property
    def slot(self) -> Slot | None:
        """Between when and when."""
        return self._slot


class WithdrawForm(forms.Form):
    """Why a promise is no longer owed."""

    REASONS = (
        ("customer_said_so", _("The customer no longer wants it")),
        ("entered_by_mistake", _("It was entered by mistake")),
        ("duplicate", _("The ticket is a duplicate or a test")),
        ("we_tell", _("It is no longer needed, and I tell the customer now")),
    )
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    why = forms.ChoiceField(choices=REASONS, widget=forms.RadioSelect, label=_("Why is it no longer owed?"))
    body = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 4}), label=_("Your message"),
        help_text=_("Only where you tell them now. It ends by saying what is no longer planned."),
    )  # fmt: skip

    @property
    def tells(self) -> bool:
        """Whether the customer is written to."""
        return self.cleaned_data["why"] == "we_tell"
