"""Which calendar a ticket runs by, and the times that follow from it.

Reads, never writes: the actions put these times on the rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from people.models import Organisation, Team
from standards.due import Window, shift, warning_moments, worked_inside
from standards.models import CalendarVersion
from standards.terms import Kind
from tickets.certain import certain
from tickets.models import Commitment


@dataclass(frozen=True)
class Times:
    """When a commitment falls due and when it begins to need somebody."""

    due_at: datetime
    warn_at: datetime
    last_call_at: datetime


def calendar_of(team: Team) -> CalendarVersion:
    """The hours that new commitments of `team` run by; a refusal where it has no calendar."""
    version = (
        CalendarVersion.objects.filter(calendar__team_calendars__team=team)
        .select_related("calendar")
        .order_by("-number")
        .first()
    )
    if version is None:
        raise ValidationError(
            _("Team %(team)s has no calendar, so no due time can be worked out. Choose one in the settings."),
            params={"team": team.name},
        )
    return version


def due_of(clock: str, minutes: int | None, days: int | None, calendar: CalendarVersion, start: datetime) -> datetime:
    """When a window that starts at `start` is used up."""
    return Window(clock, minutes, days).due(calendar.working, start, Organisation.objects.the().zone_info)


def times(
    kind: str,
    clock: str,
    calendar: CalendarVersion,
    start: datetime,
    due: datetime,
    paused: timedelta = timedelta(0),
    not_before: datetime | None = None,
    slot_starts_at: datetime | None = None,
) -> Times:
    """Due time and warnings. An acknowledgement is automatic: nobody is warned before it is overdue.

    What has a slot is warned of by its start: a call is prepared before it, and late inside the slot somebody
    who is told first may have no time left for it.
    """
    if kind == Kind.ACKNOWLEDGE:
        return Times(due, due, due)
    if slot_starts_at is not None:
        if slot_starts_at <= start:
            return Times(due, start, start)
        return Times(due, *warning_moments(calendar.working, clock, start, slot_starts_at, paused, not_before))
    return Times(due, *warning_moments(calendar.working, clock, start, due, paused, not_before))


def times_after_pauses(commitment: Commitment, spans: list[tuple[datetime, datetime]]) -> Times:
    """The times of a commitment whose clock stood still during `spans`: computed afresh, never accumulated."""
    calendar = commitment.calendar_version
    paused = worked_inside(calendar.working, spans)
    due = shift(calendar.working, certain(commitment.unpaused_due_at), paused)
    last_end = max((end for _, end in spans), default=None)
    return times(commitment.kind, commitment.clock, calendar, certain(commitment.started_at), due, paused, last_end)
