"""The names of all that results can be asked by, for the filters and the rows of the compliance page."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, Value

from people.models import Team, User
from standards.models import Category, StandardVersion

_TEAM, _CATEGORY, _PERSON = "team", "category", "person"


@dataclass(frozen=True)
class Names:
    """By key, in the order of the alphabet; standards in their own order, with every published version."""

    teams: dict[int, str]
    categories: dict[int, str]
    people: dict[int, str]
    versions: dict[int, StandardVersion]

    @property
    def standards(self) -> dict[str, str]:
        """By code."""
        return {version.standard.code: version.standard.name for version in self.versions.values()}


def names(viewer: User, *, leads: bool) -> Names:
    """What `viewer` can ask by, in two queries: people only for those who look at others' results."""
    found: dict[str, dict[int, str]] = defaultdict(dict)
    lists: list[Any] = [Team.objects.visible_to(viewer), Category.objects.all()]
    if leads:
        lists.append(User.objects.all() if viewer.is_manager else User.objects.filter(_led_by(viewer)))
    kinds = (_TEAM, _CATEGORY, _PERSON)
    parts = [
        rows.order_by().annotate(what=Value(kind)).values_list("what", "pk", "name")
        for kind, rows in zip(kinds, lists, strict=False)
    ]
    for what, pk, name in parts[0].union(*parts[1:]):
        found[what][pk] = name
    versions = (
        StandardVersion.objects.filter(published_at__isnull=False)
        .select_related("standard")
        .order_by("standard__position", "standard__code", "-number")
    )
    teams, categories, people = (_sorted(found[kind]) for kind in kinds)
    return Names(teams, categories, people, {version.pk: version for version in versions})


def _led_by(viewer: User) -> Q:
    return Q(memberships__team__lead=viewer) | Q(pk=viewer.pk)


def _sorted(of: dict[int, str]) -> dict[int, str]:
    return dict(sorted(of.items(), key=lambda item: (item[1].casefold(), item[0])))
