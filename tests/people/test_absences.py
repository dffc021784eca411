"""Who is away, from when until when, and who may say so."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from people.actions import absences
from people.models import Absence, User
from tests import make
from tests.make import MONDAY_9AM, hours

pytestmark = pytest.mark.django_db

WEEK = timedelta(days=7)


def test_somebody_is_away_from_the_beginning_on_and_back_at_the_end():
    marko = make.user()
    start, end = MONDAY_9AM + hours(24), MONDAY_9AM + hours(48)
    make.absence(marko, starts_at=start, ends_at=end)
    moments = [start - hours(1), start, end - hours(1), end]
    assert [User.objects.absent(now).contains(marko) for now in moments] == [False, True, True, False]
    assert [User.objects.present(now).contains(marko) for now in moments] == [True, False, False, True]


def test_nobody_who_has_left_is_present():
    gone = make.user(is_active=False)
    assert not User.objects.present(MONDAY_9AM).contains(gone)


@pytest.mark.parametrize(
    ("who", "may"),
    [("oneself", True), ("the lead", True), ("a manager", True), ("a colleague", False), ("another lead", False)],
)
def test_they_themselves_their_lead_and_managers_say_when_somebody_is_away(who, may):
    marko, colleague = make.user(), make.user()
    team = make.team()
    for member in (marko, colleague):
        member.memberships.create(team=team)
    actors = {
        "oneself": marko,
        "the lead": team.lead,
        "a manager": make.manager(),
        "a colleague": colleague,
        "another lead": make.team().lead,
    }
    if may:
        absence = make.absence(marko, by=actors[who])
        absences.end(absence, by=actors[who], now=MONDAY_9AM)
        assert not Absence.objects.exists()
    else:
        with pytest.raises(ValidationError, match="the lead of their team"):
            make.absence(marko, by=actors[who])
        with pytest.raises(ValidationError, match="the lead of their team"):
            absences.end(make.absence(marko), by=actors[who], now=MONDAY_9AM)


def test_days_are_marked_once_and_only_while_they_are_not_over():
    marko = make.user()
    make.absence(marko, starts_at=MONDAY_9AM, ends_at=MONDAY_9AM + WEEK)
    with pytest.raises(ValidationError, match="marked already"):
        make.absence(marko, starts_at=MONDAY_9AM + hours(24), ends_at=MONDAY_9AM + 2 * WEEK)
    make.absence(marko, starts_at=MONDAY_9AM + WEEK, ends_at=MONDAY_9AM + 2 * WEEK)
    with pytest.raises(ValidationError, match="over already"):
        make.absence(marko, starts_at=MONDAY_9AM - WEEK, ends_at=MONDAY_9AM)
    with pytest.raises(ValidationError, match="before the first"):
        make.absence(marko, starts_at=MONDAY_9AM + 3 * WEEK, ends_at=MONDAY_9AM + 3 * WEEK)


def test_who_comes_back_early_is_there_at_once_and_the_days_away_stay_on_the_record():
    marko, later = make.user(), MONDAY_9AM + hours(30)
    absence = make.absence(marko, starts_at=MONDAY_9AM, ends_at=MONDAY_9AM + WEEK)
    absences.end(absence, by=marko, now=later)
    assert User.objects.present(later).contains(marko)
    absence.refresh_from_db()
    assert (absence.starts_at, absence.ends_at) == (MONDAY_9AM, later)
    with pytest.raises(ValidationError, match="over already"):
        absences.end(absence, by=marko, now=later)
