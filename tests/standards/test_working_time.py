"""When is something due, and how much working time has passed: no database, a millisecond each."""

from __future__ import annotations

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from standards import opening_hours, working_time
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
from tests.standards.random_cases import PLACES, differences, random_spec

NINE_TO_FIVE = [["09:00", "17:00"]]
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), NINE_TO_FIVE)
ALWAYS = {day: [["00:00", "24:00"]] for day in opening_hours.WEEKDAYS}
EASTER_MONDAY, GOOD_FRIDAY = "2026-04-06", "2026-04-03"


def calendar(hours: dict | None = None, *, tz: str = "Europe/Zurich", holidays=(), **date_hours) -> WorkingCalendar:
    dates = {date.removeprefix("on_").replace("_", "-"): spans for date, spans in date_hours.items()}
    spec = {"tz": tz, "hours": WEEK if hours is None else hours, "holidays": list(holidays), "date_hours": dates}
    return WorkingCalendar.from_spec(spec)


def zurich(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Zurich"))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


OFFICE = calendar(holidays=[GOOD_FRIDAY, EASTER_MONDAY])
SPLIT = calendar({"mon": [["08:00", "12:00"], ["13:00", "16:00"]], "tue": [["08:00", "12:00"]]})
NIGHTS = {"mon": [["22:00", "06:00"]], "wed": [["22:00", "06:00"]]}
ROUND_THE_CLOCK = calendar(ALWAYS)
NEVER = calendar({})


@pytest.mark.parametrize(
    ("start", "after", "due"),
    [
        ("2026-03-02 09:00", hours(4), "2026-03-02 13:00"),  # within one day
        ("2026-03-02 13:00", hours(4), "2026-03-02 17:00"),  # used up exactly at closing
        ("2026-03-02 17:00", hours(4), "2026-03-03 13:00"),  # the closing moment is closed
        ("2026-03-02 05:10", hours(4), "2026-03-02 13:00"),  # outside hours it starts at the next opening
        ("2026-03-06 16:00", hours(2), "2026-03-09 10:00"),  # over the weekend
        ("2026-04-02 16:00", hours(2), "2026-04-07 10:00"),  # over Good Friday and Easter Monday
        ("2026-03-27 16:00", hours(2), "2026-03-30 10:00"),  # clocks go forward on the Sunday between
        ("2026-10-23 16:00", hours(2), "2026-10-26 10:00"),  # and back
        ("2026-03-02 09:00:30.5", timedelta(seconds=1), "2026-03-02 09:00:31.5"),  # seconds count
        ("2026-03-02 09:00", hours(2000), "2027-02-16 17:00"),  # 250 working days and two holidays
    ],
)
def test_a_promise_falls_due_after_that_much_working_time(start: str, after: timedelta, due: str):
    assert add_working_time(OFFICE, zurich(start), after) == zurich(due)
    assert working_time_between(OFFICE, zurich(start), zurich(due)) == after


@pytest.mark.parametrize(
    ("start", "after", "due"),
    [
        ("2026-03-02 11:00", hours(1), "2026-03-02 12:00"),  # used up as the lunch break begins
        ("2026-03-02 11:00", hours(2), "2026-03-02 14:00"),  # over lunch
        ("2026-03-02 15:00", hours(6), "2026-03-09 09:00"),  # to the Monday after
    ],
)
def test_a_day_can_have_several_shifts(start: str, after: timedelta, due: str):
    assert add_working_time(SPLIT, zurich(start), after) == zurich(due)


@pytest.mark.parametrize(
    ("spans", "open_time"),
    [
        ([["22:00", "06:00"]], hours(8)),  # past midnight
        ([["22:00", "00:00"]], hours(2)),  # to midnight
        ([["22:00", "24:00"]], hours(2)),  # to midnight, said the other way
        ([["00:00", "24:00"]], hours(24)),
        ([["00:00", "00:00"]], hours(0)),  # equal ends are empty
        ([["08:00", "08:00"]], hours(0)),
        ([["09:00", "12:00"], ["08:00", "10:00"], ["12:00", "13:00"]], hours(5)),  # overlapping spans count once
    ],
)
def test_a_span_that_does_not_end_after_its_start_runs_past_midnight(spans: list, open_time: timedelta):
    monday = calendar({"mon": spans})
    assert working_time_between(monday, zurich("2026-03-02"), zurich("2026-03-09")) == open_time


TUESDAY = "2026-03-03"


@pytest.mark.parametrize(
    ("monday_to_wednesday", "open_on_tuesday"),
    [
        (calendar(NIGHTS), hours(6)),
        (calendar(NIGHTS, holidays=[TUESDAY]), hours(0)),  # a holiday cuts a span that runs in
        (calendar(NIGHTS, holidays=["2026-03-02"]), hours(0)),  # and takes away the part after midnight
        (calendar(NIGHTS, on_2026_03_03=[]), hours(6)),  # a date without hours leaves what runs in alone
        (calendar(NIGHTS, on_2026_03_03=[["12:00", "13:00"]]), hours(7)),
        (calendar(NIGHTS, on_2026_03_02=[["23:00", "01:00"]]), hours(1)),
        (calendar(NIGHTS, holidays=[TUESDAY], on_2026_03_03=[["05:00", "07:00"]]), hours(7)),  # beats the holiday
        (calendar(NIGHTS, holidays=[TUESDAY], on_2026_03_03=[]), hours(6)),
        (calendar(NIGHTS, holidays=[TUESDAY], on_2026_03_02=[["23:00", "01:00"]]), hours(0)),
    ],
)
def test_hours_of_a_date_replace_the_spans_that_start_on_it(
    monday_to_wednesday: WorkingCalendar, open_on_tuesday: timedelta
):
    start, end = zurich(TUESDAY), zurich("2026-03-04")
    assert working_time_between(monday_to_wednesday, start, end) == open_on_tuesday


@pytest.mark.parametrize(
    ("zone", "day", "open_time"),
    [
        ("Europe/Zagreb", "2026-03-29", hours(23)),
        ("Europe/Zagreb", "2026-10-25", hours(25)),
        ("Australia/Lord_Howe", "2026-10-04", hours(23.5)),
        ("America/Santiago", "2026-09-06", hours(23)),  # midnight itself is missing
        ("America/St_Johns", "1988-04-03", hours(22)),
        ("Pacific/Apia", "2011-12-30", hours(0)),  # the whole day is
        ("Asia/Kathmandu", "2026-03-29", hours(24)),
    ],
)
def test_open_time_is_what_really_passes_while_the_wall_clock_shows_open_hours(
    zone: str, day: str, open_time: timedelta
):
    one_day = calendar({}, tz=zone, **{"on_" + day: [["00:00", "24:00"]]})
    around = utc(day)
    assert working_time_between(one_day, around - timedelta(days=3), around + timedelta(days=3)) == open_time


def test_an_hour_that_the_wall_clock_shows_twice_is_open_twice():
    night = calendar({"sun": [["02:15", "02:45"]]})
    assert opening_intervals(night, utc("2026-10-25 00:00"), utc("2026-10-25 04:00")) == [
        (utc("2026-10-25 00:15"), utc("2026-10-25 00:45")),
        (utc("2026-10-25 01:15"), utc("2026-10-25 01:45")),
    ]


def test_an_hour_that_the_wall_clock_never_shows_is_never_open():
    night = calendar({"sun": [["02:00", "03:00"]]})
    assert opening_intervals(night, utc("2026-03-28 00:00"), utc("2026-03-30 00:00")) == []
    assert next_opening(night, utc("2026-03-29 00:00")) == utc("2026-04-05 00:00")


LUNCH = (zurich("2026-03-02 12:00"), zurich("2026-03-02 13:00"))
AFTERNOON = (zurich("2026-03-02 12:30"), zurich("2026-03-02 15:00"))
EVENING = (zurich("2026-03-02 15:00"), zurich("2026-03-03 10:00"))


@pytest.mark.parametrize(
    ("pauses", "due"),
    [
        ([], "2026-03-02 15:00"),
        ([LUNCH], "2026-03-02 16:00"),
        ([AFTERNOON, LUNCH], "2026-03-03 10:00"),  # they overlap, come in any order and count once
        ([LUNCH, LUNCH], "2026-03-02 16:00"),
        ([LUNCH, AFTERNOON, EVENING], "2026-03-03 13:00"),  # they touch
        ([EVENING], "2026-03-02 15:00"),  # begins as the time is used up
        ([(zurich("2026-03-01 12:00"), zurich("2026-03-02 10:00"))], "2026-03-02 16:00"),  # began before
        ([(zurich("2026-03-02 12:00"), zurich("2026-03-02 12:00"))], "2026-03-02 15:00"),  # of no length
        ([(zurich("2026-03-02 17:00"), None)], "2026-03-02 15:00"),
    ],
)
def test_a_pause_shifts_the_due_time_by_the_working_time_inside_it(pauses: list, due: str):
    start = zurich("2026-03-02 09:00")
    assert add_working_time(OFFICE, start, hours(6), pauses) == zurich(due)
    assert working_time_between(OFFICE, start, zurich(due), pauses) == hours(6)


def test_nothing_is_due_while_still_paused():
    since = zurich("2026-03-02 12:00")
    with pytest.raises(NoWorkingTime):
        add_working_time(OFFICE, zurich("2026-03-02 09:00"), hours(6), [(since, None)])
    with pytest.raises(NoWorkingTime):
        next_opening(OFFICE, since, [(since, None)])
    assert working_time_between(OFFICE, zurich("2026-03-02"), zurich("2026-03-31"), [(since, None)]) == hours(3)


@pytest.mark.parametrize(
    ("at", "opening"),
    [
        ("2026-03-02 09:00", "2026-03-02 09:00"),
        ("2026-03-02 11:11:11", "2026-03-02 11:11:11"),
        ("2026-03-02 17:00", "2026-03-03 09:00"),
        ("2026-04-02 17:00", "2026-04-07 09:00"),
    ],
)
def test_the_next_opening_is_the_moment_itself_when_open(at: str, opening: str):
    assert next_opening(OFFICE, zurich(at)) == zurich(opening)
    assert is_open(OFFICE, zurich(at)) == (at == opening)


def test_the_next_opening_is_after_the_pause():
    assert next_opening(OFFICE, zurich("2026-03-02 12:00"), [AFTERNOON, LUNCH]) == zurich("2026-03-02 15:00")
    assert next_opening(OFFICE, zurich("2026-03-02 15:00"), [AFTERNOON, LUNCH]) == zurich("2026-03-02 15:00")


def test_the_closing_moment_is_closed():
    assert not is_open(OFFICE, zurich("2026-03-02 17:00"))
    assert is_open(OFFICE, zurich("2026-03-02 16:59:59.999999"))
    assert is_open(ROUND_THE_CLOCK, zurich("2026-03-02 00:00"))


@pytest.mark.parametrize(
    ("working", "start", "days", "end"),
    [
        (OFFICE, "2026-03-02 05:00", 1, "2026-03-03 17:00"),  # the day of receipt doesn't count, however early
        (OFFICE, "2026-03-02 23:59", 1, "2026-03-03 17:00"),
        (OFFICE, "2026-04-02 12:00", 1, "2026-04-07 17:00"),
        (OFFICE, "2026-04-04 12:00", 2, "2026-04-08 17:00"),
        (SPLIT, "2026-03-02 12:00", 2, "2026-03-09 16:00"),
        (ROUND_THE_CLOCK, "2026-03-28 12:00", 1, "2026-03-30 00:00"),  # 24:00 of the short day
        (calendar(NIGHTS), "2026-03-01 12:00", 1, "2026-03-03 00:00"),
        (calendar(NIGHTS), "2026-03-01 12:00", 2, "2026-03-03 06:00"),
    ],
)
def test_working_days_end_with_the_last_closing_of_the_nth_opening_day(
    working: WorkingCalendar, start: str, days: int, end: str
):
    assert end_of_working_day(working, zurich(start), days) == zurich(end)


def test_the_day_of_receipt_is_the_calendars_not_the_readers():
    just_after_midnight = zurich("2026-03-03 00:30")
    assert just_after_midnight.astimezone(UTC).day == 2
    assert end_of_working_day(OFFICE, just_after_midnight.astimezone(UTC), 1) == zurich("2026-03-04 17:00")


@pytest.mark.parametrize(
    ("at", "closing"),
    [
        ("2026-03-03 10:00", "2026-03-02 17:00"),
        ("2026-03-03 17:00", "2026-03-02 17:00"),  # a closing names the one before
        ("2026-03-03 17:00:01", "2026-03-03 17:00"),
        ("2026-04-07 09:30", "2026-04-02 17:00"),
    ],
)
def test_the_previous_closing_is_the_last_one_before_a_moment(at: str, closing: str):
    assert previous_closing(OFFICE, zurich(at)) == zurich(closing)


def test_what_never_closes_has_no_previous_closing():
    assert previous_closing(ROUND_THE_CLOCK, zurich("2026-03-03 10:00")) is None
    assert previous_closing(NEVER, zurich("2026-03-03 10:00")) is None


def test_opening_intervals_are_cut_to_the_moments_asked_for():
    assert opening_intervals(OFFICE, zurich("2026-04-02 10:00"), zurich("2026-04-07 09:30")) == [
        (zurich("2026-04-02 10:00"), zurich("2026-04-02 17:00")),
        (zurich("2026-04-07 09:00"), zurich("2026-04-07 09:30")),
    ]
    assert opening_intervals(OFFICE, zurich("2026-04-02 17:00"), zurich("2026-04-07 09:00")) == []
    new_year = opening_intervals(ROUND_THE_CLOCK, utc("2026-12-01"), utc("2027-02-01"))
    assert new_year == [(utc("2026-12-01"), utc("2027-02-01"))]


def test_an_end_before_the_start_is_no_working_time():
    assert working_time_between(OFFICE, zurich("2026-03-03"), zurich("2026-03-02")) == timedelta(0)
    assert opening_intervals(OFFICE, zurich("2026-03-03"), zurich("2026-03-02")) == []


def test_moments_come_back_in_the_zone_of_the_moment_given():
    start = utc("2026-03-02 12:00")
    assert add_working_time(OFFICE, start, hours(1)).tzinfo is UTC
    assert add_working_time(OFFICE, start.astimezone(ZoneInfo("Asia/Kathmandu")), hours(1)).utcoffset() == hours(5.75)


@pytest.mark.parametrize("duration", [timedelta(0), timedelta(seconds=-1)])
def test_a_duration_must_be_longer_than_zero(duration: timedelta):
    with pytest.raises(ValueError, match="longer than zero"):
        add_working_time(OFFICE, zurich("2026-03-02 09:00"), duration)
    with pytest.raises(ValueError, match="one or more"):
        end_of_working_day(OFFICE, zurich("2026-03-02 09:00"), duration.days)


def test_a_calendar_that_never_opens_has_no_working_time():
    start = zurich("2026-03-02 09:00")
    for question in (
        lambda: add_working_time(NEVER, start, hours(1)),
        lambda: next_opening(NEVER, start),
        lambda: end_of_working_day(NEVER, start, 1),
    ):
        with pytest.raises(NoWorkingTime, match="ten years after 2026-03-02"):
            question()
    assert not NEVER.has_opening_hours
    assert not calendar({"mon": [["08:00", "08:00"]]}).has_opening_hours
    assert OFFICE.has_opening_hours
    assert calendar({}, on_2026_12_24=[["08:00", "12:00"]]).has_opening_hours


def test_nobody_looks_further_than_ten_years():
    once = calendar({}, on_2036_03_01=[["09:00", "10:00"]])
    assert next_opening(once, zurich("2026-03-02")) == zurich("2036-03-01 09:00")
    with pytest.raises(NoWorkingTime):
        next_opening(once, zurich("2026-02-01"))
    with pytest.raises(NoWorkingTime):
        add_working_time(once, zurich("2026-02-01"), hours(1))
    with pytest.raises(NoWorkingTime):
        end_of_working_day(once, zurich("2026-02-01"), 1)
    with pytest.raises(NoWorkingTime):
        add_working_time(ROUND_THE_CLOCK, zurich("2026-02-01"), timedelta(days=3700))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"tz": "Europe/Zurigo"}, "'Europe/Zurigo' is not a time zone"),
        ({"tz": ""}, "'' is not a time zone"),
        ({"tz": None}, "None is not a time zone"),
        ({"tz": "Europe"}, "'Europe' is not a time zone"),
        ({"hours": {"monday": NINE_TO_FIVE}}, "'monday' is not a weekday"),
        ({"hours": {"mon": [["09:00", "25:00"]]}}, "mon: '25:00' is not a time like 08:30"),
        ({"hours": {"mon": [["9", "17:00"]]}}, "mon: '9' is not a time"),
        ({"hours": {"mon": [["09:00", "24:01"]]}}, "mon: '24:01' is not a time"),
        ({"hours": {"mon": [["09:00", "17:60"]]}}, "mon: '17:60' is not a time"),
        ({"hours": {"mon": [[9, 17]]}}, "mon: 9 is not a time"),
        ({"hours": {"mon": ["09:00", "17:00"]}}, "mon: spans must be a list"),
        ({"hours": {"mon": [["09:00"]]}}, "mon: spans must be a list"),
        ({"hours": [["09:00", "17:00"]]}, "hours must name days"),
        ({"holidays": ["24.12.2026"]}, "'24.12.2026' is not a date like 2026-12-24"),
        ({"holidays": ["2026-02-30"]}, "'2026-02-30' is not a date"),
        ({"date_hours": {"Christmas": []}}, "'Christmas' is not a date"),
        ({"date_hours": {"2026-12-24": [["08:00", ""]]}}, "2026-12-24: '' is not a time"),
    ],
)
def test_a_spec_that_cannot_be_understood_is_refused_in_words(wrong: dict, says: str):
    with pytest.raises(ValueError, match=says):
        WorkingCalendar.from_spec({"tz": "Europe/Zurich", "hours": WEEK} | wrong)


