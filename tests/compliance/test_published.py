"""Facts about what the public reads of results: closed months, put together and never counted anew."""

from datetime import date, timedelta

import pytest

from compliance import published
from compliance.models import ExceptionDay
from compliance.results import Verdict
from standards.actions import standards
from standards.terms import Clock, Kind
from tests import make
from tests.make import ZAGREB, zagreb
from tests.published import AUGUST, CLOSED, OCTOBER, SEPTEMBER, correct, month

pytestmark = pytest.mark.django_db

SINCE = zagreb("2026-01-01 00:00")
NOW = zagreb("2026-11-23 10:42")


def edition():
    return published.edition(NOW, ZAGREB)


def test_before_a_month_has_closed_there_is_what_we_promise_and_no_result():
    version = make.standard(now=SINCE)
    found = edition()
    assert (found.month, [record.version for record in found.standards]) == (None, [version])
    assert found.standards[0].months == ()
    assert found.number


def test_the_month_is_everything_that_was_promised_to_customers_together():
    month(make.standard(now=SINCE), kept=90, late=10)
    month(kept=45, late=5)
    month(make.standard(now=SINCE, kind=Kind.ACKNOWLEDGE, clock=Clock.WALL, window_minutes=15), kept=1000, late=0)
    month(source="internal", kind=Kind.CUSTOM, kept=7, late=0)
    found = edition()
    assert (found.month.kept.k, found.month.kept.n) == (135, 150)
    assert found.promises.in_month(OCTOBER).kept.n == 50


def test_versions_of_a_standard_are_never_put_together():
    first = make.standard(now=SINCE)
    second = standards.publish(
        standards.draft(first.standard, make.draft(window_minutes=360), now=SINCE),
        effective_from=zagreb("2026-10-01 00:00"), now=SINCE,
    )  # fmt: skip
    month(first, SEPTEMBER, kept=50, late=50)
    month(first, kept=2, late=8)
    month(second, kept=90, late=10)
    (record,) = edition().standards
    assert (record.version, [one.first for one in record.months]) == (second, [OCTOBER])
    assert (record.all_together.k, record.all_together.n) == (90, 100)
    assert [one.kept.k for one in published.history(first, ZAGREB).months] == [50, 2]


def test_twelve_months_are_published_and_older_ones_stay_with_their_version():
    version = make.standard(now=SINCE)
    for first in published.months_until(OCTOBER, 14):
        month(version, first)
    (record,) = edition().standards
    assert [record.months[0].first, len(record.months)] == [date(2025, 11, 1), 12]
    assert len(published.history(version, ZAGREB).months) == 14


def test_a_month_in_which_nothing_fell_due_has_no_verdict():
    version = make.standard(now=SINCE)
    month(version, SEPTEMBER)
    month()
    (record,) = edition().standards
    october = record.in_month(OCTOBER)
    assert (october.kept.n, record.verdict(october)) == (0, None)
    assert record.verdict(record.in_month(SEPTEMBER)) == Verdict.TOO_FEW


def test_a_resolution_is_provisional_for_seven_days():
    version = make.standard(now=SINCE, kind=Kind.RESOLUTION, clock=Clock.WORKING_DAYS, window_days=5)
    month(version, final_at=None)
    assert edition().standards[0].months[0].final_from == zagreb("2026-11-08 00:00")
    assert edition().month.final_from == zagreb("2026-11-08 00:00")


def test_a_correction_stands_beside_what_was_published_first():
    row = month(make.standard(now=SINCE), kept=95, late=5)
    correct(row, kept=-2)
    (one,) = edition().standards[0].months
    assert (one.kept.k, one.kept.n) == (93, 100)
    assert (one.first_published.k, one.first_published.n) == (95, 100)
    assert [correction.kept for correction in one.corrections] == [-2]


def test_exception_days_are_shown_with_and_without():
    month(make.standard(now=SINCE), kept=80, late=20, ordinary_kept=78, ordinary_due=80)
    ExceptionDay.objects.create(
        starts_at=zagreb("2026-10-12 00:00"), ends_at=zagreb("2026-10-14 00:00"), reason={"en": "A storm."},
        declared_by=make.manager(), declared_at=NOW,
    )  # fmt: skip
    found = edition()
    assert (found.month.kept.n, found.month.without_exceptions.n) == (100, 80)
    assert [day.reason for day in found.exceptions] == [{"en": "A storm."}]


def test_the_number_is_the_same_for_the_same_figures_and_another_for_others():
    version = make.standard(now=SINCE)
    month(version, AUGUST)
    row = month(version)
    first = edition().number
    assert first.startswith("2026-10-")
    assert published.edition(NOW + timedelta(days=3), ZAGREB).number == first
    correct(row, kept=-1)
    corrected = edition().number
    assert corrected != first
    row.median_minutes = 90
    row.save()
    assert edition().number not in {first, corrected}


def test_as_many_questions_for_much_as_for_little(django_assert_num_queries):
    month(make.standard(now=SINCE))
    with django_assert_num_queries(6):
        edition()
    for _ in range(4):
        version = make.standard(now=SINCE, category=make.category())
        for first in (AUGUST, SEPTEMBER, OCTOBER):
            correct(month(version, first), kept=-1, at=CLOSED)
    with django_assert_num_queries(6):
        edition()
