"""Whose promises are shown, and by whom and when they can be worked on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from people.models import Team, User
from standards.models import CalendarVersion
from standards.working_time import WorkingCalendar, opening_intervals
from tickets.models import Commitment
from tickets.models.commitment import CommitmentQuerySet
from tickets.models.ticket import TicketQuerySet

MINE, ALL, TEAM = "mine", "all", "team:"


@dataclass(frozen=True)
class Crew:
    """A team with its people and the hours it works by; no hours where it has no calendar."""

    pk: int
    name: str
    people: frozenset[int]
    calendar: WorkingCalendar | None
    away: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Scope:
    """One choice of whose promises to look at."""

    key: str
    name: str
    user: User
    crews: Sequence[Crew] = field(default_factory=list)

    def of(self, commitments: CommitmentQuerySet) -> CommitmentQuerySet:
        """Those of `commitments` that the user may see and wants to: of a team, what the team has to do."""
        visible = commitments.visible_to(self.user)
        if self.key == MINE:
            return visible.filter(accountable=self.user)
        if self.key.startswith(TEAM):
            team = self.crews[0].pk
            return visible.filter(Q(ticket__team=team, asked_of=None) | Q(asked_of=team))
        return visible

    def holds(self, commitment: Commitment) -> bool:
        """Whether `commitment`, which the user may see, is one of them; it comes with its ticket."""
        if self.key == MINE:
            return commitment.accountable_id == self.user.pk
        team = commitment.asked_of_id or commitment.ticket.team_id
        return not self.key.startswith(TEAM) or team == self.crews[0].pk

    def tickets(self, tickets: TicketQuerySet) -> TicketQuerySet:
        """The same for tickets: mine are those I own, and as a lead those that nobody has taken."""
        visible = tickets.visible_to(self.user)
        if self.key == MINE:
            return visible.filter(Q(owner=self.user) | Q(owner__isnull=True, team__lead=self.user))
        if self.key.startswith(TEAM):
            return visible.filter(team=self.crews[0].pk)
        return visible

    def people(self) -> dict[int, list[Crew]]:
        """Who can work on them now, each with the teams they belong to; nobody who is away."""
        found: dict[int, list[Crew]] = {}
        for crew in self.crews:
            for person in crew.people - crew.away:
                if self.key != MINE or person == self.user.pk:
                    found.setdefault(person, []).append(crew)
        return found

    def calendars(self) -> set[WorkingCalendar]:
        """The hours that count here."""
        return {crew.calendar for crew in self.crews if crew.calendar}


# The newest hours of a team, in the query that reads it.
_NEWEST = Subquery(
    CalendarVersion.objects.filter(calendar=OuterRef("team_calendar__calendar"))
    .order_by("-number")
    .values(spec=JSONObject(tz="zone", hours="hours", holidays="holidays", date_hours="date_hours"))[:1]
)


def hours_of(person: User) -> list[WorkingCalendar]:
    """The hours of the teams that `person` works in or leads, in one query."""
    works_there = Q(memberships__user=person) | Q(lead=person)
    specs = Team.objects.filter(works_there).annotate(spec=_NEWEST).order_by("pk").values_list("spec", flat=True)
    return [WorkingCalendar.from_spec(spec) for spec in specs.distinct() if spec]


def crews_of(user: User, *, now: datetime) -> list[Crew]:
    """The teams whose work `user` may see, in one query with their people, who of them is away, and newest hours."""
    away = Q(memberships__user__absences__starts_at__lte=now, memberships__user__absences__ends_at__gt=now)
    teams = (
        Team.objects.visible_to(user)
        .annotate(
            people=ArrayAgg(
                "memberships__user", filter=Q(memberships__user__is_active=True), distinct=True, default=[]
            ),
            away=ArrayAgg("memberships__user", filter=away, distinct=True, default=[]),
            spec=_NEWEST,
        )
        .order_by("name")
    )
    return [
        Crew(
            team.pk,
            team.name,
            frozenset(team.people),
            WorkingCalendar.from_spec(team.spec) if team.spec else None,
            frozenset(team.away),
        )
        for team in teams
    ]


def scopes(user: User, crews: Sequence[Crew]) -> list[Scope]:
    """The choices `user` has: their own, each team, all they may see."""
    own = [crew for crew in crews if user.pk in crew.people] or list(crews)
    teams = [Scope(f"{TEAM}{crew.pk}", _("Team %(team)s") % {"team": crew.name}, user, [crew]) for crew in crews]
    return [Scope(MINE, _("Mine"), user, own), *teams, Scope(ALL, _("All"), user, crews)]


def chosen(key: str, choices: Iterable[Scope]) -> Scope:
    """The one with that key, else the last: all that one may see."""
    *_others, everything = choices
    return next((scope for scope in choices if scope.key == key), everything)


def open_until(calendars: Iterable[WorkingCalendar], now: datetime) -> datetime | None:
    """When the last of them that is open now closes; None when all are closed."""
    ahead = [opening_intervals(calendar, now, now + timedelta(days=1))[:1] for calendar in calendars]
    return max((closes for stretch in ahead for opens, closes in stretch if opens <= now), default=None)
