"""Until when a miss is to be owned: four working hours, and not later than noon of the next working day."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from standards.due import owning_ends
from standards.working_time import WorkingCalendar

ZAGREB = ZoneInfo("Europe/Zagreb")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")


def calendar(*spans, days=WEEKDAYS, holidays=()):
    hours = {day: [list(span) for span in spans] for day in days}
    return WorkingCalendar.from_spec(
        {"tz": "Europe/Zagreb", "hours": hours, "holidays": list(holidays), "date_hours": {}}
    )


def zagreb(text):
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZAGREB)


OFFICE = calendar(("08:00", "16:00"))
WITH_A_HOLIDAY = calendar(("08:00", "16:00"), holidays=["2026-11-24"])
WITH_LUNCH = calendar(("08:00", "12:00"), ("13:00", "17:00"))
ALWAYS = calendar(("00:00", "24:00"), days=(*WEEKDAYS, "sat", "sun"))


@pytest.mark.parametrize(
    ("why", "hours", "due", "until"),
    [
        ("four hours the same day", OFFICE, "11-23 10:00", "11-23 14:00"),
        ("exactly at closing", OFFICE, "11-23 12:00", "11-23 16:00"),
        ("over night", OFFICE, "11-23 15:00", "11-24 11:00"),
        ("due at closing: four hours and noon are one", OFFICE, "11-23 16:00", "11-24 12:00"),
        ("due at night", OFFICE, "11-23 23:00", "11-24 12:00"),
        ("due before opening: that day is the day of the miss", OFFICE, "11-24 06:00", "11-24 12:00"),
        ("over the weekend", OFFICE, "11-27 15:00", "11-30 11:00"),
        ("due on a Saturday", OFFICE, "11-28 11:00", "11-30 12:00"),
        ("noon comes first where a day begins at nine", calendar(("09:00", "17:00")), "11-23 17:00", "11-24 12:00"),
        ("noon comes first where a day is short", calendar(("08:00", "10:00")), "11-23 09:30", "11-24 12:00"),
        ("a holiday is no working day", WITH_A_HOLIDAY, "11-23 15:00", "11-25 11:00"),
        ("noon is no limit where nobody works before it", calendar(("14:00", "22:00")), "11-23 21:00", "11-24 17:00"),
        ("a lunch break is no working time", WITH_LUNCH, "11-23 11:00", "11-23 16:00"),
        ("a day that ends at midnight", calendar(("16:00", "24:00")), "11-23 23:00", "11-24 19:00"),
        ("weekends elsewhere", calendar(("08:00", "16:00"), days=("sun", "mon", "tue")), "11-24 15:00", "11-29 11:00"),
        ("around the clock", calendar(("00:00", "24:00")), "11-24 10:00", "11-24 14:00"),
        ("the clock goes back over night", ALWAYS, "10-25 00:30", "10-25 03:30"),
    ],
)  # fmt: skip
def test_it_ends_after_four_working_hours_or_at_noon_of_the_next_working_day(why, hours, due, until):
    assert owning_ends(hours, zagreb(due)) == zagreb(until), why


def test_it_comes_in_the_zone_that_was_given():
    due = zagreb("11-23 16:00").astimezone(ZoneInfo("UTC"))
    assert owning_ends(OFFICE, due).tzinfo == ZoneInfo("UTC")


def test_where_nothing_opens_any_more_plain_time_counts():
    closed_for_good = WorkingCalendar.from_spec({
        "tz": "Europe/Zagreb", "hours": {}, "holidays": [], "date_hours": {"2026-11-23": [["08:00", "16:00"]]},
    })  # fmt: skip
    due = zagreb("11-23 15:00")
    assert owning_ends(closed_for_good, due) == due + timedelta(hours=4)
