"""Facts about the wait that is published: honest about those who still wait, or not said at all."""

from datetime import timedelta

import pytest

from compliance.waiting import (
    CurrentWait,
    Estimate,
    Saying,
    Spoken,
    Unit,
    Waited,
    estimate,
    published,
    spoken,
)
from standards.working_time import WorkingCalendar
from tests.make import OFFICE_HOURS, zagreb
from tests.source import modules

OFFICE = WorkingCalendar.from_spec({"tz": "Europe/Zagreb", "hours": OFFICE_HOURS, "holidays": [], "date_hours": {}})
NOW = zagreb("2026-11-23 10:15")
HOUR = 60


def answered(*minutes, days_ago=1):
    return [Waited(NOW - timedelta(days=days_ago), each, True) for each in minutes]


def waiting(*minutes, days_ago=1):
    return [Waited(NOW - timedelta(days=days_ago), each, False, waits=True) for each in minutes]


def test_those_still_waiting_make_the_wait_longer():
    done = answered(*[60] * 20)
    assert estimate(done, now=NOW).p90 == 60
    assert estimate([*done, *waiting(*[90] * 10)], now=NOW).p90 is None
    assert estimate([*done, *answered(*[300] * 9), *waiting(*[90] * 10)], now=NOW).p90 == 300


def test_who_was_never_answered_tells_only_that_it_took_longer():
    given_up = [Waited(NOW - timedelta(days=1), 500, False)] * 10
    known = estimate([*answered(*[60] * 20), *given_up], now=NOW)
    assert (known.p50, known.p90, known.waiting) == (60, None, 0)


def test_what_is_recent_weighs_more():
    slow, quick = answered(*[240] * 12, days_ago=27), answered(*[60] * 10, days_ago=1)
    assert estimate([*slow, *quick], now=NOW).p50 == 60


def test_twenty_responses_in_four_weeks_are_enough_else_eight_weeks_are_looked_at():
    recent, older = answered(*[60] * 19), answered(*[240] * 5, days_ago=40)
    assert (estimate([*recent, *older], now=NOW).sample, estimate(recent, now=NOW).sample) == (24, 19)
    assert estimate([*recent, *answered(60), *older], now=NOW).sample == 20
    assert estimate([*recent, *answered(60, days_ago=57)], now=NOW).sample == 19


def test_who_waits_is_counted_however_long_ago_they_wrote():
    known = estimate([*answered(*[60] * 20), *waiting(9000, days_ago=90), *waiting(*[10] * 39)], now=NOW)
    assert (known.waiting, known.waited, known.longest) == (40, 10, 9000)
    assert estimate([], now=NOW) == Estimate(None, None, None, 0, 0, None, None)


@pytest.mark.parametrize(
    ("minutes", "at", "said"),
    [
        (0, "2026-11-23 10:15", Spoken(Unit.HOURS, 1)),
        (60, "2026-11-23 10:15", Spoken(Unit.HOURS, 1)),
        (61, "2026-11-23 10:15", Spoken(Unit.HOURS, 2)),
        (240, "2026-11-23 15:00", Spoken(Unit.HOURS, 4)),
        (241, "2026-11-23 10:15", Spoken(Unit.TODAY)),
        (345, "2026-11-23 10:15", Spoken(Unit.TODAY)),  # to the stroke of closing
        (346, "2026-11-23 10:15", Spoken(Unit.DAYS, 1)),
        (241, "2026-11-23 06:00", Spoken(Unit.TODAY)),  # before we open
        (241, "2026-11-23 17:00", Spoken(Unit.DAYS, 1)),  # after we have closed
        (480, "2026-11-23 10:15", Spoken(Unit.DAYS, 1)),
        (900, "2026-11-23 10:15", Spoken(Unit.DAYS, 2)),
        (4 * 480, "2026-11-23 10:15", Spoken(Unit.DAYS, 5)),
        (6 * 480, "2026-11-23 10:15", Spoken(Unit.DAYS, 10)),
        (11 * 480, "2026-11-23 10:15", None),
        (400, "2026-11-28 10:15", Spoken(Unit.DAYS, 1)),  # a Saturday
    ],
)
def test_a_wait_is_rounded_up_to_what_people_say(minutes, at, said):
    assert spoken(minutes, OFFICE, zagreb(at)) == said


def known(**fields):
    given = {"p50": 90, "p90": 200, "p95": 300, "sample": 40, "waiting": 3, "waited": 80, "longest": 80}
    return Estimate(**{**given, **fields})


def said(of=None, *, age=timedelta(minutes=9), at=NOW, calendar=OFFICE) -> CurrentWait:
    return published(of or known(), at - age, calendar, at)


def test_half_and_nine_in_ten_are_told_with_the_moment_they_are_of():
    wait = said()
    assert (wait.saying, wait.half, wait.most) == (Saying.CURRENT, Spoken(Unit.HOURS, 2), Spoken(Unit.HOURS, 4))
    assert (wait.as_of, wait.opens_at, wait.waiting) == (NOW - timedelta(minutes=9), None, 3)


def test_where_the_queue_has_waited_for_longer_that_is_said_with_the_larger_number():
    wait = said(known(waited=900, longest=1000))
    assert (wait.saying, wait.most) == (Saying.LONGER, Spoken(Unit.DAYS, 2))
    assert said(known(waited=200)).saying == Saying.CURRENT


def test_with_fewer_than_twenty_responses_only_the_standard_is_said():
    assert said(known(sample=19)).saying == Saying.STANDARD
    assert said(known(sample=20)).saying == Saying.CURRENT
    assert not said(known(p50=None)).has_times


def test_a_stale_number_is_never_told():
    assert said(age=timedelta(hours=2)).saying == Saying.CURRENT
    stale = said(age=timedelta(hours=2, seconds=1))
    assert (stale.saying, stale.half, stale.most, stale.waiting) == (Saying.NOT_AVAILABLE, None, None, 0)
    assert published(None, None, OFFICE, NOW).saying == Saying.NOT_AVAILABLE
    assert said(calendar=None).saying == Saying.NOT_AVAILABLE


def test_while_we_are_closed_it_says_when_we_open():
    assert said(at=zagreb("2026-11-21 12:00")).opens_at == zagreb("2026-11-23 08:00")


def test_a_tenth_that_is_never_answered_leaves_only_the_half_to_say():
    wait = said(known(p90=None, p95=None))
    assert (wait.saying, wait.half, wait.most) == (Saying.CURRENT, Spoken(Unit.HOURS, 2), None)


def test_a_calendar_that_never_opens_says_nothing():
    never = WorkingCalendar.from_spec({"tz": "Europe/Zagreb", "hours": {}, "holidays": [], "date_hours": {}})
    assert spoken(500, never, NOW) is None
    assert said(calendar=never).opens_at is None


def test_waiting_knows_no_framework_and_no_database():
    found = [name for module in modules() if module.name == "compliance/waiting.py" for name, _ in module.imports()]
    outside = {name.split(".")[0] for name in found} - {"compliance", "standards"}
    assert not any(name.startswith("django") for name in outside)
    assert {".".join(name.split(".")[:2]) for name in found if name.startswith(("standards", "compliance"))} == {
        "compliance.survival",
        "standards.working_time",
    }