def test_equal_specs_share_one_calendar():
    assert calendar(holidays=[GOOD_FRIDAY]) is calendar(holidays=[GOOD_FRIDAY])
    assert calendar(holidays=[GOOD_FRIDAY]) is not calendar(holidays=[EASTER_MONDAY])


def test_moments_without_a_zone_are_refused():
    with pytest.raises(TypeError):
        is_open(OFFICE, datetime(2026, 3, 2))


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.randoms(use_true_random=False))
def test_it_agrees_with_a_count_of_minutes(random: Random):
    assert differences(random, cases=1) == []


@pytest.mark.parametrize("seed", range(18))
def test_it_agrees_with_a_count_of_minutes_in_a_hundred_cases(seed: int):
    assert differences(Random(seed), cases=100) == []


moments = st.datetimes(datetime(1975, 1, 1), datetime(2045, 1, 1), timezones=st.just(UTC))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.sampled_from(PLACES), st.randoms(use_true_random=False), moments, st.integers(1, 10**11))
def test_what_is_added_is_what_lies_between_over_any_distance(place, random, start, milliseconds):
    working = WorkingCalendar.from_spec(random_spec(random, place[0], utc(place[1])))
    duration = timedelta(milliseconds=milliseconds)
    try:
        due = add_working_time(working, start, duration)
    except NoWorkingTime:
        return
    assert working_time_between(working, start, due) == duration
    assert working_time_between(working, start, due - timedelta(microseconds=1)) < duration
    half = start + (due - start) / 2
    assert working_time_between(working, start, half) + working_time_between(working, half, due) == duration


@pytest.mark.parametrize("module", [working_time, opening_hours])
def test_working_time_imports_only_the_standard_library(module):
    tree = ast.parse(Path(module.__file__).read_text())
    names = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not {name for name in names if name.partition(".")[0] in ("django", "people", "tickets")}
