"""The trail of a commitment: what happened to it, and the times that follow from that alone. Reads, never writes.

No stored due time is read but the one that was first told: where these times are not those of the row, the row
or its record is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, Q

from standards.due import Window
from standards.models import CalendarVersion, StandardVersion
from standards.working_time import WorkingCalendar, add_working_time, working_time_between
from tickets import reckoning
from tickets.actions.tickets import HELD_FOR
from tickets.actions.unanswered import NO_ANSWER
from tickets.certain import certain
from tickets.models import Commitment, Event, Pause
from tickets.models.commitment import CommitmentQuerySet
from tickets.reckoning import Reckoned, Rule

FollowsWhy = Commitment.FollowsWhy
# What says that a row began, by where it came from.
_BEGAN = {"commitment.started", "commitment.promised", "commitment.asked", "commitment.moved", "commitment.owed_again"}


@dataclass(frozen=True)
class Step:
    """Something that set the times of a commitment: what and when, and the times from then on.

    `event` is its record, none where mass data leaves out what the row itself says.
    """

    what: str  # began · paused · resumed · rematched · new_hours
    at: datetime
    after: Reckoned
    event: Event | None = None
    pause: Pause | None = None


def with_trails(rows: CommitmentQuerySet) -> CommitmentQuerySet:
    """`rows` with all that `steps` reads of each, in a query a table; what they follow is asked for as it is met."""
    return rows.select_related("standard_version__standard", "calendar_version__calendar").prefetch_related(
        Prefetch("events", Event.objects.select_related("by").order_by("at", "pk")),
        Prefetch("pauses", Pause.objects.select_related("question").order_by("pk")),
    )


def recompute(row: Commitment, zone: ZoneInfo) -> Reckoned | None:
    """The times of `row` by its trail; None while it waits for its condition, or ended without ever having begun.

    `zone` is the organisation's: calendar days end there.
    """
    *_before, last = [None, *steps(row, zone)]
    return last.after if last else None


def steps(row: Commitment, zone: ZoneInfo, *, before: Event | None = None) -> Iterator[Step]:
    """What set the times of `row`, in order; `before` is the event that ends the reading. `zone` as above."""
    if row.started_at is None:
        return
    events = [event for event in row.events.all() if before is None or event.pk < before.pk]
    changes = [event for event in events if event.kind in {"commitment.rematched", "commitment.new_hours"}]
    versions = _Versions(row, changes, zone)
    began = next((event for event in events if event.kind in _BEGAN and _is_of(event, row)), None)
    reckoned = _beginning(row, began, versions)
    yield Step("began", row.started_at, reckoned, began)
    # Those that came along from the row it was split from have their record there.
    brought = len(reckoned.spans) + (reckoned.standing_since is not None)
    known = sorted(row.pauses.all(), key=lambda pause: pause.pk)
    pause, pauses = (known[brought - 1] if brought else None), iter(known[brought:])
    for event in events:
        match event.kind:
            case "commitment.paused":
                pause = next(pauses)
                reckoned = reckoned.paused(pause.started_at)
                yield Step("paused", pause.started_at, reckoned, event, pause)
            case "commitment.resumed":
                ended = certain(moment(event, "ended"))
                reckoned = reckoned.resumed(ended)
                yield Step("resumed", ended, reckoned, event, pause)
            case "commitment.rematched":
                reckoned = reckoned.by_another_standard(versions.window(event), event.at)
                yield Step("rematched", event.at, reckoned, event)
            case "commitment.new_hours":
                reckoned = reckoned.by_other_hours(versions.hours(event), event.at)
                yield Step("new_hours", event.at, reckoned, event)


def moment(event: Event, name: str) -> datetime | None:
    """The time that the record of `event` holds under `name`."""
    said = event.detail.get(name)
    return datetime.fromisoformat(said) if said else None


def _is_of(event: Event, row: Commitment) -> bool:
    """A conditional promise is told first and begins later: its clock starts with the second event."""
    return not (event.kind == "commitment.promised" and row.condition)


def _beginning(row: Commitment, began: Event | None, versions: _Versions) -> Reckoned:
    rule, start = versions.first_rule(), certain(row.started_at)
    if row.replaces is not None:
        told = moment(began, "due") if began else None
        return reckoning.moved(
            certain(recompute(row.replaces, versions.zone)), rule, start, told or certain(row.unpaused_due_at)
        )
    if row.follows is not None and row.follows_why in {FollowsWhy.NOT_REACHED, FollowsWhy.SPLIT}:
        *_before, followed = steps(row.follows, versions.zone, before=began)
        return followed.after if row.follows_why == FollowsWhy.SPLIT else reckoning.once_more(followed.after)
    if row.follows is not None and row.follows_why == FollowsWhy.REOPENED:
        return reckoning.begun(rule, start, _after_reopening(row.follows, start, began, versions.zone))
    if row.source == Commitment.Source.STANDARD or row.condition:
        return reckoning.begun(rule, start)
    told = moment(began, "due") if began else None
    return reckoning.begun(rule, start, told or row.first_due_at)


def _after_reopening(last: Commitment, start: datetime, began: Event | None, zone: ZoneInfo) -> datetime | None:
    """What was left of the window of `last`, or half of it; None, and so a whole window, where it had held."""
    if start - _resolved_at(last, start, began) > HELD_FOR:
        return None
    times, calendar = certain(recompute(last, zone)), last.calendar_version.working
    whole = working_time_between(calendar, certain(last.started_at), times.first_due)
    left = working_time_between(calendar, certain(last.ended_at), certain(times.due))
    return add_working_time(calendar, start, max(left, whole / 2) or timedelta(hours=1))


def _resolved_at(last: Commitment, start: datetime, began: Event | None) -> datetime:
    put_away = Q(kind__in=["ticket.resolved", "ticket.set_aside"]) | Q(kind="ticket.closed", detail__why=NO_ANSWER)
    done = Event.objects.filter(put_away, ticket=last.ticket_id)
    done = done.filter(pk__lt=began.pk) if began else done.filter(at__lte=start)
    newest = done.order_by("pk").last()
    return (moment(newest, "at") or newest.at) if newest else certain(last.ended_at)


class _Versions:
    """By which standard and which hours a row went when: those of now stand on it, those of before in its events."""

    def __init__(self, row: Commitment, changes: list[Event], zone: ZoneInfo):
        self._row, self.zone = row, zone
        self._standards = self._found(StandardVersion, changes, "commitment.rematched")
        self._hours = self._found(CalendarVersion, changes, "commitment.new_hours")
        self._first_window = self._before(changes, "commitment.rematched")
        self._first_hours = self._before(changes, "commitment.new_hours")

    @staticmethod
    def _before(changes: list[Event], kind: str) -> int:
        return next((event.detail.get("before", 0) for event in changes if event.kind == kind), 0)

    @staticmethod
    def _found(model: type[Any], changes: list[Event], kind: str) -> dict[int, Any]:
        named = [event.detail.get(name) for event in changes if event.kind == kind for name in ("before", "version")]
        return model.objects.in_bulk({pk for pk in named if pk}) if named else {}

    def first_rule(self) -> Rule:
        """By what it was counted when it began."""
        row = self._row
        first = self._standards.get(self._first_window)
        hours = self._hours.get(self._first_hours) or row.calendar_version
        window = _window(first) if first else Window(row.clock, row.window_minutes, row.window_days)
        return Rule(row.kind, window, hours.working, self.zone, row.slot_starts_at)

    def window(self, event: Event) -> Window:
        """The window of the standard that applied from `event` on."""
        return _window(self._standards[event.detail["version"]])

    def hours(self, event: Event) -> WorkingCalendar:
        """The hours that held from `event` on."""
        return self._hours[event.detail["version"]].working


def _window(version: StandardVersion) -> Window:
    return Window(version.clock, version.window_minutes, version.window_days)
