"""Opening hours have changed: what runs keeps the hours it began with, until somebody decides otherwise.

Only what is still owed by rule can follow the newer hours. A date that a person told stays as told, what is
overdue stays overdue, and what has ended is not touched. Results go on counting by the earlier of the two
times, so that no change of hours ever makes one better.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from people.models import Organisation, User
from standards.due import Window, shift, worked_inside
from standards.models import Calendar, CalendarVersion
from standards.terms import Clock
from standards.working_time import NoWorkingTime
from tickets.actions.events import record
from tickets.actions.rematch import shortly, standing_still
from tickets.certain import certain
from tickets.clock import times_after_pauses
from tickets.models import Commitment, Ticket
from tickets.models.commitment import CommitmentQuerySet


@dataclass(frozen=True)
class Moved:
    """A commitment with the times that newer hours give it, not saved, and when it was due before.

    `due` and `before` are without the pause where its clock stands still; `tightened` when the time had
    shrunk into the past and was set to shortly from now. `earlier_hours` are those it went by, and results
    count by `counted`.
    """

    commitment: Commitment
    before: datetime
    due: datetime
    tightened: bool
    earlier_hours: int
    counted: datetime | None


def by_earlier_hours(calendar: Calendar) -> CommitmentQuerySet:
    """What is owed by rule and runs by hours of `calendar` that have been changed since."""
    return _by_rule(calendar).exclude(calendar_version=calendar.current)


def _by_rule(calendar: Calendar) -> CommitmentQuerySet:
    return (
        Commitment.objects.open()
        .exclude(state=Commitment.State.CONDITIONAL)
        .filter(
            calendar_version__calendar=calendar,
            source=Commitment.Source.STANDARD,
            clock__in=[Clock.WORKING_TIME, Clock.WORKING_DAYS],
            replaces=None,
            follows_why="",
        )
    )


def would_move(calendar: Calendar, *, now: datetime, hours: CalendarVersion | None = None) -> list[Moved]:
    """Those whose due time would be another by the newest hours, the first to fall due first. Saves nothing.

    `hours` are another version, not saved yet, to look at before it is.
    """
    rows = by_earlier_hours(calendar) if hours is None else _by_rule(calendar)
    moved = [one for one in _followed(hours or calendar.current, rows, now) if one.before != one.due]
    return sorted(moved, key=lambda one: (one.due, one.commitment.pk))


@transaction.atomic
def follow(calendar: Calendar, *, seen: int, by: User, now: datetime) -> list[Moved]:
    """Let what is owed by rule follow the newest hours, which the person saw as version number `seen`.

    Refused where the hours were changed once more meanwhile. Returns those whose due time is another now.
    """
    calendar = Calendar.objects.select_for_update(no_key=True).get(pk=calendar.pk)
    if calendar.current.number != seen:
        raise ValidationError(
            _("The hours were changed once more meanwhile. Look again at what would move, then decide.")
        )
    rows = by_earlier_hours(calendar)
    # Always in the same order, so that two who change hours at once do not wait for each other.
    list(Ticket.objects.select_for_update(of=("self",)).filter(commitments__in=rows).order_by("pk"))
    moved = []
    for one in _followed(calendar.current, by_earlier_hours(calendar), now):
        one.commitment.save()
        if one.commitment.state == Commitment.State.PAUSED:
            one.commitment.pauses.filter(ended_at=None).update(counted_due_at=one.counted)
        if one.before != one.due:
            moved.append(one)
        record(
            one.commitment.ticket, "commitment.new_hours", now=now, by=by, commitment=one.commitment,
            old_due=one.before, due=one.due, before=one.earlier_hours, version=one.commitment.calendar_version_id,
            tightened=one.tightened, counted=one.counted,
        )  # fmt: skip
    return moved


def _followed(newest: CalendarVersion, rows: CommitmentQuerySet, now: datetime) -> Iterable[Moved]:
    zone = Organisation.objects.the().zone_info
    found = rows.select_related("ticket__customer", "standard_version__standard", "calendar_version__calendar")
    for commitment in found.prefetch_related("pauses").order_by("ticket_id", "pk"):
        if not commitment.is_overdue(now) and _follows(commitment, commitment.calendar_version, zone):
            yield _follow(commitment, newest, zone, now)


def _follows(commitment: Commitment, hours: CalendarVersion, zone: ZoneInfo) -> bool:
    """Whether its time is the whole window from its start; one that was tightened has a time of its own."""
    return commitment.unpaused_due_at == _window(commitment).due(hours.working, certain(commitment.started_at), zone)


def _follow(commitment: Commitment, newest: CalendarVersion, zone: ZoneInfo, now: datetime) -> Moved:
    before, earlier_hours = certain(commitment.due_at or commitment.unpaused_due_at), commitment.calendar_version_id
    commitment.calendar_version = newest
    try:
        due = _window(commitment).due(newest.working, certain(commitment.started_at), zone)
    except NoWorkingTime:
        raise ValidationError(_("By the newest hours nothing would ever fall due.")) from None
    commitment.unpaused_due_at = due
    pauses = list(commitment.pauses.all())
    spans = [(pause.started_at, pause.ended_at) for pause in pauses if pause.ended_at]
    if commitment.state == Commitment.State.RUNNING:
        moments, tightened = times_after_pauses(commitment, spans), False
        if moments.due_at <= now:
            moments, tightened = shortly(commitment, spans, now), True
        due = moments.due_at
        commitment.due_at, commitment.warn_at, commitment.last_call_at = due, moments.warn_at, moments.last_call_at
        if commitment.counted_due_at and commitment.counted_due_at > now:
            commitment.counted_due_at = _counted(commitment, commitment.counted_due_at, spans, due)
        return Moved(commitment, before, due, tightened, earlier_hours, commitment.counted_due_at)
    lasts = next(pause for pause in pauses if pause.ended_at is None)
    tightened, counted = standing_still(commitment, spans, lasts.started_at), lasts.counted_due_at
    if counted:
        counted = _counted(commitment, counted, spans, times_after_pauses(commitment, spans).due_at)
    return Moved(commitment, before, certain(commitment.unpaused_due_at), tightened, earlier_hours, counted)


def _counted(
    commitment: Commitment, counted: datetime, spans: list[tuple[datetime, datetime]], due: datetime
) -> datetime:
    hours = commitment.calendar_version.working
    return min(counted, due, shift(hours, certain(commitment.first_due_at), worked_inside(hours, spans)))


def _window(commitment: Commitment) -> Window:
    return Window(commitment.clock, commitment.window_minutes, commitment.window_days)
