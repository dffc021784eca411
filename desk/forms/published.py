"""What managers tell the public about results."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from desk.forms.moments import DateInput
from people.models import Team
from ui.forms import row_choice


class _Words(forms.Form):
    """A text in each of the organisation's languages."""

    def __init__(self, *args: Any, languages: list[str], label: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.languages = languages
        for language in languages:
            name = get_language_info(language)["name_local"].capitalize()
            self.fields[f"words_{language}"] = forms.CharField(
                label=label % {"language": name},
                required=False,
                widget=forms.Textarea(attrs={"rows": 3, "lang": language}),
            )

    @property
    def word_fields(self) -> list[forms.BoundField]:
        """The texts, a language after the other."""
        return [self[f"words_{language}"] for language in self.languages]

    def words(self) -> dict[str, str]:
        """What a valid form says, by language."""
        return {language: self.cleaned_data[f"words_{language}"] for language in self.languages}


class ExplanationForm(_Words):
    """Why a month came out as it did."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label=_("What the public reads (%(language)s)"), **kwargs)


class WithdrawalForm(_Words):
    """Why days were no exception after all."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label=_("Why, for the public (%(language)s)"), **kwargs)


class ExceptionDaysForm(_Words):
    """Days on which normal circumstances did not hold."""

    first = forms.DateField(label=_("First day"), widget=DateInput())
    last = forms.DateField(
        label=_("Last day"), required=False, widget=DateInput(), help_text=_("Empty: it was one day only.")
    )
    team = forms.ModelChoiceField(
        Team.objects.none(), label=_("Team"), required=False, empty_label=_("Everybody"),
        help_text=_("The public reads “one of our teams”."),
    )  # fmt: skip

    field_order = ("first", "last", "team")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label=_("Why, for the public (%(language)s)"), **kwargs)
        row_choice(self, "team").queryset = Team.objects.order_by("name")
