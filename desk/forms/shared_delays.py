"""What a lead writes once about many promises that will be late."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any

from django import forms
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from desk.forms.moments import DateInput, TimeInput
from tickets.models import Commitment
from tickets.models.commitment import CommitmentQuerySet
from ui.formats import moment_in_words
from ui.forms import row_choice


class _Promises(forms.ModelMultipleChoiceField):
    """Promises, by ticket, customer and what is promised."""

    now: datetime

    def label_from_instance(self, obj: Commitment) -> str:
        """One line that tells it from the others."""
        due = moment_in_words(obj.due_at, self.now) if obj.due_at else ""
        what = obj.promised_text or obj.get_kind_display()
        return f"T-{obj.ticket.number} {obj.ticket.customer.name}: {what}, {due} ({obj.accountable.name})"


class SharedDelayForm(forms.Form):
    """The reason in each language that customers are written to, the new time, and which promises."""

    date = forms.DateField(widget=DateInput(), label=_("New date"))
    time = forms.TimeField(widget=TimeInput(), label=_("New time"))
    promises = _Promises(
        Commitment.objects.none(), widget=forms.CheckboxSelectMultiple, label=_("Promises that will be late")
    )

    def __init__(
        self, *args: Any, rows: CommitmentQuerySet, languages: list[str], zone: tzinfo, now: datetime, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.zone, self.languages = zone, languages
        row_choice(self, "promises").queryset = rows
        vars(self.fields["promises"])["now"] = now
        for language in languages:
            label = _("Why, in words the customer reads: %(language)s") % {
                "language": get_language_info(language)["name_translated"]
            }
            self.fields[f"reason_{language}"] = forms.CharField(
                max_length=300, required=language == languages[0], label=label,
                widget=forms.Textarea(attrs={"rows": 2}),
            )  # fmt: skip
        self.order_fields([*(f"reason_{language}" for language in languages), "date", "time", "promises"])

    @property
    def due_at(self) -> datetime:
        """The new time, in the viewer's zone."""
        return datetime.combine(self.cleaned_data["date"], self.cleaned_data["time"], self.zone)

    @property
    def reasons(self) -> dict[str, str]:
        """What was written, by language."""
        return {language: self.cleaned_data.get(f"reason_{language}", "") for language in self.languages}
