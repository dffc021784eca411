"""Opening hours: what a calendar's spec says, and when it is open in a given year.

Pure: no framework, no clock, no database. Hours are laid out on the wall first and brought to UTC
in pieces of one offset, so open is what the wall clock shows, in real elapsed time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

Stretch = tuple[int, int]  # microseconds since the epoch, or seconds of a day; the end is outside

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY = EPOCH.toordinal()
MICROSECOND = timedelta(microseconds=1)
SECOND, DAY = 1_000_000, 86_400_000_000
DAY_SECONDS = 86_400
SAMPLING = 12 * 3600 * SECOND  # no zone ever changed its clock twice within half a day
TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)|(24):(00)", re.ASCII)


class OpeningHours:
    """Weekly spans, closed holidays, and dates with spans of their own; a span belongs to the day it starts on."""

    def __init__(
        self, zone: ZoneInfo, weekly: list[list[Stretch]], holidays: set[int], dated: dict[int, list[Stretch]]
    ):
        self.zone = zone
        self.ever = any(weekly) or any(dated.values())
        self._weekly = weekly
        self._dated = dated
        self._closed = holidays - dated.keys()

    @staticmethod
    def from_spec(spec: Mapping[str, Any]) -> OpeningHours:
        """Read `{"tz": …, "hours": {"mon": [["08:00", "12:00"]]}, "holidays": [], "date_hours": {}}`.

        As JSON gives it: spans are lists. Overlapping spans are fine. What cannot be understood
        is a `ValueError` that says which value.
        """
        if not isinstance(spec, Mapping):
            raise ValueError("a calendar needs a zone and hours")
        hours, dated = _object(spec, "hours"), _object(spec, "date_hours")
        if unknown := hours.keys() - set(WEEKDAYS):
            raise ValueError(f"{min(unknown)!r} is not a weekday; weekdays are {', '.join(WEEKDAYS)}")
        return OpeningHours(
            _zone(spec.get("tz")),
            [_spans(hours.get(weekday) or [], weekday) for weekday in WEEKDAYS],
            {_date(holiday) for holiday in spec.get("holidays") or []},
            {_date(day): _spans(spans, day) for day, spans in dated.items()},
        )

    def open_in(self, year: int) -> Iterator[Stretch]:
        """The open stretches of a year in UTC, in order."""
        # Two days more at the start (a span that runs in, a zone that is ahead), one at the end.
        days = range(date(year, 1, 1).toordinal() - 2, date(year + 1, 1, 1).toordinal() + 1)
        wall = merged(sorted(span for day in days for span in self._spans_starting(day)))
        at = 0
        for since, until, offset in offsets_in(self.zone, year):
            while at and wall[at - 1][1] > since + offset:  # the clock went back: these show again
                at -= 1
            while at < len(wall) and wall[at][0] < until + offset:
                opens, closes = max(wall[at][0] - offset, since), min(wall[at][1] - offset, until)
                if opens < closes:
                    yield opens, closes
                at += 1

    def _spans_starting(self, day: int) -> Iterator[Stretch]:
        spans = self._dated.get(day, [] if day in self._closed else self._weekly[(day - 1) % 7])
        last = DAY_SECONDS if day + 1 in self._closed else 2 * DAY_SECONDS
        midnight = (day - EPOCH_DAY) * DAY
        for start, end in spans:
            if start < min(end, last):
                yield midnight + start * SECOND, midnight + min(end, last) * SECOND


@lru_cache(maxsize=4096)
def offsets_in(zone: ZoneInfo, year: int) -> list[tuple[int, int, int]]:
    """The (start, end, offset from UTC) pieces of a year, in microseconds."""

    def offset_at(moment: int) -> int:
        offset = from_microseconds(moment).astimezone(zone).utcoffset()
        return (offset or timedelta(0)) // MICROSECOND

    stretches, since, end = [], new_year(year), new_year(year + 1)
    offset = offset_at(since)
    for sample in range(since + SAMPLING, end + 1, SAMPLING):
        while offset_at(sample - SECOND) != offset:
            same, changed = max(sample - SECOND - SAMPLING, since), sample - SECOND
            while changed - same > SECOND:
                middle = (same + changed) // (2 * SECOND) * SECOND
                same, changed = (middle, changed) if offset_at(middle) == offset else (same, middle)
            stretches.append((since, changed, offset))
            since, offset = changed, offset_at(changed)
    return [*stretches, (since, end, offset)]


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Stretches that come in order of their start, joined where they overlap or touch."""
    joined: list[Stretch] = []
    for start, end in stretches:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def from_microseconds(microseconds: int) -> datetime:
    """The moment in UTC."""
    return EPOCH + timedelta(microseconds=microseconds)


def new_year(year: int) -> int:
    """When a year begins in UTC, in microseconds."""
    return (date(year, 1, 1).toordinal() - EPOCH_DAY) * DAY


def _object(spec: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = spec.get(name) or {}
    if not isinstance(value, dict):
        raise ValueError(f"{name} must name days and their spans")
    return value


def _zone(name: object) -> ZoneInfo:
    try:
        return ZoneInfo(name if isinstance(name, str) else "")
    except (KeyError, ValueError, TypeError, AttributeError, OSError):
        raise ValueError(f"{name!r} is not a time zone") from None


def _date(text: object) -> int:
    try:
        return date.fromisoformat(text if isinstance(text, str) else "").toordinal()
    except ValueError:
        raise ValueError(f"{text!r} is not a date like 2026-12-24") from None


def _spans(spans: object, day: str) -> list[Stretch]:
    if not isinstance(spans, list) or any(not isinstance(span, list) or len(span) != 2 for span in spans):
        raise ValueError(f"{day}: spans must be a list of [start, end]")
    pairs = [(_second(start, day), _second(end, day)) for start, end in spans]
    return [(start, end if end > start else end + DAY_SECONDS) for start, end in pairs if start != end]


def _second(text: object, day: str) -> int:
    match = TIME.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f"{day}: {text!r} is not a time like 08:30")
    return int(match[1] or match[3]) * 3600 + int(match[2] or match[4]) * 60
