from datetime import date

import pytest
from django.core.exceptions import ValidationError

from standards import holidays, week
from standards.actions import calendars
from standards.working_time import is_open
from tests import make
from tests.make import MONDAY_9AM, OFFICE_HOURS, hours, zagreb


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("08:00-12:00, 13:00-16:00", [["08:00", "12:00"], ["13:00", "16:00"]]),
        ("8-16", [["08:00", "16:00"]]),
        ("8.30 – 16.00", [["08:30", "16:00"]]),
        ("22:00-06:00", [["22:00", "06:00"]]),
        ("0-24", [["00:00", "24:00"]]),
        ("", []),
        ("closed", []),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, spans: list):
    assert week.read_spans(text) == spans
    assert week.read_spans(week.spell_spans(spans)) == spans


@pytest.mark.parametrize("text", ["8-25", "morning", "8", "12:60-13:00", "24:00-02:00"])
def test_hours_that_no_clock_shows_are_refused_in_words(text: str):
    with pytest.raises(ValidationError, match="“"):
        week.read_spans(text)


def test_a_refusal_names_the_day():
    with pytest.raises(ValidationError, match="Tuesday: 08:00-12:00 and 11:00-15:00 overlap"):
        week.check_week({"tue": [["08:00", "12:00"], ["11:00", "15:00"]]})


def test_dated_overrides_are_one_a_line():
    assert week.read_dates("2026-12-24 08:00-12:00\n2026-12-31 closed\n") == {
        "2026-12-24": [["08:00", "12:00"]],
        "2026-12-31": [],
    }
    with pytest.raises(ValidationError, match="does not begin with a date"):
        week.read_dates("24.12. 8-12")
    with pytest.raises(ValidationError, match="is there twice"):
        week.read_dates("2026-12-24 8-12\n2026-12-24 closed")


def test_days_with_the_same_hours_share_a_line():
    assert week.week_table(OFFICE_HOURS) == [("Monday–Friday", "08:00–16:00"), ("Saturday–Sunday", "closed")]


def test_holidays_have_names_in_the_readers_language():
    christmas = date(2026, 12, 25), date(2026, 12, 26)
    assert holidays.named("HR", "", "hr", *christmas) == [(christmas[0], "Božić")]
    assert holidays.named("HR", "", "en", *christmas) == [(christmas[0], "Christmas Day")]
    new_year = date(2026, 1, 1), date(2026, 1, 2)
    assert holidays.named("RS", "", "sr-latn", *new_year) == [(new_year[0], "Nova godina")]
    assert holidays.named("BA", "BIH", "bs", *new_year) == [(new_year[0], "Nova godina")]


def test_no_serbian_name_of_a_holiday_is_left_in_cyrillic():
    for country in ("RS", "BA", "HR", "ME"):
        for _day, name in holidays.named(country, "", "sr-latn", date(2026, 1, 1), date(2027, 1, 1)):
            assert not any("\u0400" <= letter <= "\u04ff" for letter in name), name


def test_holidays_are_known_for_the_year_before_and_ten_years_ahead():
    dates = holidays.frozen_dates("HR", "", date(2026, 11, 23))
    assert dates[0] == "2025-01-01"
    assert dates[-1] == "2036-12-26"


@pytest.mark.django_db
def test_a_calendar_without_opening_hours_is_refused():
    with pytest.raises(ValidationError, match="at least one day"):
        make.calendar(hours={"mon": []})
    with pytest.raises(ValidationError, match="not a time zone"):
        make.calendar(zone="Europe/Agram")
    with pytest.raises(ValidationError, match="not known"):
        make.calendar(country="ZZ")
    with pytest.raises(ValidationError, match="does not belong"):
        make.calendar(country="HR", region="BY")


@pytest.mark.django_db
def test_changed_hours_are_another_version_and_the_first_stays():
    calendar = make.calendar(name="Desk")
    first = calendar.current
    longer = {**OFFICE_HOURS, "sat": [["09:00", "13:00"]]}
    kept = {"name": "Desk", "zone": "Europe/Zagreb"}
    second = calendars.change(calendar, **kept, hours=longer, now=MONDAY_9AM + hours(1))
    assert (first.number, second.number) == (1, 2)
    saturday = zagreb("2026-11-28 10:00")
    assert is_open(second.working, saturday)
    assert not is_open(calendar.versions.get(number=1).working, saturday)


@pytest.mark.django_db
def test_saving_the_same_hours_makes_no_version_and_saving_old_ones_is_refused():
    calendar = make.calendar(name="Desk", country="HR")
    same = {"name": "Desk", "zone": "Europe/Zagreb", "country": "HR", "based_on": 1, "now": MONDAY_9AM}
    assert calendars.change(calendar, **same, hours=OFFICE_HOURS).number == 1
    changed = {"mon": [["08:00", "12:00"]]}
    assert calendars.change(calendar, **same, hours=changed).number == 2
    assert calendars.change(calendar, **same, hours=changed).number == 2  # pressed twice
    with pytest.raises(ValidationError, match="changed these hours while you were here"):
        calendars.change(calendar, **same, hours={"tue": [["08:00", "12:00"]]})


@pytest.mark.django_db
def test_a_holiday_closes_unless_it_is_switched_off():
    christmas = zagreb("2026-12-25 10:00")
    assert not is_open(make.calendar(country="HR").current.working, christmas)
    assert is_open(make.calendar(country="HR", holidays_off=["2026-12-25"]).current.working, christmas)
    override = {"2026-12-25": [["09:00", "12:00"]]}
    assert is_open(make.calendar(country="HR", date_hours=override).current.working, christmas)
