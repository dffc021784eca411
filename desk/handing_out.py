"""What falls due while somebody is away, and whom to ask about each. Reads only, in a fixed number of queries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, Subquery

from desk.forms.handing_over import away_between, in_choice
from desk.rows import said
from people.models import Absence, Membership, User
from tickets.actions import absences
from tickets.certain import certain
from tickets.models import Commitment, HandOver


@dataclass(frozen=True)
class Row:
    """One promise, who may be asked about it, and whom we would ask."""

    commitment: Commitment
    words: str
    stage: str
    colleagues: Sequence[User]
    proposed: User | None

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The colleagues as a list offers them: who is away says so."""
        return [(str(one.pk), in_choice(one)) for one in self.colleagues]


def read(absence: Absence, *, now: datetime) -> list[Row]:
    """A row for each promise that falls due in `absence`, the next first.

    Proposed is whoever was asked already, or else the colleague of its team who is there all the
    time and has least due in it, counting what is proposed to them above; never who has declined.
    Nobody is proposed for what falls due before the absence begins: they are still there to keep it.
    """
    asked = HandOver.objects.filter(commitment=OuterRef("pk")).order_by("-pk")
    found: list[Any] = list(
        absences.falls_due_in(absence)
        .select_related("ticket__customer", "ticket__team__lead", "accountable", "standard_version")
        .annotate(last_asked=Subquery(asked.values("asked_of")[:1]), last_answer=Subquery(asked.values("answer")[:1]))
    )
    colleagues = _colleagues({_team(one) for one in found}, absence, now=now)
    load = _load({one.pk for crew in colleagues.values() for one in crew}, absence)
    rows = []
    for one in found:
        crew = [person for person in colleagues[_team(one)] if person.pk != one.accountable_id]
        is_theirs = now <= certain(one.due_at) < absence.starts_at and one.last_answer != ""
        proposed = None if is_theirs else _proposed(one, crew, load)
        if proposed is not None:
            load[proposed.pk] += 1
        rows.append(Row(one, said(one), one.stage(now), crew, proposed))
    return rows


def _team(one: Any) -> int:
    """Who does what a team was asked for are the people of that team."""
    return one.asked_of_id or one.ticket.team_id


def _proposed(one: Any, crew: Sequence[Any], load: Counter[int]) -> User | None:
    if one.last_answer == "":
        return next((person for person in crew if person.pk == one.last_asked), None)
    declined = one.last_asked if one.last_answer == HandOver.Answer.DECLINED else None
    # Whoever asked a colleague for something is the last to do it for them.
    asker = one.made_by_id if one.is_internal else None
    free = [person for person in crew if not person.away_until and person.pk not in {declined, asker}]
    return min(free, key=lambda person: (load[person.pk], person.name, person.pk), default=None)


def _colleagues(teams: set[int], absence: Absence, *, now: datetime) -> dict[int, list[Any]]:
    """Who works in each of `teams`, but for whoever is away; each with what absence of theirs touches that time."""
    crews: dict[int, list[Any]] = defaultdict(list)
    members = Membership.objects.filter(team__in=teams).values_list("user", "team")
    leads = User.objects.filter(leads__in=teams).values_list("pk", "leads")
    of_team = set(members.union(leads))
    people = away_between(User.objects.filter(is_active=True), now, absence.ends_at)
    for person in people.filter(pk__in={pk for pk, _team in of_team}).exclude(pk=absence.user_id):
        for team in teams:
            if (person.pk, team) in of_team:
                crews[team].append(person)
    return crews


def _load(people: set[int], absence: Absence) -> Counter[int]:
    """How many promises of each fall due in that time already."""
    due = Commitment.objects.running().filter(
        accountable__in=people, due_at__gte=absence.starts_at, due_at__lt=absence.ends_at
    )
    return Counter(dict(due.values_list("accountable").annotate(Count("pk"))))
