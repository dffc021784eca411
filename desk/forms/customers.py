"""What we know about a customer and how they want to hear from us."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from desk.forms.settings_people import language_choices, zone_choices
from people.models import Customer
from people.terms import Channel, CustomerGroup

# Keyword of the action and field of the form are the same word.
FIELDS = (
    "name", "form_of_address", "email", "phone", "language", "zone", "channel", "group", "nothing_unasked_because",
)  # fmt: skip


def _empty_zones() -> list[tuple[str, Any]]:
    return zone_choices(_("The organisation's"))


class CustomerForm(forms.Form):
    """All that can be changed about a customer. The action checks what one field alone cannot tell."""

    name = forms.CharField(label=_("Name"), max_length=120)
    form_of_address = forms.CharField(
        label=_("Form of address"),
        max_length=40,
        required=False,
        help_text=_("How they wish to be spoken to, like “Mrs” or “Dr”. Only staff see it."),
    )
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    channel = forms.ChoiceField(label=_("Preferred channel"), choices=Channel.choices)
    language = forms.ChoiceField(label=_("Language"), choices=language_choices)
    zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=_empty_zones,
        required=False,
        help_text=_("In which they read the times that we tell them."),
    )
    group = forms.ChoiceField(label=_("Group"), choices=CustomerGroup.choices)
    nothing_unasked_because = forms.CharField(
        label=_("Why nothing leaves to them by itself"),
        max_length=200,
        required=False,
        help_text=_("Deceased, or a legal hold. Leave it empty, and they get what the playbooks plan."),
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name in ("name", "email", "phone"):
            # The customer's own, not those of the person who types.
            self.fields[name].widget.attrs["autocomplete"] = "off"

    @staticmethod
    def of(customer: Customer) -> dict[str, Any]:
        """The values to begin with."""
        return {name: getattr(customer, name) for name in FIELDS}
