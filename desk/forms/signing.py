"""How mail to customers is signed: by a team in each language, and by a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language_info, gettext
from django.utils.translation import gettext_lazy as _

from people.models import Organisation, Team, User
from people.signing import NAME, SIGNATURE


def _lines() -> forms.Textarea:
    return forms.Textarea(attrs={"rows": 4})


class TeamSignatureForm(forms.Form):
    """A signature in each language of the public pages."""

    sender_name = forms.CharField(
        label=_("Name in From"), max_length=NAME, required=False, help_text=_("Empty: the organisation's name.")
    )

    def __init__(self, *args: Any, languages: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.languages = languages
        for code in languages:
            self.fields[f"signature_{code}"] = forms.CharField(
                label=gettext("Signature (%(language)s)") % {"language": get_language_info(code)["name_local"]},
                max_length=SIGNATURE,
                required=False,
                widget=_lines(),
            )

    def texts(self) -> Iterator[forms.BoundField]:
        """The fields of the signatures."""
        return (self[f"signature_{code}"] for code in self.languages)

    def given(self) -> dict[str, Any]:
        """What `people.actions.teams.sign` takes."""
        texts = {code: self.cleaned_data[f"signature_{code}"] for code in self.languages}
        return {"sender_name": self.cleaned_data["sender_name"], "signatures": texts}

    @staticmethod
    def of(team: Team, languages: Sequence[str]) -> dict[str, str]:
        """The values to begin with."""
        return {"sender_name": team.sender_name} | {f"signature_{code}": team.signature_in(code) for code in languages}


class OwnSignatureForm(forms.Form):
    sender_name = forms.CharField(
        label=_("Name in From"),
        max_length=NAME,
        required=False,
        help_text=_("As customers see it, beside the name of the team or the organisation. Empty: your name."),
    )
    signature = forms.CharField(
        label=_("Your lines"),
        max_length=SIGNATURE,
        required=False,
        widget=_lines(),
        help_text=_(
            "Above the team's signature, in mails of every language: keep to your name, your work and your number."
        ),
    )

    @staticmethod
    def of(user: User) -> dict[str, str]:
        """The values to begin with."""
        return {"sender_name": user.sender_name, "signature": user.signature}


def languages_of(organisation: Organisation) -> list[str]:
    """The languages in which customers may get mail."""
    return list(organisation.languages) or [organisation.language]
