"""Every due time explains itself, and the explanation leads to that very time."""

from datetime import date, timedelta

import pytest

from standards.due import Window, shift
from standards.explain import why_due
from standards.working_time import WorkingCalendar
from tests.make import OFFICE_HOURS, ZAGREB, hours, zagreb

DESK = WorkingCalendar.from_spec({"tz": "Europe/Zagreb", "hours": OFFICE_HOURS, "holidays": ["2026-12-25"]})


def explain(clock: str, start: str, amount: int, **given: object) -> list[str]:
    counts_days = clock.endswith("days")
    minutes, days = (None, amount) if counts_days else (amount, None)
    paused = given.get("paused", timedelta(0))
    due = shift(DESK, Window(clock, minutes, days).due(DESK, zagreb(start), ZAGREB), paused)
    given = {"due": due, **given}
    return why_due(clock=clock, minutes=minutes, days=days, calendar=DESK, start=zagreb(start), zone=ZAGREB, **given)


def test_working_days_are_named_and_the_closed_ones_too():
    assert explain("working_days", "2026-11-19 11:48", 5) == [
        "5 working days after Thu 19 Nov, the day of receipt: Fri 20 Nov, Mon 23 Nov, Tue 24 Nov, Wed 25 Nov, "
        "Thu 26 Nov.",
        "Closed and not counted: Sat 21 Nov, Sun 22 Nov.",
        "Due at closing, Thu 26 Nov at 16:00 (Zagreb time).",
    ]


def test_a_message_outside_hours_begins_with_the_next_opening():
    said = explain("working_time", "2026-11-20 18:00", 240)
    assert said[1] == "We were closed then, so the time begins on Mon 23 Nov at 08:00."
    assert said[-1] == "Due Mon 23 Nov at 12:00 (Zagreb time)."


def test_a_holiday_is_called_by_its_name():
    said = explain("working_time", "2026-12-24 15:00", 120, closed={date(2026, 12, 25): "Christmas Day"})
    assert "Closed and not counted: Fri 25 Dec (Christmas Day), Sat 26 Dec, Sun 27 Dec." in said


def test_a_pause_is_told_with_its_length():
    said = explain("working_time", "2026-11-23 08:00", 240, paused=hours(2) + timedelta(minutes=20))
    assert "That leads to Mon 23 Nov at 12:00; the clock stood still for 2 h 20 m of opening time." in said
    assert said[-1] == "Due Mon 23 Nov at 14:20 (Zagreb time)."


def test_calendar_days_end_with_the_day():
    said = explain("calendar_days", "2026-11-23 09:00", 15)
    assert said[-1] == "Due at the end of Tue 8 Dec, 24:00 (Zagreb time)."


@pytest.mark.parametrize(("clock", "amount"), [("wall", 15), ("working_time", 480), ("working_days", 2)])
def test_nothing_is_made_up_for_a_time_that_does_not_follow(clock: str, amount: int):
    said = explain(clock, "2026-11-23 09:00", amount, due=zagreb("2026-11-27 10:07"))
    assert said[0] == "This time was told to the customer: Fri 27 Nov at 10:07."
    assert len(said) == 2


def test_a_long_way_is_told_in_a_few_words():
    said = explain("working_days", "2026-11-02 09:00", 60)
    assert all(len(sentence) < 400 for sentence in said)
    assert "more days" in said[0]
