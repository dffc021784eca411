"""Working out how long people who write now will wait, for each team and for everybody."""

from __future__ import annotations

from datetime import datetime

from compliance.queues import hours_of, waits
from compliance.waiting import ENOUGH, LONGER_AGO, RECENT, Estimate, Waited, estimate
from people.models import Team
from standards.models import Forecast


def forecast(*, now: datetime) -> int:
    """Write what is to be said at present; returns for how many teams. A team without a calendar has no wait.

    Each team's minutes are those of its own hours.
    """
    everybody: list[Waited] = []
    teams = list(Team.objects.all())
    for team in teams:
        calendar = hours_of(team)
        if calendar is None:
            continue
        waited = waits(team, calendar, since=now - RECENT, now=now)
        if sum(ticket.answered for ticket in waited) < ENOUGH:
            waited = waits(team, calendar, since=now - LONGER_AGO, now=now)
        everybody += waited
        _write(team, estimate(waited, now=now), now)
    _write(None, estimate(everybody, now=now), now)
    return len(teams)


def _write(team: Team | None, known: Estimate, now: datetime) -> None:
    Forecast.objects.update_or_create(
        team=team, what=Forecast.What.FIRST_RESPONSE, defaults={**vars(known), "as_of": now}
    )
