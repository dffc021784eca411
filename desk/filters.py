"""By what the ticket list can be narrowed. Only what stands here can be asked for in an address."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from people.models import Team, User
from people.terms import Channel
from standards.models import Category
from standards.terms import Priority, TicketType
from tickets.models import Ticket
from tickets.models.ticket import TicketQuerySet

ANY, ME, NOBODY = "any", "me", "nobody"


class TicketFilter(django_filters.FilterSet):
    """The filters of the ticket list. Without a state it shows what is open."""

    q = django_filters.CharFilter(label=_("Search"), method="search")
    state = django_filters.ChoiceFilter(
        label=_("State"),
        empty_label=_("All open"),
        choices=[*Ticket.State.choices, (ANY, _("Open and done"))],
        method="in_state",
        widget=forms.HiddenInput,  # chosen above the list, where the counts stand
    )
    team = django_filters.ModelChoiceFilter(label=_("Team"), queryset=Team.objects.none(), empty_label=_("Every team"))
    owner = django_filters.ChoiceFilter(label=_("Owner"), empty_label=_("Everybody"), choices=[], method="of_owner")
    category = django_filters.ModelChoiceFilter(
        label=_("Category"), queryset=Category.objects.all(), empty_label=_("Every category")
    )
    type = django_filters.ChoiceFilter(label=_("Type"), choices=TicketType.choices, empty_label=_("Every type"))
    priority = django_filters.ChoiceFilter(
        label=_("Priority"), choices=Priority.choices, empty_label=_("Every priority")
    )
    channel = django_filters.ChoiceFilter(label=_("Channel"), choices=Channel.choices, empty_label=_("Every channel"))

    class Meta:
        model = Ticket
        fields: list[str] = []

    def __init__(self, data: Any, queryset: QuerySet[Ticket], *, viewer: User, prefix: str | None = None):
        super().__init__(data, queryset, prefix=prefix)
        self.viewer = viewer
        teams = Team.objects.visible_to(viewer)
        self.filters["team"].queryset = teams
        people = User.objects.filter(is_active=True, memberships__team__in=teams).distinct().order_by("name", "pk")
        self.filters["owner"].extra["choices"] = lambda: [
            (ME, _("Me")),
            (NOBODY, _("Nobody")),
            *((str(person.pk), person.name) for person in people if person.pk != viewer.pk),
        ]

    @property
    def is_open_only(self) -> bool:
        """Whether only open tickets are asked for, so that the next due time can order them."""
        return self.form.cleaned_data.get("state", "") in {
            "", Ticket.State.OPEN, Ticket.State.WAITING_ON_CUSTOMER, Ticket.State.WAITING_ON_OTHERS
        }  # fmt: skip

    def whatever_state(self) -> QuerySet[Ticket]:
        """What all the other filters leave over, in every state."""
        found = self.queryset.all()
        for name, value in self.form.cleaned_data.items():
            if name != "state":
                found = self.filters[name].filter(found, value)
        return found

    def search(self, tickets: TicketQuerySet, name: str, text: str) -> QuerySet[Ticket]:
        """Those with words that begin like each word of `text`."""
        return tickets.search(text)

    def in_state(self, tickets: TicketQuerySet, name: str, state: str) -> QuerySet[Ticket]:
        """Those in that state."""
        return tickets if state == ANY else tickets.filter(state=state)

    def of_owner(self, tickets: TicketQuerySet, name: str, owner: str) -> QuerySet[Ticket]:
        """Those of that person, or those that nobody has taken."""
        if owner == NOBODY:
            return tickets.filter(owner=None)
        return tickets.filter(owner=self.viewer if owner == ME else int(owner))
