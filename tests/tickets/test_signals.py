"""The three signals that something may be missed, one case for each rule of the table they are defined by.

Due soon and last call follow the clock, at risk what is usual, overdue nothing but the due time.
"""

from datetime import datetime, timedelta

import pytest

from desk import early
from standards.terms import Kind
from tests import make
from tests.desk.looking import look
from tests.make import MONDAY_9AM, hours, zagreb
from tickets.actions import conversation, warnings
from tickets.actions.conversation import NextDate
from tickets.certain import certain
from tickets.models import Commitment, Message, Warning

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
DAYS = {"mon": "2026-11-23", "tue": "2026-11-24", "wed": "2026-11-25", "fri": "2026-11-27", "next": "2026-11-30"}


def at(text: str) -> datetime:
    """ "mon 09:00" of the week from 23 November 2026, in Zagreb; "next" is the Monday after."""
    day, clock = text.split()
    return zagreb(f"{DAYS[day]} {clock}")


def standing(minutes: int, opened: str, **fields) -> Commitment:
    """A standard commitment with that window, opened then; hours are from eight to four."""
    make.standard(window_minutes=minutes, now=zagreb("2026-11-02 08:00"), **fields)
    return make.ticket(now=at(opened)).commitments.get()


@pytest.mark.parametrize(
    ("rule", "window", "opened", "due", "soon", "last"),
    [
        ("a quarter and a tenth of the window", 240, "mon 09:00", "mon 13:00", "mon 12:00", "mon 12:36"),
        ("at least 30 and 10 minutes", 80, "mon 11:00", "mon 12:20", "mon 11:50", "mon 12:10"),
        ("yet never more than half and a quarter", 20, "mon 11:00", "mon 11:20", "mon 11:10", "mon 11:15"),
        ("at most 8 and 2 working hours", 2700, "mon 08:00", "next 13:00", "fri 13:00", "next 11:00"),
        ("in working time, over night", 480, "mon 13:00", "tue 13:00", "tue 11:00", "tue 12:12"),
        ("due early: before the previous closing", 480, "mon 09:00", "tue 09:00", "mon 14:00", "mon 15:00"),
        ("exactly two hours after opening is early", 480, "mon 10:00", "tue 10:00", "mon 14:00", "mon 15:00"),
        ("a minute later is not", 480, "mon 10:01", "tue 10:01", "tue 08:01", "tue 09:13"),
        ("not before half of the window has run", 120, "mon 15:00", "tue 09:00", "mon 16:00", "mon 16:00"),
        ("half lies after closing: the ordinary moments", 240, "mon 15:30", "tue 11:30", "tue 10:30", "tue 11:06"),
    ],
)  # fmt: skip
def test_due_soon_and_last_call_begin_when_the_table_says(rule, window, opened, due, soon, last):
    found = standing(window, opened)
    wanted = [at(moment) for moment in (soon, last, due)]
    assert [found.warn_at, found.last_call_at, found.due_at] == wanted, rule


def test_of_a_fixed_promise_the_window_is_the_time_since_it_was_made():
    promise = make.promise(at=at("mon 09:00"), due=at("mon 13:00"))
    assert (promise.warn_at, promise.last_call_at) == (at("mon 12:00"), at("mon 12:36"))


def test_no_warning_lies_before_the_start():
    found = standing(1, "mon 09:00")
    assert certain(found.started_at) <= certain(found.warn_at) <= certain(found.last_call_at) <= certain(found.due_at)


def test_an_automatic_acknowledgement_warns_nobody_before_it_is_overdue():
    found = standing(15, "mon 09:00", kind=Kind.ACKNOWLEDGE, clock="wall")
    warnings.announce_all(now=at("mon 09:14"))
    assert not Warning.objects.exists()
    warnings.announce_all(now=certain(found.due_at) + MINUTE)
    assert [warning.stage for warning in Warning.objects.all()] == ["overdue"]


def test_after_a_pause_no_warning_lies_before_its_end():
    make.standard(kind=Kind.RESOLUTION, window_minutes=240)
    ticket = make.ticket()
    conversation.log_call(
        ticket, "Which one?", Message.Result.REACHED, NextDate(wait_until=at("wed 09:00")),
        by=ticket.team.lead, now=at("mon 12:30"),
    )  # fmt: skip
    answered = at("tue 11:00")
    conversation.receive(ticket, "The blue one.", channel="mail", at=answered, now=answered)
    found = Commitment.objects.get(kind=Kind.RESOLUTION)
    assert found.due_at == at("tue 11:30")
    assert (found.warn_at, found.last_call_at) == (answered, at("tue 11:06"))


@pytest.mark.parametrize(
    ("moment", "stage"),
    [
        ("mon 11:59", "on_track"),
        ("mon 12:00", "due_soon"),
        ("mon 12:35", "due_soon"),
        ("mon 12:36", "last_call"),
        ("mon 13:00", "last_call"),
        ("mon 13:01", "overdue"),
    ],
)
def test_each_stage_begins_on_its_minute_and_overdue_after_due(moment, stage):
    assert standing(240, "mon 09:00").stage(at(moment)) == stage


def test_at_risk_is_none_of_the_warnings():
    found = standing(2400, "mon 09:00", kind=Kind.RESOLUTION)
    now = at("wed 09:00")
    warnings.announce_all(now=now)
    assert not Warning.objects.exists()
    assert early.look(make.manager(), mine=False, now=now).total == 0, "nothing is known of how long it takes"
    assert found.stage(now) == "on_track"


def test_the_list_goes_by_age_of_what_is_overdue_then_by_due_time():
    ticket = make.ticket()
    dues = [MONDAY_9AM + hours(number) for number in (0.5, -3, 30, -1)]
    for due in dues:
        make.promise(ticket, at=MONDAY_9AM - hours(20), due=due)
    seen = look(make.manager())
    shown = [row.due_at for row in seen.rows]
    assert shown == sorted(shown)
    assert shown[:3] == sorted(dues)[:3]


def test_after_an_outage_what_is_longest_overdue_is_announced_first():
    ticket = make.ticket()
    newer = make.promise(ticket, due=MONDAY_9AM + hours(3))
    older = make.promise(ticket, due=MONDAY_9AM + hours(2))
    warnings.announce_all(now=MONDAY_9AM + hours(24))
    assert list(Warning.objects.order_by("pk").values_list("commitment", flat=True))[:2] == [older.pk, newer.pk]
