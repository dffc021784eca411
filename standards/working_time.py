"""Working time: when is a team open, and when has so much open time passed?

Pure: no framework, no clock, no database. Open is what the wall clock of the calendar's zone
shows, counted in real elapsed time, so a 24-hour day is 23 or 25 hours at a clock change.
Opening intervals are laid out once, in microseconds with a running total, some years at a time,
and every question is answered by bisection: the cost does not grow with the distance.

Moments come back in the zone of the moment that was given. Pauses are half-open (start, end)
pairs in any order; they may overlap and touch, and an end of `None` means still paused.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from standards.opening_hours import (
    DAY,
    EPOCH,
    EPOCH_DAY,
    MICROSECOND,
    OpeningHours,
    Stretch,
    from_microseconds,
    merged,
    new_year,
    offsets_in,
)

Pauses = Iterable[tuple[datetime, datetime | None]]

HORIZON = 3653 * DAY  # ten years, however many leap days


class NoWorkingTime(Exception):
    """Within ten years the calendar isn't open (or not for long enough)."""


class WorkingCalendar:
    """Opening hours in a zone, ready to be calculated with."""

    def __init__(self, hours: OpeningHours):
        self.zone = hours.zone
        self._hours = hours
        self._years: dict[int, list[Stretch]] = {}
        self._table = _Table([], 0, 0, [])

    @staticmethod
    def from_spec(spec: Mapping[str, Any]) -> WorkingCalendar:
        """The calendar of `{"tz": …, "hours": {"mon": [["08:00", "12:00"]]}, "holidays": [], "date_hours": {}}`.

        A spec that cannot be understood is a `ValueError` that says which value. Equal specs share
        one calendar, so asking again costs microseconds.
        """
        return _calendar(json.dumps(spec, sort_keys=True, default=str))

    @property
    def has_opening_hours(self) -> bool:
        """Whether it ever opens. One that doesn't can be calculated with, but must not be saved."""
        return self._hours.ever

    def covering(self, since: int, until: int) -> _Table:
        """The intervals of the whole years around both moments; they stay once they are laid out."""
        table = self._table
        if since < table.since or until > table.until:
            years = {_year(since), _year(until), *self._years}
            # A table is replaced and never changed, so that threads may share a calendar.
            table = self._table = self._laid_out(range(min(years), max(years) + 1))
        return table

    def _laid_out(self, years: range) -> _Table:
        for year in years:
            if year not in self._years:
                self._years[year] = list(self._hours.open_in(year))
        stretches = merged(stretch for year in years for stretch in self._years[year])
        offsets = [offset for year in years for offset in offsets_in(self.zone, year)]
        return _Table(stretches, new_year(years[0]), new_year(years[-1] + 1), offsets)


class _Table:
    """Open intervals in order, with the open time before each of them."""

    __slots__ = ("before", "closes", "offsets", "opens", "since", "total", "until")

    def __init__(self, stretches: list[Stretch], since: int, until: int, offsets: list[tuple[int, int, int]]):
        self.since, self.until, self.offsets = since, until, offsets
        self.opens = [opens for opens, _ in stretches]
        self.closes = [closes for _, closes in stretches]
        self.before, self.total = [], 0
        for opens, closes in stretches:
            self.before.append(self.total)
            self.total += closes - opens

    def worked_by(self, moment: int) -> int:
        at = bisect_right(self.opens, moment) - 1
        if at < 0:
            return 0
        closes = self.closes[at]
        return self.before[at] + (moment if moment < closes else closes) - self.opens[at]

    def moment_of(self, worked: int) -> int:
        """The first moment by which that much is worked: a closing rather than the opening after it."""
        at = bisect_left(self.before, worked) - 1
        return self.opens[at] + worked - self.before[at]

    def due(self, start: int, duration: int, breaks: Iterable[Stretch]) -> int | None:
        worked = self.worked_by(start) + duration
        for since, until in breaks:
            before = self.worked_by(since)
            if before >= worked:
                break
            worked += self.worked_by(until) - before
        return self.moment_of(worked) if worked <= self.total else None

    def opening(self, moment: int) -> int | None:
        at = bisect_right(self.closes, moment)
        return max(moment, self.opens[at]) if at < len(self.opens) else None


def add_working_time(calendar: WorkingCalendar, start: datetime, duration: timedelta, pauses: Pauses = ()) -> datetime:
    """The moment at which `duration` of working time has passed since `start`.

    A duration that is used up exactly at closing time ends at closing time, not at the next
    opening: "four hours" promised at 13:00 to a team that closes at 17:00 is due at 17:00 the
    same day. `NoWorkingTime` while still paused.
    """
    length = duration // MICROSECOND
    if length <= 0:
        raise ValueError("a duration of working time must be longer than zero")
    since = _microseconds(start)
    limit = since + HORIZON
    breaks = _within(pauses, since, limit)
    until = since
    while True:
        table = calendar.covering(since, until)
        due = table.due(since, length, breaks)
        if due is not None and due <= limit:
            return _moment(due, start)
        if due is not None or table.until >= limit:
            raise NoWorkingTime(f"{duration} of working time does not fit into the ten years after {start:%Y-%m-%d}")
        until = table.until + 1


