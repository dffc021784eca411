"""What customers are promised: categories, drafts of standards, and putting them in force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language_info, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from desk.forms.moments import DateInput, TimeInput
from desk.forms.settings_windows import WindowForm, amount_of
from people.models import User
from people.terms import Channel, CustomerGroup
from standards.models import Category, ServiceStandard, StandardVersion
from standards.terms import STANDARD_KINDS, Occasion, Priority, TicketType
from standards.validation import Draft
from ui.forms import choice, row_choice

_ANY = ("", _("any"))
_WORDS: dict[str, tuple[Any, Any]] = {
    "sentence": (_("What the customer reads (%(language)s)"), _("One sentence: who does what, and by when.")),
    "if_missed": (_("What we do if we miss it (%(language)s)"), ""),
    "exclusions": (_("What is not covered (%(language)s)"), _("Where that is nothing, write so.")),
}
_PLAIN = (
    "kind",
    "target_percent",
    "ticket_type",
    "category",
    "priority",
    "channel",
    "customer_group",
    "occasion",
    "max_moves",
    "consent_required",
    "review_by",
    "needed_because",
    "legal_basis",
    "legal_advice",
)


class CategoryForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    active = forms.BooleanField(label=_("Offered for new tickets"), required=False, initial=True)
    check_in = forms.BooleanField(label=_("Ask after thirty days whether it still works"), required=False)


class DraftForm(WindowForm):
    """A version of a standard, in all languages of the public pages."""

    kind = forms.ChoiceField(label=_("What is promised"), choices=[(kind.value, kind.label) for kind in STANDARD_KINDS])
    target_percent = forms.DecimalField(
        label=_("Target: kept in … of 100 cases"),
        min_value=1,
        max_value=100,
        max_digits=4,
        decimal_places=1,
        initial=90,
    )
    ticket_type = forms.ChoiceField(label=_("Type"), choices=[_ANY, *TicketType.choices], required=False)
    category = forms.ModelChoiceField(Category.objects.none(), label=_("Category"), required=False, empty_label=_ANY[1])
    priority = forms.ChoiceField(label=_("Priority"), choices=[_ANY, *Priority.choices], required=False)
    channel = forms.ChoiceField(label=_("Channel"), choices=[_ANY, *Channel.choices], required=False)
    customer_group = forms.ChoiceField(
        label=_("Customer group"), choices=[_ANY, *CustomerGroup.choices], required=False
    )
    occasion = forms.ChoiceField(label=_("Occasion"), choices=Occasion.choices, required=False)
    max_moves = forms.IntegerField(label=_("How often its time may be moved"), min_value=0, max_value=9, initial=2)
    consent_required = forms.BooleanField(label=_("Moving needs the customer's consent"), required=False)
    review_by = forms.DateField(
        label=_("Review by"),
        required=False,
        widget=DateInput(),
        help_text=_("By then somebody looks if it still fits."),
    )
    needed_because = forms.CharField(
        label=_("How we know that customers need it"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What they told you, what you counted, or the law. Only staff read it."),
    )
    legal_basis = forms.CharField(
        label=_("The law it follows"),
        required=False,
        max_length=200,
        help_text=_("Leave it empty when you promise it of your own accord."),
    )
    legal_advice = forms.CharField(label=_("Who checked it against the law, and when"), required=False, max_length=200)

    def __init__(self, *args: Any, languages: list[str], required_languages: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.languages, self.required_languages = languages, required_languages
        row_choice(self, "category").queryset = Category.objects.all()
        for language in languages:
            name = get_language_info(language)["name_local"].capitalize()
            for field, (label, hint) in _WORDS.items():
                widget = forms.Textarea(attrs={"rows": 2, "lang": language})
                self.fields[f"{field}_{language}"] = forms.CharField(
                    label=label % {"language": name},
                    help_text=hint,
                    required=False,
                    widget=widget,
                    # The action refuses what is too long, so that nothing that was typed gets cut off.
                    max_length=None if field == "sentence" else 400,
                )

    @property
    def word_fields(self) -> list[tuple[str, list[tuple[forms.BoundField, bool]]]]:
        """For each language its name and its three texts, and whether publishing needs them."""
        return [
            (
                get_language_info(language)["name_local"].capitalize(),
                [(self[f"{field}_{language}"], language in self.required_languages) for field in _WORDS],
            )
            for language in self.languages
        ]

    def draft(self) -> Draft:
        """What a valid form says."""
        cleaned = self.cleaned_data
        said: dict[str, Any] = {
            field: {language: cleaned[f"{field}_{language}"] for language in self.languages} for field in _WORDS
        }
        said |= {field: cleaned[field] for field in (*_PLAIN, "clock", "window_minutes", "window_days")}
        return Draft(**said)

    @staticmethod
    def of(version: StandardVersion) -> dict[str, Any]:
        """The values to begin with."""
        texts = {f"{field}_{language}": text for field in _WORDS for language, text in getattr(version, field).items()}
        window = amount_of(version.clock, version.window_minutes, version.window_days)
        target = version.target_percent
        plain = {field: getattr(version, field) for field in _PLAIN}
        # 90 rather than 90.0, as people write it.
        return {**plain, "target_percent": int(target) if target == int(target) else target, **window, **texts}


class NewStandardForm(DraftForm):
    name = forms.CharField(label=_("Name among staff"), max_length=80)

    field_order = ("name", "kind", "amount", "unit")


class StandardDetailsForm(forms.Form):
    name = forms.CharField(label=_("Name among staff"), max_length=80)
    position = forms.IntegerField(label=_("Order in lists"), min_value=0, max_value=999)
    owner = forms.ModelChoiceField(User.objects.none(), label=_("Who looks after it"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row_choice(self, "owner").queryset = User.objects.filter(is_active=True)

    @staticmethod
    def of(standard: ServiceStandard) -> dict[str, Any]:
        """The values to begin with."""
        return {"name": standard.name, "position": standard.position, "owner": standard.owner_id}


class MomentForm(forms.Form):
    """From when something holds: at once, or from a day and an hour."""

    day = forms.DateField(
        label=_("From"), required=False, widget=DateInput(), help_text=_("Leave it empty to begin at once.")
    )
    hour = forms.TimeField(label=_("at"), required=False, widget=TimeInput())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("hour") and not cleaned.get("day"):
            raise ValidationError(_("Choose the day as well, or leave both empty."))
        return cleaned

    def moment(self, zone: ZoneInfo) -> datetime | None:
        """The moment in that zone; a day alone begins at midnight; None for at once."""
        day = self.cleaned_data["day"]
        return datetime.combine(day, self.cleaned_data["hour"] or time(0), zone) if day else None


class CompareForm(forms.Form):
    """Two versions of one standard, by their numbers."""

    before = forms.ChoiceField(label=pgettext_lazy("comparing versions", "From"))
    after = forms.ChoiceField(label=pgettext_lazy("comparing versions", "To"))

    def __init__(self, *args: Any, versions: Sequence[StandardVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("before", "after"):
            choice(self, name).choices = [
                (str(version.number), gettext("Version %(number)s") % {"number": version.number})
                for version in versions
            ]
