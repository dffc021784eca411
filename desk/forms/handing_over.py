"""Choosing a colleague, who may be away."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.models import Absence, Team, User
from tickets.models import Commitment
from ui.formats import day_in_words
from ui.forms import row_choice


def of_team(team: Team, *, now: datetime, until: datetime | None = None) -> QuerySet[User]:
    """Whoever works in `team` or leads it, each with the absence that touches the time from `now` to `until`."""
    works_there = Q(memberships__team=team) | Q(leads=team)
    return away_between(User.objects.filter(works_there, is_active=True), now, until).distinct()


def away_between(people: QuerySet[User], now: datetime, until: datetime | None) -> QuerySet[User]:
    """`people`, each with when their first absence between the two begins and ends (`away_from`, `away_until`)."""
    away = Absence.objects.not_over(now).filter(user=OuterRef("pk"), starts_at__lte=max(until or now, now))
    return people.annotate(
        away_from=Subquery(away.values("starts_at")[:1]), away_until=Subquery(away.values("ends_at")[:1])
    )


class Colleague(forms.ModelChoiceField):
    """A choice among those of `of_team`, which says who is away until when."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(User.objects.none(), **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        """The name, and when they are back where they are away."""
        return in_choice(obj)


def in_choice(person: Any) -> str:
    """A person of `of_team` as a choice of a list."""
    if not person.away_until:
        return str(person)
    first, back = (day_in_words(timezone.localdate(moment)) for moment in (person.away_from, person.away_until))
    return _("%(name)s (away from %(first)s, back on %(back)s)") % {"name": person, "first": first, "back": back}


class HandOverForm(forms.Form):
    """Who is to answer for one promise."""

    to = Colleague(label=gettext_lazy("Colleague"), empty_label=gettext_lazy("Choose somebody"))

    def __init__(self, *args: Any, commitment: Commitment, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = of_team(commitment.asked_of or commitment.ticket.team, now=now, until=commitment.due_at)
        row_choice(self, "to").queryset = others.exclude(pk=commitment.accountable_id)
