"""The times of a commitment, worked out anew from what happened to it. Pure: no database, no clock, no stored due time.

The actions keep the times of a row as they go; this goes the same way from the beginning, so that both can be
compared. Rules: docs/architecture.md, rule 5.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from standards.due import Window, before_pauses, shift, shortly, warning_moments, worked_inside
from standards.terms import Kind
from standards.working_time import WorkingCalendar

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Rule:
    """By what it is counted: its kind, its window, the hours, where the organisation is, and the slot of a call."""

    kind: str
    window: Window
    calendar: WorkingCalendar
    zone: ZoneInfo
    slot_starts_at: datetime | None = None


@dataclass(frozen=True)
class Reckoned:
    """The times of a commitment at some point of its life; while its clock stands still only `unpaused` is set.

    `spans` are its pauses that have ended, `standing_since` and `counted_so_far` belong to the one that lasts.
    """

    rule: Rule
    start: datetime
    first_due: datetime
    unpaused: datetime
    counted: datetime | None
    due: datetime | None
    warn_at: datetime | None
    last_call_at: datetime | None
    spans: tuple[Span, ...] = ()
    standing_since: datetime | None = None
    counted_so_far: datetime | None = None

    @property
    def due_if_it_ran(self) -> datetime:
        """When it would be due if the pause that lasts had never begun."""
        return self.due or shift(self.rule.calendar, self.unpaused, self._paused)

    @property
    def _paused(self) -> timedelta:
        return worked_inside(self.rule.calendar, self.spans)

    def paused(self, at: datetime) -> Reckoned:
        """Its clock stands still from `at`."""
        ahead = self.counted if self.counted and at < self.counted else None
        return replace(
            self, due=None, warn_at=None, last_call_at=None, standing_since=at, counted_so_far=ahead,
            counted=None if ahead else self.counted,
        )  # fmt: skip

    def resumed(self, at: datetime) -> Reckoned:
        """It runs on from `at`: its times follow from all its pauses."""
        if self.standing_since is None:
            return self
        this_one, calendar = (self.standing_since, at), self.rule.calendar
        counted = self.counted
        if self.counted_so_far is not None:
            counted = shift(calendar, self.counted_so_far, worked_inside(calendar, [this_one]))
        running = replace(
            self, spans=(*self.spans, this_one), standing_since=None, counted_so_far=None, counted=counted
        )  # fmt: skip
        return running._after_pauses()

    def by_another_standard(self, window: Window, at: datetime) -> Reckoned:
        """Another window from the same start; results count by it while their time is still ahead at `at`."""
        other = self._by(replace(self.rule, window=window), at)
        if other.standing_since is not None:
            return replace(other, counted_so_far=other.due_if_it_ran if other.counted_so_far else None)
        return replace(other, counted=other.due if other.counted and other.counted > at else other.counted)

    def by_other_hours(self, calendar: WorkingCalendar, at: datetime) -> Reckoned:
        """The same window by other hours; results go on counting by the earlier of the two times."""
        other = self._by(replace(self.rule, calendar=calendar), at)
        latest = min(other.due_if_it_ran, shift(calendar, self.first_due, other._paused))
        if other.standing_since is not None:
            return replace(other, counted_so_far=min(other.counted_so_far, latest) if other.counted_so_far else None)
        ahead = other.counted is not None and other.counted > at
        return replace(other, counted=min(other.counted, latest) if other.counted and ahead else other.counted)

    def _by(self, rule: Rule, at: datetime) -> Reckoned:
        unpaused = rule.window.due(rule.calendar, self.start, rule.zone)
        other = replace(self, rule=rule, unpaused=unpaused)
        if other.standing_since is not None:
            return other._shortly(other.standing_since) if other.due_if_it_ran <= other.standing_since else other
        other = other._after_pauses()
        if other.due is None or other.due > at:
            return other
        soon = other._shortly(at)
        return soon._warned(soon.due_if_it_ran, not_before=at)

    def _shortly(self, since: datetime) -> Reckoned:
        """What its new window had used up before it applied is due soon after `since` instead."""
        calendar = self.rule.calendar
        due = shortly(calendar, self.start, self.unpaused, since)
        return replace(self, unpaused=before_pauses(calendar, due, self._paused), due=None)

    def _after_pauses(self) -> Reckoned:
        due = shift(self.rule.calendar, self.unpaused, self._paused)
        last_end = max((end for _, end in self.spans), default=None)
        return self._warned(due, self._paused, last_end)

    def _warned(self, due: datetime, paused: timedelta = timedelta(0), not_before: datetime | None = None) -> Reckoned:
        warned = _warnings(self.rule, self.start, due, paused, not_before)
        return replace(self, due=due, warn_at=warned[0], last_call_at=warned[1])


def begun(rule: Rule, start: datetime, due: datetime | None = None) -> Reckoned:
    """What begins at `start`: due when its window is used up, or at `due`, which was told."""
    due = due or rule.window.due(rule.calendar, start, rule.zone)
    soon, last = _warnings(rule, start, due)
    return Reckoned(rule, start, due, due, due, due, soon, last)


def moved(before: Reckoned, rule: Rule, at: datetime, due: datetime) -> Reckoned:
    """What takes the place of `before`, told at `at`: the first due time stays, and results never count by a later."""
    after = begun(rule, at, due)
    return replace(after, first_due=before.first_due, counted=min(before.counted, due) if before.counted else None)


def once_more(before: Reckoned) -> Reckoned:
    """The same, owed on another row: its ended pauses are part of its time from then on."""
    return replace(before, unpaused=before.due_if_it_ran, spans=())


def _warnings(
    rule: Rule, start: datetime, due: datetime, paused: timedelta = timedelta(0), not_before: datetime | None = None
) -> tuple[datetime, datetime]:
    if rule.kind == Kind.ACKNOWLEDGE:
        return due, due
    if rule.slot_starts_at is not None:
        if rule.slot_starts_at <= start:
            return start, start
        due = rule.slot_starts_at
    return warning_moments(rule.calendar, rule.window.clock, start, due, paused, not_before)
