"""Deliveries for which customers are thanked: one by hand, or many as a file."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk.forms.moments import DateInput
from desk.forms.settings_people import language_choices
from followups import enrolling

# A file of so many letters has more lines than are taken at once.
_MOST_BYTES = 300_000


class EnrolForm(forms.Form):
    """One delivery; whoever has this e-mail already is that customer."""

    email = forms.EmailField(label=gettext_lazy("E-mail"))
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    what = forms.CharField(
        label=gettext_lazy("What was delivered or done"), max_length=200,
        help_text=gettext_lazy("As it goes on after “thank you for”, in the customer's language."),
    )  # fmt: skip
    delivered = forms.DateField(label=gettext_lazy("Delivered on"), widget=DateInput())
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=language_choices, help_text=gettext_lazy("Of a new customer.")
    )

    def line(self, today: date) -> enrolling.Line:
        """The line that a valid form gives; what is wrong with it stands at the day, which no field could tell."""
        given = {**self.cleaned_data, "delivered": self.cleaned_data["delivered"].isoformat()}
        found = enrolling.line(1, **given, today=today)
        if found.problem:
            self.add_error("delivered", found.problem)
        return found


class EnrolFileForm(forms.Form):
    """A file, or its text; once it was looked at, the text comes back with the form."""

    file = forms.FileField(
        required=False, label=gettext_lazy("File"), widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"})
    )
    text = forms.CharField(
        required=False, label=gettext_lazy("Or paste its lines"),
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """The text of whichever was given."""
        cleaned = super().clean() or {}
        file = cleaned.get("file")
        if file is None:
            if not cleaned.get("text", "").strip() and not self.errors:
                self.add_error("file", _("Choose a file, or paste its lines."))
            return cleaned
        if file.size > _MOST_BYTES:
            self.add_error("file", _("These are more than %(most)d lines. Split the file.") % {"most": 500})
            return cleaned
        try:
            cleaned["text"] = file.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            self.add_error("file", _("This is no text in UTF-8. Save it as “CSV UTF-8”."))
        return cleaned
