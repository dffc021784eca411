"""What a person chooses for themselves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from desk.forms.settings_people import STAFF_LANGUAGES, language_choices, zone_choices
from people.models import User


def staff_languages() -> list[tuple[str, str]]:
    """The languages that the desk speaks, each in its own name."""
    return language_choices(STAFF_LANGUAGES)


def own_zones() -> list[tuple[str, Any]]:
    """All zones, and that of the organisation first."""
    return zone_choices(_("The organisation's"))


class PreferencesForm(forms.Form):
    language = forms.ChoiceField(label=_("Language"), choices=staff_languages)
    zone = forms.ChoiceField(
        label=_("Time zone"), choices=own_zones, required=False, help_text=_("In which you read and give times.")
    )
    theme = forms.ChoiceField(
        label=_("Appearance"),
        choices=[("", _("As the system says")), ("light", _("Light")), ("dark", _("Dark"))],
        required=False,
        widget=forms.RadioSelect,
    )
    shortcuts = forms.ChoiceField(
        label=_("Single-key shortcuts"),
        choices=[("on", _("On")), ("off", _("Off"))],
        widget=forms.RadioSelect,
        help_text=_("Keys like r for a reply work while you are not typing. The question mark shows them all."),
    )

    mail_due_soon = forms.ChoiceField(
        label=_("Mail when something is due soon"),
        choices=[("on", _("On")), ("off", _("Off"))],
        widget=forms.RadioSelect,
        help_text=_("You hear of last calls and of what is overdue in any case."),
    )

    @staticmethod
    def of(user: User) -> dict[str, str]:
        """The values to begin with."""
        return {
            "language": user.language,
            "zone": user.zone,
            "theme": user.theme,
            "shortcuts": "on" if user.shortcuts else "off",
            "mail_due_soon": "on" if user.mail_due_soon else "off",
        }
