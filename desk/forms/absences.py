"""When somebody is away, and whom to ask about what falls due then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta, tzinfo
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from desk.forms.moments import DateInput
from desk.handing_out import Row
from people.models import User
from ui.forms import row_choice


class AbsenceForm(forms.Form):
    """Whole days, as the one who is away counts them."""

    user = forms.ModelChoiceField(User.objects.none(), label=_("Who is away"), empty_label=None)
    first_day = forms.DateField(label=_("First day away"), widget=DateInput())
    last_day = forms.DateField(label=_("Last day away"), widget=DateInput())

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row_choice(self, "user").queryset = people

    def span(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """From the beginning of the first day to the end of the last, in `zone`."""
        first, after = self.cleaned_data["first_day"], self.cleaned_data["last_day"] + timedelta(days=1)
        return datetime.combine(first, time(), zone), datetime.combine(after, time(), zone)


class HandingOutForm(forms.Form):
    """For each promise whom to ask, or nobody."""

    def __init__(self, *args: Any, rows: Sequence[Row], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        for row in rows:
            self.fields[self._name(row)] = forms.ChoiceField(
                label=_("Ask"),
                choices=[("", _("Nobody: the lead has it then")), *row.choices],
                required=False,
                initial=str(row.proposed.pk) if row.proposed else "",
            )

    @property
    def lines(self) -> list[tuple[Row, forms.BoundField]]:
        """Each promise with its question."""
        return [(row, self[self._name(row)]) for row in self.rows]

    @property
    def asked(self) -> dict[int, User]:
        """Whom to ask, by the key of the promise."""
        people = {str(person.pk): person for row in self.rows for person in row.colleagues}
        chosen = {row.commitment.pk: self.cleaned_data[self._name(row)] for row in self.rows}
        return {key: people[value] for key, value in chosen.items() if value}

    @staticmethod
    def _name(row: Row) -> str:
        return f"ask_{row.commitment.pk}"
