"""Calendars and moments at random, and where the module and the reference disagree about them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from standards.working_time import (
    NoWorkingTime,
    WorkingCalendar,
    add_working_time,
    end_of_working_day,
    is_open,
    next_opening,
    opening_intervals,
    previous_closing,
    working_time_between,
)
from tests.standards.reference import WEEKDAYS, Pauses, Reference

# Days around which something happens to the wall clock (or to nothing but the calendar year).
PLACES = [
    ("Europe/Zagreb", "2026-03-29"),
    ("Europe/Zagreb", "2026-10-25"),
    ("Europe/Zagreb", "2027-01-01"),
    ("Europe/Dublin", "2025-10-26"),
    ("Europe/London", "1981-03-29"),
    ("Asia/Kuala_Lumpur", "1982-01-01"),  # half an hour ahead for good
    ("Asia/Kuala_Lumpur", "2026-12-31"),
    ("Asia/Kathmandu", "1986-01-01"),  # a quarter of an hour
    ("Asia/Kathmandu", "2026-06-15"),
    ("Australia/Lord_Howe", "2026-04-05"),  # half an hour back
    ("Australia/Lord_Howe", "2026-10-04"),
    ("America/Santiago", "2026-04-05"),  # at midnight, back into Saturday
    ("America/Santiago", "2026-09-06"),  # no midnight
    ("America/St_Johns", "1988-04-03"),  # two hours ahead
    ("America/St_Johns", "1988-10-30"),
    ("America/St_Johns", "2006-10-29"),  # at one past midnight, back into Saturday
    ("America/St_Johns", "2026-03-08"),
    ("Pacific/Apia", "2011-12-30"),  # a day that never was
    ("Pacific/Apia", "2012-04-01"),
    ("Pacific/Kwajalein", "1993-08-21"),
    ("Africa/Casablanca", "2026-02-15"),  # back for Ramadan
    ("Africa/Casablanca", "2026-03-22"),
    ("Africa/Cairo", "2023-04-28"),
    ("America/Caracas", "2007-12-09"),
    ("America/New_York", "2026-11-01"),
    ("America/Sao_Paulo", "2018-11-04"),
    ("Antarctica/Troll", "2026-10-25"),  # two hours
    ("Asia/Beirut", "2026-03-29"),
    ("Asia/Gaza", "2024-02-10"),
    ("Asia/Kolkata", "2026-01-01"),
    ("Asia/Pyongyang", "2018-05-05"),
    ("Asia/Tehran", "2022-03-22"),
    ("Pacific/Chatham", "2026-09-27"),
    ("Pacific/Kiritimati", "1994-12-31"),
    ("UTC", "2028-02-29"),
]
BEFORE, DAYS, LONG = timedelta(days=20), 64, 800
TIMES = ["00:00", "00:30", "01:00", "02:00", "02:30", "03:00", "06:00", "08:00", "12:00", "16:00", "22:00", "23:30"]


def random_time(random: Random) -> str:
    if random.random() < 0.6:
        return random.choice(TIMES)
    return f"{random.randint(0, 23):02}:{random.randint(0, 59):02}"


def random_span(random: Random) -> list[str]:
    start = random_time(random)
    kind = random.random()
    if kind < 0.15:
        return [start, "24:00"]
    if kind < 0.2:
        return [start, start]
    if kind < 0.5:
        return sorted([start, random_time(random)])
    return [start, random_time(random)]


def random_spans(random: Random) -> list[list[str]]:
    return [random_span(random) for _ in range(random.choice([0, 1, 1, 1, 2, 2, 3]))]


def random_spec(random: Random, zone: str, day: datetime) -> dict[str, Any]:
    def dates(most: int) -> list[str]:
        away = [random.choice([-1, 0, 1, random.randint(-20, 42)]) for _ in range(random.randint(0, most))]
        return sorted({(day + timedelta(days=days)).date().isoformat() for days in away})

    style = random.random()
    if style < 0.1:
        hours = {weekday: [["00:00", "24:00"]] for weekday in WEEKDAYS}
    elif style < 0.3:
        shift = random_spans(random)
        hours = dict.fromkeys(WEEKDAYS[: random.randint(1, 7)], shift)
    else:
        hours = {weekday: random_spans(random) for weekday in WEEKDAYS if random.random() < 0.8}
    return {
        "tz": zone,
        "hours": hours,
        "holidays": dates(6),
        "date_hours": {date: random_spans(random) for date in dates(4)},
    }


def random_moment(random: Random, around: datetime) -> datetime:
    hours = 60 if random.random() < 0.7 else 400
    moment = around + timedelta(minutes=random.randint(-hours * 60, hours * 60))
    if random.random() < 0.5:
        moment += timedelta(seconds=random.randint(0, 59), microseconds=random.choice([0, 1, 999_999]))
    return moment


def random_pauses(random: Random, around: datetime) -> list[tuple[datetime, datetime | None]]:
    pauses: list[tuple[datetime, datetime | None]] = []
    for _ in range(random.choice([0, 0, 0, 1, 1, 2, 4])):
        start = random_moment(random, around)
        if pauses and random.random() < 0.3:
            start = pauses[-1][1] or start
        length = timedelta(minutes=random.choice([0, 1, 60, random.randint(1, 6000)]))
        pauses.append((start, None if random.random() < 0.05 else start + length))
    return pauses


def random_duration(random: Random, days: int) -> timedelta:
    duration = timedelta(minutes=random.choice([1, 60, 480, random.randint(1, 100 * days)]))
    return duration + timedelta(microseconds=random.choice([0, 0, random.randint(1, 60_000_000)]))


def differences(random: Random, cases: int) -> list[str]:
    """What the module and the reference say differently about so many moments of one calendar."""
    zone, day = random.choice(PLACES)
    days = DAYS
    if random.random() < 0.02:
        (zone, day), days = random.choice(PLACES[:: len(PLACES) // 4]), LONG
    around = datetime.fromisoformat(day).replace(tzinfo=UTC)
    reference = Reference(random_spec(random, zone, around), around - BEFORE, days)
    found = []
    for _ in range(cases):
        start, end = random_moment(random, around), random_moment(random, around)
        if days == LONG:
            end += timedelta(days=random.randint(0, LONG - 64))
        pauses = random_pauses(random, around)
        duration = random_duration(random, days)
        if random.random() < 0.2:  # used up exactly at `end`, or at the closing before it
            duration = reference.between(start, end, pauses) or duration
        found += _differences(reference, start, end, duration, pauses, random.randint(1, 5))
    return found


def _differences(
    reference: Reference, start: datetime, end: datetime, duration: timedelta, pauses: Pauses, days: int
) -> list[str]:
    calendar = WorkingCalendar.from_spec(reference.spec)
    # What lies outside is `None` on both sides; the last days are needed to finish a working day.
    first, last = reference.first, reference.first + timedelta(days=reference.days - 4)

    def inside(answer: datetime | None) -> datetime | None:
        return answer if answer is not None and first < answer <= last else None

    def asked(function: Callable[..., datetime], *arguments: Any) -> datetime | None:
        try:
            return inside(function(*arguments))
        except NoWorkingTime:
            return None

    intervals = opening_intervals(calendar, start, end)
    answers = {
        "due": (
            inside(reference.due(start, duration, pauses)),
            asked(add_working_time, calendar, start, duration, pauses),
        ),
        "between": (reference.between(start, end, pauses), working_time_between(calendar, start, end, pauses)),
        "next opening": (
            inside(reference.next_opening(start, pauses)),
            asked(next_opening, calendar, start, pauses),
        ),
        "open": (reference.is_open(start), is_open(calendar, start)),
        "previous closing": (reference.previous_closing(start), inside(previous_closing(calendar, start))),
        "end of day": (
            inside(reference.end_of_working_day(start, days)),
            asked(end_of_working_day, calendar, start, days),
        ),
        "intervals": (
            reference.between(start, end),
            sum((closes - opens for opens, closes in intervals), timedelta(0)),
        ),
    }
    return [
        f"{name}: {expected} != {got} for {start=} {end=} {duration=} {days=} {pauses=} {reference.spec}"
        for name, (expected, got) in answers.items()
        if expected != got
    ]
