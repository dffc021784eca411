"""Working time counted the slow way: one byte for every minute, read off the wall clock.

Shares nothing with what it checks: no intervals, no running totals, no offsets. Every minute of a
window of UTC is asked what the wall clock shows, and whether the spec has that minute open.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
MINUTE = 60_000_000
QUARTER = timedelta(minutes=15)
Pauses = Iterable[tuple[datetime, datetime | None]]


@lru_cache(maxsize=256)
def wall_minutes(zone: str, first: datetime, days: int) -> list[tuple[int, int, date, int]]:
    """(minute of the window, how many minutes, local date, minute of that day), in order.

    A quarter of an hour at a time where the wall clock runs evenly, else minute by minute.
    """
    runs = []
    tz = ZoneInfo(zone)
    for quarter in range(days * 96):
        moment = first + quarter * QUARTER
        now, then = (at.astimezone(tz).replace(tzinfo=None) for at in (moment, moment + QUARTER))
        if then - now == QUARTER:
            runs.append((quarter * 15, 15, now.date(), now.hour * 60 + now.minute))
            continue
        for minute in range(15):
            now = (moment + timedelta(minutes=minute)).astimezone(tz)
            runs.append((quarter * 15 + minute, 1, now.date(), now.hour * 60 + now.minute))
    return runs


class Reference:
    """A calendar's open minutes in a window of some days from `first`, a whole quarter of an hour in UTC."""

    def __init__(self, spec: dict, first: datetime, days: int):
        self.spec = spec
        self.first, self.days = first, days
        self.end = days * 1440 * MINUTE
        self._patterns: dict[date, bytearray] = {}
        self._closings: dict[date, datetime | None] = {}
        self.minutes = bytearray(days * 1440)
        for at, length, day, minute in wall_minutes(spec["tz"], first, days):
            self.minutes[at : at + length] = self._pattern(day)[minute : minute + length]

    def _pattern(self, day: date) -> bytearray:
        """The 1,440 minutes of a local day, 1 where open."""
        if day not in self._patterns:
            pattern = self._patterns[day] = bytearray(1440)
            for start, end in self._starting(day):
                if start < end:
                    pattern[start:end] = b"\1" * (end - start)
                elif start > end:
                    pattern[start:] = b"\1" * (1440 - start)
            if not self._is_closed(day):
                for start, end in self._starting(day - timedelta(days=1)):
                    if start > end:
                        pattern[:end] = b"\1" * end
        return self._patterns[day]

    def _starting(self, day: date) -> list[tuple[int, int]]:
        if day.isoformat() in self.spec["date_hours"]:
            spans = self.spec["date_hours"][day.isoformat()]
        elif self._is_closed(day):
            spans = []
        else:
            spans = self.spec["hours"].get(WEEKDAYS[day.weekday()], [])
        return [(minute_of(start), minute_of(end)) for start, end in spans]

    def _is_closed(self, day: date) -> bool:
        return day.isoformat() in self.spec["holidays"] and day.isoformat() not in self.spec["date_hours"]

    def is_open(self, at: datetime) -> bool:
        return self.minutes[self._micros(at) // MINUTE] == 1

    def between(self, start: datetime, end: datetime, pauses: Pauses = ()) -> timedelta:
        """Open time in the window outside the pauses."""
        pieces = self._pieces(self._micros(start), self._micros(end), pauses) if start < end else []
        return timedelta(microseconds=sum(self._open(since, until) for since, until in pieces))

    def due(self, start: datetime, duration: timedelta, pauses: Pauses = ()) -> datetime | None:
        """`None` when the window is too short."""
        left = duration // timedelta(microseconds=1)
        for since, until in self._pieces(self._micros(start), self.end, pauses):
            worked = self._open(since, until)
            if worked >= left:
                return self._moment(self._walk(since, left))
            left -= worked
        return None

    def next_opening(self, at: datetime, pauses: Pauses = ()) -> datetime | None:
        for since, until in self._pieces(self._micros(at), self.end, pauses):
            minute = self.minutes.find(1, since // MINUTE, -(-until // MINUTE))
            if minute >= 0:
                return self._moment(max(since, minute * MINUTE))
        return None

    def previous_closing(self, at: datetime) -> datetime | None:
        last_open = self.minutes.rfind(b"\1\0", 0, -(-self._micros(at) // MINUTE))
        return None if last_open < 0 else self._moment((last_open + 1) * MINUTE)

    def end_of_working_day(self, start: datetime, days: int) -> datetime | None:
        day = start.astimezone(ZoneInfo(self.spec["tz"])).date()
        last_day = (self.first + timedelta(days=self.days - 3)).date()
        while day < last_day:
            day += timedelta(days=1)
            if day not in self._closings:
                self._closings[day] = self._last_closing(day)
            closing = self._closings[day]
            days -= closing is not None
            if days == 0:
                return closing
        return None

    def _last_closing(self, day: date) -> datetime | None:
        around = (datetime(day.year, day.month, day.day, tzinfo=UTC) - self.first) // timedelta(minutes=15)
        runs = wall_minutes(self.spec["tz"], self.first, self.days)
        closing = None
        # A day has runs of a quarter, up to 30 more of a minute; look at two days on either side.
        for at, length, shown, _ in runs[max(around - 200, 0) : around + 400]:
            for minute in range(at, at + length) if shown == day else ():
                if self.minutes[minute]:
                    closing = minute + 1
        return None if closing is None else self._moment(closing * MINUTE)

    def _open(self, since: int, until: int) -> int:
        first, last = since // MINUTE, until // MINUTE
        if first == last:
            return (until - since) * self.minutes[first]
        total = self.minutes.count(1, first, last) * MINUTE - (since - first * MINUTE) * self.minutes[first]
        return total + ((until - last * MINUTE) * self.minutes[last] if until > last * MINUTE else 0)

    def _walk(self, at: int, left: int) -> int:
        while True:
            tomorrow = min((at // MINUTE + 240) * MINUTE, self.end)
            if (worked := self._open(at, tomorrow)) >= left:
                break
            at, left = tomorrow, left - worked
        while True:
            minute = at // MINUTE
            following = (minute + 1) * MINUTE
            if self.minutes[minute]:
                if following - at >= left:
                    return at + left
                left -= following - at
            at = following

    def _pieces(self, since: int, until: int, pauses: Pauses) -> list[tuple[int, int]]:
        """What is left of a stretch when every moment that is in some pause is taken out."""
        spans = [(self._micros(start), self.end + 1 if end is None else self._micros(end)) for start, end in pauses]
        cuts = sorted({since, until, *(cut for span in spans for cut in span if since < cut < until)})
        return [(a, b) for a, b in pairwise(cuts) if not any(start <= a < end for start, end in spans)]

    def _micros(self, at: datetime) -> int:
        return (at - self.first) // timedelta(microseconds=1)

    def _moment(self, micros: int) -> datetime:
        return self.first + timedelta(microseconds=micros)


def minute_of(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)
