"""Facts about exception days: declared soon, by a manager, with a reason that the public reads."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from compliance.actions import exceptions
from compliance.cases import cases
from compliance.models import ExceptionDay
from compliance.questions import Days, Question, month_of
from people.models import Organisation
from tests import make
from tests.make import zagreb

pytestmark = pytest.mark.django_db
THURSDAY, FRIDAY = date(2026, 11, 19), date(2026, 11, 20)
STORM = {"en": "A storm cut the power."}


def declared(now="2026-11-19 12:00", **fields):
    make.organisation()
    given = {"first": THURSDAY, "last": FRIDAY, "reason": STORM, "by": make.manager(), **fields}
    return exceptions.declare_exception(
        given.pop("first"), given.pop("last"), given.pop("reason"), **given, now=zagreb(now)
    )


def test_whole_days_from_the_first_to_the_last_are_exceptional():
    made = declared()
    assert (made.starts_at, made.ends_at) == (zagreb("2026-11-19 00:00"), zagreb("2026-11-21 00:00"))
    assert list(ExceptionDay.objects.touching(zagreb("2026-11-20 23:00"), zagreb("2026-11-30 00:00"))) == [made]
    assert not ExceptionDay.objects.touching(zagreb("2026-11-21 00:00"), zagreb("2026-11-30 00:00"))


@pytest.mark.parametrize("now", ["2026-10-01 09:00", "2026-11-19 00:00", "2026-11-23 16:00"])
def test_they_are_declared_in_advance_or_within_two_working_days(now):
    assert declared(now).declared_at == zagreb(now)


def test_later_is_too_late():
    with pytest.raises(ValidationError, match="two working days"):
        declared("2026-11-23 16:01")  # Thursday, then Friday and Monday


def test_a_team_that_works_at_weekends_has_until_saturday():
    weekend = make.team(calendar=make.calendar(hours={**make.OFFICE_HOURS, "sat": [["08:00", "12:00"]]}))
    assert declared("2026-11-21 12:00", team=weekend).team == weekend
    with pytest.raises(ValidationError):
        declared("2026-11-21 12:01", team=weekend)


def test_only_managers_declare_them():
    with pytest.raises(ValidationError, match="manager"):
        declared(by=make.user())


@pytest.mark.parametrize("reason", [{}, {"en": "  "}, {"hr": "Oluja"}])
def test_the_public_is_told_why(reason):
    with pytest.raises(ValidationError, match="Say why"):
        declared(reason=reason)
    assert Organisation.objects.the().language == "en"


def test_the_last_day_comes_not_before_the_first():
    with pytest.raises(ValidationError, match="before"):
        declared(last=THURSDAY - timedelta(days=1))


def test_withdrawn_days_are_none_for_the_results_and_stay_on_the_record():
    promise = make.promise(at=zagreb("2026-11-18 09:00"), due=zagreb("2026-11-19 12:00"))
    days = declared()
    asked = Question(month_of(date(2026, 11, 1), make.ZAGREB), days=Days.EXCEPTION)
    now = zagreb("2026-12-02 09:00")
    assert list(cases(asked, viewer=None, now=now)) == [promise]
    withdrawn = exceptions.withdraw_exception(
        days, {"en": "It passed by."}, by=days.declared_by, now=zagreb("2026-11-20 09:00")
    )
    assert not cases(asked, viewer=None, now=now)
    assert (withdrawn.reason, withdrawn.withdrawn_by) == (STORM, days.declared_by)


def test_they_are_withdrawn_by_a_manager_with_a_reason_for_the_public():
    days = declared()
    with pytest.raises(ValidationError, match="manager"):
        exceptions.withdraw_exception(days, STORM, by=make.user(), now=zagreb("2026-11-20 09:00"))
    with pytest.raises(ValidationError, match="Say why"):
        exceptions.withdraw_exception(days, {"en": " "}, by=days.declared_by, now=zagreb("2026-11-20 09:00"))
