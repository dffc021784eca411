"""Who is at work: by the hours of the teams they belong to, and unless they are away. Reads, never writes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject

from people.models import Absence, Organisation, Team, User
from people.terms import Role
from standards.models import CalendarVersion
from standards.working_time import WorkingCalendar, is_open
from tickets.models import Warning

Stage = Warning.Stage


@dataclass(frozen=True)
class Colleague:
    """One who can sign in: what they are, whether they work at this moment, and whether they are away altogether."""

    pk: int
    role: str
    hears_of_due_soon: bool
    is_away: bool
    is_at_work: bool


class Staff:
    """Everybody who can sign in, as they are at one moment."""

    def __init__(self, colleagues: Iterable[Colleague]):
        self._all = {one.pk: one for one in colleagues}

    def is_at_work(self, person: int) -> bool:
        """Whether it is their working time now, and they are not away."""
        return person in self._all and self._all[person].is_at_work

    def concerned(self, stage: str, accountable: int, lead: int) -> set[int]:
        """Whose business it is: whoever answers for it; from the last call on the lead, too; managers when not owned.

        For whoever is away their lead is told, and the managers where that one is away as well. Empty
        while nobody at all is there.
        """
        if stage == Stage.UNOWNED:
            return self._managers()
        people = {accountable} if stage == Stage.DUE_SOON else {accountable, lead}
        there = {person for person in people if self._is_there(person)}
        if not self._is_there(accountable) and self._is_there(lead):
            there.add(lead)
        return there or self._managers()

    def to_tell(self, stage: str, accountable: int, lead: int) -> set[int]:
        """Those of them who want to hear of it: mails about what is due soon can be switched off, others can't."""
        concerned = self.concerned(stage, accountable, lead)
        if stage != Stage.DUE_SOON:
            return concerned
        return {person for person in concerned if self._all[person].hears_of_due_soon}

    def _is_there(self, person: int) -> bool:
        return person in self._all and not self._all[person].is_away

    def _managers(self) -> set[int]:
        """The managers who are not away; in a house without any, its administrators."""
        there = [one for one in self._all.values() if not one.is_away]
        managers = {one.pk for one in there if one.role == Role.MANAGER}
        return managers or {one.pk for one in there if one.role == Role.ADMINISTRATOR}


def staff_at(now: datetime) -> Staff:
    """Everybody as they are at `now`, in three queries.

    They work when one of their teams does, those they lead included. Who belongs to none that has
    hours works when the team does that catches what no rule assigns; and where that has none either, at any time.
    """
    calendars = _calendars()
    default = Organisation.objects.values_list("default_team", flat=True).first()
    people = User.objects.filter(is_active=True).annotate(
        away=Exists(Absence.objects.at(now).filter(user=OuterRef("pk"))),
        teams=ArrayAgg("memberships__team", filter=Q(memberships__isnull=False), distinct=True, default=[]),
        led=ArrayAgg("leads", filter=Q(leads__isnull=False), distinct=True, default=[]),
    )
    open_now = {team: is_open(calendar, now) for team, calendar in calendars.items()}
    found = []
    facts = ("pk", "role", "mail_due_soon", "away", "teams", "led")
    for pk, role, hears, away, teams, led in people.values_list(*facts):
        theirs = [open_now[team] for team in {*teams, *led} if team in open_now]
        works = any(theirs) if theirs else open_now.get(default or 0, True)
        found.append(Colleague(pk, role, hears, is_away=away, is_at_work=works and not away))
    return Staff(found)


def _calendars() -> dict[int, WorkingCalendar]:
    """The hours of each team that has some."""
    newest = (
        CalendarVersion.objects.filter(calendar=OuterRef("team_calendar__calendar"))
        .order_by("-number")
        .values(spec=JSONObject(tz="zone", hours="hours", holidays="holidays", date_hours="date_hours"))[:1]
    )
    teams = Team.objects.annotate(spec=Subquery(newest)).values_list("pk", "spec")
    return {team: WorkingCalendar.from_spec(spec) for team, spec in teams if spec}
