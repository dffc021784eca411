"""Facts about what can be asked about results in an address."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError

from compliance.questions import Days, Question, asked, month_of
from compliance.results import AS_AGREED, Bucket, Tally
from tests.make import ZAGREB, zagreb

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


def read(**address):
    return asked(address, zone=ZAGREB, now=NOW)


def test_without_a_time_it_is_the_running_month_in_the_organisations_zone():
    assert read().period == month_of(NOW.date(), ZAGREB)
    assert read().period.since == zagreb("2026-11-01 00:00")
    assert read(month="2026-12").period.until == zagreb("2027-01-01 00:00")


def test_days_are_whole_and_the_last_one_counts():
    period = read(since="2026-10-24", until="2026-10-25").period
    assert (period.since, period.until) == (zagreb("2026-10-24 00:00"), zagreb("2026-10-26 00:00"))


@pytest.mark.parametrize(
    "address",
    [
        {"team": "x"}, {"team": "1 OR 1=1"}, {"kind": "password"}, {"month": "2026-13"}, {"month": "x"},
        {"buckets": "kept.lost"}, {"since": "2026-10-02", "until": "2026-10-01"}, {"priority": "highest"},
    ],
)  # fmt: skip
def test_what_we_do_not_count_by_is_refused(address):
    with pytest.raises(ValidationError):
        read(**address)


def test_names_that_are_not_known_reach_no_query():
    assert read(accountable__password__startswith="a") == read()


def test_every_question_reads_the_same_from_its_address():
    question = Question(
        read(month="2026-10").period, standard="S-3", version=2, kind="resolution", source="standard", team=4,
        category=5, channel="mail", priority="high", accountable=7, buckets=(Bucket.KEPT, Bucket.NOT_DONE), moved=True,
        days=Days.ORDINARY,
    )  # fmt: skip
    assert asked(question.in_address(ZAGREB), zone=ZAGREB, now=NOW) == question
    plain = Question(read(month="2026-10").period)
    assert asked(plain.in_address(ZAGREB), zone=ZAGREB, now=NOW) == plain


def test_a_figure_names_the_list_of_its_cases():
    assert read().listing(Tally({Bucket.KEPT: 3}).as_agreed).buckets == AS_AGREED
