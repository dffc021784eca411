"""By when a second promise is made: later than the first one would be, because a second miss costs more. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from standards.models import Forecast
from standards.terms import Clock, Kind
from standards.working_time import add_working_time, next_opening
from tickets.clock import due_of
from tickets.models import Commitment, Ticket

# What was worked out longer ago says nothing of today (standards.Forecast).
FRESH = timedelta(hours=2)
_STEP = timedelta(minutes=30)


@dataclass(frozen=True)
class Careful:
    """A time for a new promise, and what it rests on: the time of 95 in 100, the standard's window, or one day."""

    at: datetime
    basis: str


def careful_date(commitment: Commitment, ticket: Ticket, now: datetime) -> Careful:
    """The time to begin with for a promise after `commitment` was missed, at a full or half hour."""
    calendar = commitment.calendar_version
    if commitment.kind == Kind.FIRST_RESPONSE and (minutes := _of_95_in_100(ticket, now)):
        return Careful(_rounded(add_working_time(calendar.working, now, timedelta(minutes=minutes))), "p95")
    version = commitment.standard_version
    if version is not None and version.clock != Clock.FIXED:
        due = due_of(version.clock, version.window_minutes, version.window_days, calendar, now)
        return Careful(_rounded(due), "standard")
    return Careful(_rounded(next_opening(calendar.working, now + timedelta(days=1))), "day")


def _of_95_in_100(ticket: Ticket, now: datetime) -> int | None:
    """Within how many minutes of working time 95 in 100 get an answer at present; None where that is not known."""
    known = Forecast.objects.filter(team=ticket.team, what=Forecast.What.FIRST_RESPONSE, as_of__gt=now - FRESH)
    return known.values_list("p95", flat=True).first()


def _rounded(moment: datetime) -> datetime:
    """The next half hour: nobody promises 10:07."""
    whole = moment.replace(minute=0, second=0, microsecond=0)
    while whole < moment:
        whole += _STEP
    return whole
