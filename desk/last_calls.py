"""Last calls: which of them nobody has taken up, and how that went in each team lately. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q

from people.models import Team, User
from tickets.models import Commitment, Warning
from tickets.models.warning import WarningQuerySet, acted_on

# So far back it is counted how a team takes up its last calls.
LATELY = timedelta(days=28)
# So many are listed; nobody reads more, and each is on Horizon as well.
MOST = 200


@dataclass(frozen=True)
class Line:
    """One last call that nobody has taken up, as the table shows it."""

    warning: Warning
    stage: str

    @property
    def commitment(self) -> Commitment:
        """What it is the last call for."""
        return self.warning.commitment

    @property
    def told(self) -> list[str]:
        """The names of those who were told by mail."""
        return [person.name for person in self.warning.told.all()]


@dataclass
class OfTeam:
    """A team with its last calls that nobody has taken up; and of those of late how many were, before they were due."""

    team: Team
    lines: list[Line] = field(default_factory=list)
    lately: int = 0
    taken_up: int = 0


def look(user: User, *, now: datetime) -> list[OfTeam]:
    """Each team that `user` may see and that has had a last call of late, those with something to show first."""
    visible = Commitment.objects.visible_to(user)
    warnings = Warning.objects.filter(commitment__in=visible)
    found = {team.pk: OfTeam(team) for team in Team.objects.visible_to(user).select_related("lead")}
    for warning in _not_taken_up(warnings):
        found[warning.commitment.ticket.team_id].lines.append(Line(warning, warning.commitment.stage(now)))
    for team, number, taken_up in _lately(warnings, now):
        found[team].lately, found[team].taken_up = number, taken_up
    shown = [one for one in found.values() if one.lines or one.lately]
    return sorted(shown, key=lambda one: (-len(one.lines), one.team.name))


def _not_taken_up(warnings: WarningQuerySet) -> Iterable[Warning]:
    listed = warnings.not_taken_up().select_related(
        "commitment__ticket__customer", "commitment__accountable", "commitment__made_by"
    )
    return listed.prefetch_related("told")[:MOST]


def _lately(warnings: WarningQuerySet, now: datetime) -> Iterable[tuple[int, int, int]]:
    """By team: how many last calls there were, and how many of them were taken up before they were due."""
    in_time = acted_on().filter(at__lte=OuterRef("commitment__due_at"))
    taken_up = Q(seen_at__isnull=False) | Q(commitment__ended_at__lte=F("commitment__due_at")) | Q(Exists(in_time))
    calls = warnings.last_calls().filter(Q(commitment__due_at__lt=now) | taken_up, at__gte=now - LATELY)
    counted = calls.values("commitment__ticket__team").annotate(n=Count("pk"), taken_up=Count("pk", filter=taken_up))
    return counted.values_list("commitment__ticket__team", "n", "taken_up")
