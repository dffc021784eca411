"""What a person fills in about a ticket as a whole."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from desk.forms.files import WithFiles
from desk.forms.handing_over import Colleague, of_team
from people.models import Customer, Team, User
from people.terms import Channel
from standards.models import Category
from standards.terms import Priority, TicketType
from tickets.models import Ticket
from ui.forms import choice, row_choice


class FactsForm(forms.ModelForm):
    """Type, category and priority: what standards are matched by."""

    class Meta:
        model = Ticket
        fields = ["type", "category", "priority"]


class SetAsideForm(forms.Form):
    """What it is, where it is no request."""

    why = forms.ChoiceField(choices=Ticket.SetAside, widget=forms.RadioSelect, label=_("What is it?"))


class AssignForm(forms.Form):
    """Who owns the ticket: somebody of its team, or nobody."""

    owner = Colleague(required=False, label=_("Owner"), empty_label=_("Nobody"))

    def __init__(self, *args: Any, ticket: Ticket, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row_choice(self, "owner").queryset = of_team(ticket.team, now=now)


class NewTicketForm(WithFiles):
    """A customer on the phone, or at the desk: who it is, what they ask for, what they were told."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    customer = forms.ModelChoiceField(
        Customer.objects.none(), required=False, widget=forms.HiddenInput, label=_("Customer")
    )
    name = forms.CharField(required=False, max_length=120, label=_("Name"))
    email = forms.EmailField(required=False, label=_("E-mail"))
    phone = forms.CharField(required=False, max_length=40, label=_("Phone"))
    language = forms.ChoiceField(required=False, label=_("Language"))
    channel = forms.ChoiceField(
        choices=[(c.value, c.label) for c in (Channel.PHONE, Channel.MAIL)], initial=Channel.PHONE, label=_("Came by")
    )
    subject = forms.CharField(max_length=200, label=_("What it is about, in a few words"))
    body = forms.CharField(widget=forms.Textarea(attrs={"rows": 5}), label=_("What the customer asks for"))
    type = forms.ChoiceField(choices=TicketType, label=_("Type"))
    category = forms.ModelChoiceField(
        Category.objects.in_use(), required=False, label=_("Category"), empty_label=_("None")
    )
    priority = forms.ChoiceField(choices=Priority, initial="normal", label=_("Priority"))
    team = forms.ModelChoiceField(Team.objects.none(), label=_("Team"), empty_label=None)
    mine = forms.BooleanField(required=False, label=_("I take it"))

    def __init__(self, *args: Any, user: User, languages: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row_choice(self, "customer").queryset = Customer.objects.visible_to(user)
        row_choice(self, "team").queryset = Team.objects.visible_to(user).distinct()
        choice(self, "language").choices = languages

    def clean(self) -> dict[str, Any]:
        """Either a known customer is chosen, or a new one can be reached."""
        cleaned = super().clean() or {}
        if not cleaned.get("customer"):
            if not cleaned.get("name"):
                self.add_error("name", _("Give the customer's name, or choose somebody from the list."))
            if not cleaned.get("email") and not cleaned.get("phone") and not self.errors.get("email"):
                self.add_error("phone", _("Give a phone number or an e-mail address: how else do we reach them?"))
        return cleaned

    def known_by_email(self) -> Customer | None:
        """The customer who has the address that was typed for a new one."""
        email = self.cleaned_data.get("email")
        return Customer.objects.filter(email__iexact=email).first() if email else None
