"""Moments and durations in words."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from ui import formats

ZAGREB = ZoneInfo("Europe/Zagreb")
NOW = datetime(2026, 11, 23, 10, 42, tzinfo=ZAGREB)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 11, 23, 11, 0, tzinfo=ZAGREB), "today 11:00"),
        (datetime(2026, 11, 24, 9, 0, tzinfo=ZAGREB), "tomorrow 09:00"),
        (datetime(2026, 11, 22, 15, 0, tzinfo=ZAGREB), "yesterday 15:00"),
        (datetime(2026, 11, 26, 16, 0, tzinfo=ZAGREB), "Thu 26 Nov, 16:00"),
        (datetime(2027, 1, 4, 8, 30, tzinfo=ZAGREB), "Mon 4 Jan 2027, 08:30"),
    ],
)
def test_a_moment_is_told_absolutely(moment: datetime, words: str) -> None:
    assert formats.moment_in_words(moment, NOW, "Europe/Zagreb") == words


def test_today_is_the_reader_s_today() -> None:
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    assert formats.moment_in_words(late, NOW, "UTC") == "today 23:30"
    assert formats.moment_in_words(late, NOW, ZAGREB) == "tomorrow 00:30"
    with timezone.override("Asia/Kuala_Lumpur"):
        assert formats.moment_in_words(late, NOW) == "tomorrow 07:30"


def test_a_board_shows_the_time_alone_today_and_the_weekday_within_a_week() -> None:
    assert formats.short_moment(NOW + timedelta(minutes=18), NOW, ZAGREB) == "11:00"
    assert formats.short_moment(NOW - timedelta(days=3), NOW, ZAGREB) == "Fri 10:42"
    assert formats.short_moment(NOW + timedelta(days=7), NOW, ZAGREB) == "Mon 30 Nov, 10:42"


def test_a_customer_reads_the_day_in_full_with_the_zone() -> None:
    noon = datetime(2026, 11, 24, 12, 0, tzinfo=ZAGREB)
    assert formats.long_date(noon, "Europe/Zagreb") == "Tuesday 24 November 2026, 12:00 (Zagreb time)"
    assert formats.long_date(noon, "UTC") == "Tuesday 24 November 2026, 11:00 (UTC)"


def test_months_take_the_case_that_croatian_asks_for() -> None:
    with translation.override("hr"):
        assert formats.long_day(NOW.date()) == "ponedjeljak, 23. studenoga 2026."
        assert formats.day_in_words(NOW.date(), NOW.date()) == "pon 23. 11."


@pytest.mark.parametrize(
    ("duration", "compact", "working", "words"),
    [
        (timedelta(seconds=20), "0 m", "0 m", "less than a minute"),
        (timedelta(minutes=1), "1 m", "1 m", "1 minute"),
        (timedelta(minutes=18, seconds=59), "18 m", "18 m", "18 minutes"),
        (timedelta(hours=2, minutes=10), "2 h 10 m", "2 h 10 m", "2 hours 10 minutes"),
        (timedelta(hours=4), "4 h", "4 h", "4 hours"),
        (timedelta(days=1), "1 d", "24 h", "1 day"),
        (timedelta(days=3, hours=5, minutes=9), "3 d 5 h", "77 h 9 m", "3 days 5 hours"),
        (-timedelta(minutes=37), "37 m", "37 m", "37 minutes"),
    ],
)
def test_a_duration_is_short_on_boards_and_whole_in_sentences(
    duration: timedelta, compact: str, working: str, words: str
) -> None:
    assert formats.compact_duration(duration) == compact
    assert formats.compact_duration(duration, days=False) == working
    assert formats.duration_in_words(duration) == words


def test_what_is_left_turns_into_what_is_over_at_the_moment_itself() -> None:
    assert formats.time_left(NOW + timedelta(minutes=18), NOW) == "in 18 m"
    assert formats.time_left(NOW + timedelta(seconds=30), NOW) == "in less than a minute"
    assert formats.time_left(NOW, NOW) == "in less than a minute"
    assert formats.time_left(NOW - timedelta(seconds=1), NOW) == "just over"
    assert formats.time_left(NOW - timedelta(minutes=37), NOW) == "37 m over"


def test_initials_are_those_of_the_first_and_the_last_name() -> None:
    assert formats.initials("Ivana Perić") == "IP"
    assert formats.initials("Željka Vukojević-Šimunović") == "ŽŠ"
    assert formats.initials("ana") == "A"
    assert formats.initials("") == ""


@pytest.mark.parametrize("language", ["en", "hr", "bs", "sr-latn", "ms"])
def test_every_language_counts_24_hours_and_begins_its_week_on_monday(language: str) -> None:
    from django.utils.formats import get_format

    with translation.override(language):
        assert get_format("TIME_FORMAT") == "H:i"
        assert get_format("FIRST_DAY_OF_WEEK") == 1
