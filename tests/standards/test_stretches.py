from datetime import datetime, timedelta

from standards.due import Window
from standards.stretches import Stretch, stretches
from standards.terms import Clock
from standards.working_time import WorkingCalendar
from tests.make import ZAGREB, zagreb

SPLIT = [["08:00", "12:00"], ["13:00", "16:00"]]
CHRISTMAS = WorkingCalendar.from_spec(
    {
        "tz": "Europe/Zagreb",
        "hours": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), SPLIT),
        "holidays": ["2026-12-25"],
        "date_hours": {"2026-12-24": [["08:00", "12:00"]]},
    }
)
NAMES = {datetime(2026, 12, 25).date(): "Christmas Day"}


def way(clock: str, start: str, calendar: WorkingCalendar = CHRISTMAS, **window: int) -> list[Stretch]:
    begins = zagreb(start)
    due = Window(clock, **window).due(calendar, begins, ZAGREB)
    return stretches(clock, calendar, begins, due, ZAGREB, NAMES)


def test_each_skipped_span_of_working_time_is_named_and_none_is_left_out():
    found = way(Clock.WORKING_TIME, "2026-12-23 11:00", minutes=9 * 60)
    assert [(one.span, one.counted, one.why) for one in found] == [
        ("Wed 23 Dec 11:00–12:00", timedelta(hours=1), ""),
        ("Wed 23 Dec 12:00–13:00", None, "closed"),
        ("Wed 23 Dec 13:00–16:00", timedelta(hours=3), ""),
        ("Wed 23 Dec 16:00 – Thu 24 Dec 08:00", None, "closed"),
        ("Thu 24 Dec 08:00–12:00", timedelta(hours=4), ""),
        (
            "Thu 24 Dec 12:00 – Mon 28 Dec 08:00",
            None,
            "closed: Fri 25 Dec (Christmas Day), Sat 26 Dec, Sun 27 Dec",
        ),
        ("Mon 28 Dec 08:00–09:00", timedelta(hours=1), ""),
    ]
    assert sum((one.counted for one in found if one.counted), timedelta(0)) == timedelta(hours=9)


def test_pieces_add_up_from_what_is_shown_of_them_whatever_the_seconds():
    start, due = zagreb("2026-12-23 11:20") + timedelta(seconds=20), zagreb("2026-12-24 09:02") + timedelta(seconds=50)
    found = stretches(Clock.WORKING_TIME, CHRISTMAS, start, due, ZAGREB, NAMES)
    counted = [one.counted for one in found if one.counted]
    assert counted[0] == timedelta(minutes=40)
    assert counted[-1] == timedelta(hours=1, minutes=2)
    assert all(piece % timedelta(minutes=1) == timedelta(0) for piece in counted)


def test_days_are_counted_as_days_and_the_first_is_the_day_of_receipt():
    found = way(Clock.WORKING_DAYS, "2026-12-24 09:00", days=1)
    assert [(one.span, bool(one.counted), one.why) for one in found] == [
        ("Thu 24 Dec", False, "the day of receipt"),
        ("Fri 25 Dec", False, "Christmas Day"),
        ("Sat 26 Dec", False, "closed"),
        ("Sun 27 Dec", False, "closed"),
        ("Mon 28 Dec", True, ""),
    ]


def test_a_week_may_rest_on_friday_and_saturday_and_a_shift_run_past_midnight():
    nights = {day: [["22:00", "06:00"]] for day in ("sun", "mon", "tue", "wed", "thu")}
    kelantan = WorkingCalendar.from_spec({"tz": "Europe/Zagreb", "hours": nights})
    found = way(Clock.WORKING_TIME, "2026-11-26 23:00", kelantan, minutes=8 * 60)
    assert [(one.span, one.why) for one in found] == [
        ("Thu 26 Nov 23:00 – Fri 27 Nov 06:00", ""),
        ("Fri 27 Nov 06:00 – Sun 29 Nov 22:00", "closed: Sat 28 Nov"),
        ("Sun 29 Nov 22:00–23:00", ""),
    ]


def test_a_clock_that_skips_nothing_has_no_stretches():
    assert way(Clock.WALL, "2026-12-24 09:00", minutes=60) == []
    assert way(Clock.CALENDAR_DAYS, "2026-12-24 09:00", days=3) == []
