"""What a person fills in to ask a colleague for something, and what is said to it afterwards."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk.forms.moments import DateInput, TimeInput
from people.models import Team, User
from standards.terms import Kind
from tickets.models import Commitment, Ticket
from ui.forms import choice

ANYWAY = gettext_lazy("Ask for it all the same: it comes after the customer's time")


class ByWhen(forms.Form):
    """A day and an hour, in the viewer's zone, and the yes that is asked for where they come late for the customer."""

    date = forms.DateField(widget=DateInput(), label=gettext_lazy("By"))
    time = forms.TimeField(widget=TimeInput(), label=gettext_lazy("Time"))
    anyway = forms.BooleanField(required=False, label=ANYWAY)

    def __init__(self, *args: Any, zone: tzinfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    @property
    def due_at(self) -> datetime:
        """The moment that was given."""
        return datetime.combine(self.cleaned_data["date"], self.cleaned_data["time"], self.zone)

    @property
    def asks_whether_anyway(self) -> bool:
        """Whether the yes is needed, or was given."""
        return self.has_error("anyway") or bool(self["anyway"].value())


class AskForm(ByWhen):
    """What is asked, of whom, by when, and which promise to the customer it serves."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    words = forms.CharField(
        max_length=300, widget=forms.Textarea(attrs={"rows": 2}), label=gettext_lazy("What do you ask for?")
    )
    whom = forms.ChoiceField(
        label=gettext_lazy("Of whom?"), help_text=gettext_lazy("Of a team, its lead answers until somebody takes it.")
    )
    serves = forms.ChoiceField(required=False, label=gettext_lazy("Which promise to the customer does it serve?"))

    field_order = ["words", "whom", "date", "time", "serves", "anyway"]

    def __init__(self, *args: Any, promises: list[Commitment], by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.served = {str(row.pk): row for row in promises}
        served = [(key, row.promised_text or row.get_kind_display()) for key, row in self.served.items()]
        choice(self, "serves").choices = [("", _("None in particular")), *served]
        self.teams = {f"team:{team.pk}": team for team in Team.objects.select_related("lead")}
        colleagues = User.objects.filter(is_active=True, memberships__isnull=False).exclude(pk=by.pk)
        self.people = {f"user:{user.pk}": user for user in colleagues.distinct().prefetch_related("memberships__team")}
        choice(self, "whom").choices = [
            ("", _("Choose somebody")),
            (_("Teams"), [(key, team.name) for key, team in self.teams.items()]),
            (_("Colleagues"), [(key, _who(user)) for key, user in self.people.items()]),
        ]

    @property
    def of(self) -> User | Team:
        """Who is asked."""
        whom = self.cleaned_data["whom"]
        return self.teams[whom] if whom in self.teams else self.people[whom]

    @property
    def serves_row(self) -> Commitment | None:
        """The promise that it serves, where one was chosen."""
        return self.served.get(self.cleaned_data["serves"])


class AnotherTimeForm(ByWhen):
    """Another time for what was asked, and why."""

    why = forms.CharField(max_length=300, widget=forms.Textarea(attrs={"rows": 2}), label=gettext_lazy("Why?"))

    field_order = ["date", "time", "why", "anyway"]


class GiveBackForm(forms.Form):
    """Why it cannot be done."""

    why = forms.CharField(max_length=300, widget=forms.Textarea(attrs={"rows": 2}), label=gettext_lazy("Why?"))


class ObjectForm(ByWhen):
    """What is missing, and by when it is needed now."""

    why = forms.CharField(
        max_length=300, widget=forms.Textarea(attrs={"rows": 2}), label=gettext_lazy("What is missing?")
    )

    field_order = ["why", "date", "time"]


class WithdrawAskForm(forms.Form):
    """Why it is no longer needed."""

    REASONS = (
        ("not_needed", gettext_lazy("It is no longer needed")),
        ("entered_by_mistake", gettext_lazy("It was entered by mistake")),
    )
    why = forms.ChoiceField(choices=REASONS, widget=forms.RadioSelect, label=gettext_lazy("Why is it no longer owed?"))


def told_to_customer(ticket: Ticket) -> list[Commitment]:
    """What a customer waits for on `ticket`, the next due first: what can be served."""
    rows = ticket.commitments.to_the_customer().open().exclude(kind=Kind.ACKNOWLEDGE)
    return list(rows.order_by("due_at", "pk"))


def _who(user: User) -> str:
    teams = ", ".join(sorted(membership.team.name for membership in user.memberships.all()))
    return f"{user.name} ({teams})"
