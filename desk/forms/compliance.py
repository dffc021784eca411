"""What narrows the compliance page. Only for drawing: what an address asks is read by `compliance.listed`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk.compliance_names import Names
from people.terms import Channel
from standards.terms import Kind, Priority
from tickets.models import Commitment, DelayCause
from ui.forms import choice

MONTHS = 13
# What is offered beside a miss.
CAUSES = [("", gettext_lazy("Choose …")), *DelayCause.Cause.choices]


class Narrow(forms.Form):
    """One field for each part of the question, with what the address has chosen."""

    month = forms.ChoiceField(label=gettext_lazy("Month"))
    team = forms.ChoiceField(label=gettext_lazy("Team"))
    standard = forms.ChoiceField(label=gettext_lazy("Service standard"))
    kind = forms.ChoiceField(label=gettext_lazy("What is promised"))
    source = forms.ChoiceField(label=gettext_lazy("Source"))
    category = forms.ChoiceField(label=gettext_lazy("Category"))
    channel = forms.ChoiceField(label=gettext_lazy("Channel"))
    priority = forms.ChoiceField(label=gettext_lazy("Priority"))
    accountable = forms.ChoiceField(label=gettext_lazy("Who answered for it"))
    since = forms.DateField(label=gettext_lazy("From"), widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=gettext_lazy("To"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, address: Mapping[str, str], *, names: Names, month: str, today: date) -> None:
        given: dict[str, Any] = {name: address.get(name, "") for name in self.base_fields}
        super().__init__(initial={**given, "month": month}, auto_id="by_%s")
        choices: dict[str, list[tuple[Any, Any]]] = {
            "month": _months(today, month),
            "team": [("", _("Every team")), *names.teams.items()],
            "standard": [("", _("Every standard")), *names.standards.items()],
            "kind": [("", _("Everything")), *Kind.choices],
            "source": [("", _("Every source")), *Commitment.Source.choices],
            "category": [("", _("Every category")), *names.categories.items()],
            "channel": [("", _("Every channel")), *Channel.choices],
            "priority": [("", _("Every priority")), *Priority.choices],
            "accountable": [("", _("Everybody")), *names.people.items()],
        }
        for name, offered in choices.items():
            choice(self, name).choices = offered
        for field in self.fields.values():
            field.required = False
        if not names.people:
            del self.fields["accountable"]

    @property
    def more(self) -> list[forms.BoundField]:
        """The fields behind "More filters"."""
        return [
            self[name]
            for name in ("kind", "source", "category", "channel", "priority", "accountable", "since", "until")
            if name in self.fields
        ]

    @property
    def more_is_used(self) -> bool:
        """Whether one of them is chosen."""
        return any(field.initial for field in self.more)


def month_in_words(day: date) -> str:
    """ "October 2026"."""
    return date_format(day, "YEAR_MONTH_FORMAT")


def is_month(since: datetime, until: datetime, zone: ZoneInfo) -> bool:
    """Whether a span is exactly one month of the calendar."""
    first, following = since.astimezone(zone).date(), until.astimezone(zone).date()
    return first.day == following.day == 1 and (following.year - first.year) * 12 + following.month - first.month == 1


def _months(today: date, chosen: str) -> list[tuple[str, str]]:
    found = []
    for back in range(MONTHS):
        year, month = divmod(today.year * 12 + today.month - 1 - back, 12)
        first = date(year, month + 1, 1)
        words = month_in_words(first)
        found.append((f"{first:%Y-%m}", _("%(month)s, so far") % {"month": words} if back == 0 else words))
    if chosen and chosen not in dict(found):
        found.append((chosen, month_in_words(date.fromisoformat(f"{chosen}-01"))))
    return [*found, ("", _("The days chosen below"))]