def working_time_between(calendar: WorkingCalendar, start: datetime, end: datetime, pauses: Pauses = ()) -> timedelta:
    """The open time from `start` until `end` outside the pauses; zero when `end` isn't after `start`."""
    since, until = _microseconds(start), _microseconds(end)
    if until <= since:
        return timedelta(0)
    table = calendar.covering(since, until)
    worked = table.worked_by(until) - table.worked_by(since)
    for pause, again in _within(pauses, since, until):
        worked -= table.worked_by(again) - table.worked_by(pause)
    return timedelta(microseconds=worked)


def next_opening(calendar: WorkingCalendar, at: datetime, pauses: Pauses = ()) -> datetime:
    """The first moment from `at` on that is open and not paused: `at` itself when it is."""
    since = _microseconds(at)
    limit = since + HORIZON
    moment = since
    for pause, again in [*_within(pauses, since, limit), (limit, limit)]:
        opening = _opening(calendar, moment, limit)
        if opening is not None and opening < pause:
            return at if opening == since else _moment(opening, at)
        moment = again
    raise NoWorkingTime(f"nothing is open in the ten years after {at:%Y-%m-%d}")


def is_open(calendar: WorkingCalendar, at: datetime) -> bool:
    """Whether the wall clock shows open hours. The opening moment is open, the closing moment is closed."""
    moment = _microseconds(at)
    return calendar.covering(moment, moment + 1).opening(moment) == moment


def end_of_working_day(calendar: WorkingCalendar, start: datetime, days: int) -> datetime:
    """The last closing on the nth day with opening time after the local day of `start`.

    A team that works through midnight ends its day at 24:00, and the hours after midnight make
    the next one a day with opening time.
    """
    if days < 1:
        raise ValueError("a number of working days must be one or more")
    limit = _microseconds(start) + HORIZON
    midnight = (start.astimezone(calendar.zone).toordinal() - EPOCH_DAY) * DAY
    while midnight < limit:
        midnight += DAY
        closing = _last_closing_on(calendar, midnight)
        if closing is not None:
            days -= 1
            if days == 0 and closing <= limit:
                return _moment(closing, start)
        elif (opening := _opening(calendar, midnight - DAY, limit)) is not None:
            midnight = max(midnight, opening // DAY * DAY - 2 * DAY)  # over a long closure at once
        else:
            break
    raise NoWorkingTime(f"there are not enough days with opening time in the ten years after {start:%Y-%m-%d}")


def previous_closing(calendar: WorkingCalendar, at: datetime) -> datetime | None:
    """The last closing before `at`: a moment that is a closing itself names the one before.

    `None` when nothing has closed in the ten years before.
    """
    moment = _microseconds(at)
    since = moment
    while since > moment - HORIZON:
        table = calendar.covering(since, moment)
        index = bisect_left(table.closes, moment) - 1
        if index >= 0:
            closing = table.closes[index]
            return _moment(closing, at) if closing >= moment - HORIZON else None
        since = table.since - 1
    return None


def opening_intervals(calendar: WorkingCalendar, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """The open (start, end) pairs between two moments in order, cut to them, in UTC."""
    since, until = _microseconds(start), _microseconds(end)
    if until <= since:
        return []
    table = calendar.covering(since, until)
    indexes = range(bisect_right(table.closes, since), bisect_left(table.opens, until))
    stretches = ((max(table.opens[index], since), min(table.closes[index], until)) for index in indexes)
    return [(from_microseconds(opens), from_microseconds(closes)) for opens, closes in stretches]


def _opening(calendar: WorkingCalendar, moment: int, limit: int) -> int | None:
    until = moment + 1
    while moment < limit:
        table = calendar.covering(moment, until)
        opening = table.opening(moment)
        if opening is not None or table.until >= limit:
            return opening
        until = table.until + 1
    return None


def _last_closing_on(calendar: WorkingCalendar, midnight: int) -> int | None:
    # By the wall, because a local day can come in two pieces: St John's put its clock back at 00:01.
    table = calendar.covering(midnight - DAY, midnight + 2 * DAY)
    first = max(bisect_left(table.offsets, (midnight - DAY,)) - 1, 0)
    closing = None
    for since, until, offset in table.offsets[first : first + 6]:  # a change a day at most, and a new year
        start, end = max(since, midnight - offset), min(until, midnight + DAY - offset)
        if start < end and table.worked_by(end) > table.worked_by(start):
            closing = table.moment_of(table.worked_by(end))
    return closing


def _microseconds(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND


def _moment(microseconds: int, like: datetime) -> datetime:
    moment = from_microseconds(microseconds)
    return moment if like.tzinfo is UTC else moment.astimezone(like.tzinfo)


def _year(microseconds: int) -> int:
    return from_microseconds(microseconds).year


def _within(pauses: Pauses, since: int, until: int) -> list[Stretch]:
    if pauses == ():
        return []
    pairs = ((_microseconds(start), until if end is None else _microseconds(end)) for start, end in pauses)
    cut = ((max(start, since), min(end, until)) for start, end in pairs)
    return merged(sorted(stretch for stretch in cut if stretch[0] < stretch[1]))


@lru_cache(maxsize=256)
def _calendar(spec: str) -> WorkingCalendar:
    return WorkingCalendar(OpeningHours.from_spec(json.loads(spec)))
