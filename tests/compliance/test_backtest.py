"""A draft is tried out on what has been before anybody is promised it."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from compliance import past_cases
from compliance.backtest import Fate, Past, backtest, fate, taken
from compliance.past_cases import would_have_been
from compliance.results import Figure
from people.terms import Channel
from standards.actions import standards
from standards.due import Window
from standards.models import StandardVersion
from standards.terms import Clock, Kind
from standards.working_time import WorkingCalendar
from tests import make
from tests.make import MONDAY_9AM, OFFICE_HOURS, ZAGREB, hours, zagreb
from tickets.actions import commitments, conversation, moving
from tickets.actions.conversation import NextDate
from tickets.models import Commitment, Message

OFFICE = WorkingCalendar.from_spec({"tz": "Europe/Zagreb", "hours": OFFICE_HOURS})
EIGHT_HOURS = Window(Clock.WORKING_TIME, minutes=480)
LATER = MONDAY_9AM + timedelta(days=30)


def past(end: str | None, **fields: Any) -> Past:
    """What began on Monday at nine; eight working hours end on Tuesday at nine."""
    given = {"start": MONDAY_9AM, "end": zagreb(end) if end else None, "done": end is not None, "calendar": OFFICE}
    return Past(**{**given, **fields})


@pytest.mark.parametrize(
    ("case", "become"),
    [
        (past("2026-11-24 09:00"), Fate.KEPT),
        (past("2026-11-24 09:01"), Fate.MISSED),
        (past(None), Fate.MISSED),
        (past(None, start=LATER - hours(1)), Fate.AHEAD),
        (past("2026-11-24 08:00", done=False), Fate.MISSED),
        (past("2026-11-24 08:00", done=False, dropped=True), Fate.OUT),
        (past("2026-11-25 08:00", done=False, dropped=True), Fate.MISSED),
        (past("2026-11-24 10:00", pauses=[(zagreb("2026-11-23 10:00"), zagreb("2026-11-23 11:00"))]), Fate.KEPT),
    ],
)
def test_each_case_is_judged_by_the_due_time_it_would_have_had(case: Past, become: Fate):
    assert fate(case, EIGHT_HOURS, ZAGREB, LATER) == become


@pytest.mark.parametrize(
    ("clock", "end", "length"),
    [
        (Clock.WORKING_TIME, "2026-11-24 09:30", 510),
        (Clock.WALL, "2026-11-23 10:30", 90),
        (Clock.WORKING_DAYS, "2026-11-23 12:00", 1),
        (Clock.WORKING_DAYS, "2026-11-30 16:00", 5),
        (Clock.CALENDAR_DAYS, "2026-11-30 10:00", 7),
    ],
)
def test_how_long_it_took_is_said_in_the_unit_of_the_clock(clock: str, end: str, length: int):
    assert taken(past(end), clock, ZAGREB, LATER) == length


def test_what_never_was_done_counts_and_may_make_every_time_too_short():
    quick, never = past("2026-11-23 10:00"), past(None)
    assert backtest([quick] * 9 + [never], EIGHT_HOURS, 0.9, ZAGREB, now=LATER).needed == 60
    assert backtest([quick] * 8 + [never] * 2, EIGHT_HOURS, 0.9, ZAGREB, now=LATER).needed is None


def test_a_promise_that_uses_little_of_its_time_could_be_shorter():
    quick, slow = past("2026-11-23 10:00"), past("2026-11-23 15:00")
    assert backtest([quick] * 30, EIGHT_HOURS, 0.9, ZAGREB, now=LATER).could_be_shorter
    assert not backtest([quick] * 29, EIGHT_HOURS, 0.9, ZAGREB, now=LATER).could_be_shorter
    assert not backtest([quick] * 10 + [slow] * 30, EIGHT_HOURS, 0.9, ZAGREB, now=LATER).could_be_shorter


def answered_after(ticket: Any, worked: float) -> None:
    at = MONDAY_9AM + hours(worked)
    conversation.log_call(
        ticket, "Told her.", Message.Result.REACHED, NextDate(contact_by=at + hours(48)), by=ticket.team.lead, now=at
    )


def drafted(first: StandardVersion, **fields: Any) -> StandardVersion:
    return standards.draft(first.standard, make.draft(**fields), now=LATER)


@pytest.mark.django_db
def test_a_shorter_window_is_judged_by_what_was_owed_and_beside_how_it_really_went():
    first = make.standard()
    for worked in (1, 3, 6):
        answered_after(make.ticket(), worked)
    make.ticket()
    found = would_have_been(drafted(first, window_minutes=240), ZAGREB, now=LATER)
    assert (found.kept, found.really) == (Figure(2, 4), Figure(3, 4))
    assert found.needed is None


@pytest.mark.django_db
def test_only_what_the_draft_would_have_applied_to_is_looked_at():
    first, printers = make.standard(), make.category()
    make.standard(category=printers, window_minutes=60)
    answered_after(make.ticket(), 3)
    answered_after(make.ticket(category=printers), 3)
    answered_after(make.ticket(ticket_type="complaint"), 3)
    assert would_have_been(drafted(first), ZAGREB, now=LATER).cases == 2
    assert would_have_been(drafted(first, ticket_type="complaint"), ZAGREB, now=LATER).cases == 1


@pytest.mark.django_db
def test_without_a_standard_of_the_kind_the_tickets_themselves_tell():
    for worked in (1, 3):
        answered_after(make.ticket(), worked)
    make.ticket(channel=Channel.PHONE)
    draft = make.standard(published=False, window_minutes=120)
    found = would_have_been(draft, ZAGREB, now=LATER)
    assert (found.kept, found.really.n) == (Figure(1, 2), 0)
    nothing = make.standard(published=False, kind=Kind.ANSWER)
    assert would_have_been(nothing, ZAGREB, now=LATER).cases == 0


@pytest.mark.django_db
def test_of_too_many_those_of_every_nth_ticket_are_looked_at(monkeypatch: pytest.MonkeyPatch):
    first = make.standard()
    for _number in range(6):
        answered_after(make.ticket(), 1)
    monkeypatch.setattr(past_cases, "MOST", 3)
    found = would_have_been(drafted(first), ZAGREB, now=LATER)
    assert (found.every, found.cases, found.kept) == (2, 3, Figure(3, 3))


@pytest.mark.django_db
def test_a_chain_of_moves_is_one_case_from_its_first_start():
    first = make.standard(kind=Kind.RESOLUTION, clock=Clock.WORKING_DAYS, window_days=2)
    ticket = make.ticket()
    row = ticket.commitments.get()
    moving.move(
        row, MONDAY_9AM + timedelta(days=8), "The part is late.", words="It is settled", by=ticket.team.lead,
        at=MONDAY_9AM + hours(26), now=MONDAY_9AM + hours(26),
    )  # fmt: skip
    end = zagreb("2026-11-27 10:00")
    commitments.keep(Commitment.objects.get(replaces=row), at=end, now=end, by=ticket.team.lead)
    draft = standards.draft(
        first.standard, make.draft(kind=Kind.RESOLUTION, clock=Clock.WORKING_DAYS, window_days=3), now=LATER
    )
    found = would_have_been(draft, ZAGREB, now=LATER)
    assert (found.cases, found.kept, found.needed) == (1, Figure(0, 1), 4)


@pytest.mark.django_db
def test_older_cases_and_drafts_that_changed_nothing_are_left_alone(django_assert_num_queries: Any):
    first = make.standard()
    answered_after(make.ticket(), 1)
    draft = drafted(first)
    assert would_have_been(draft, ZAGREB, now=MONDAY_9AM + timedelta(days=91)).cases == 0
    with django_assert_num_queries(3):
        would_have_been(draft, ZAGREB, now=LATER)
    for _number in range(3):
        answered_after(make.ticket(), 1)
    with django_assert_num_queries(3):
        would_have_been(draft, ZAGREB, now=LATER)


def test_the_day_is_that_of_the_organisation():
    late = past("2026-11-24 00:30", start=datetime(2026, 11, 23, 22, 30, tzinfo=make.UTC))
    assert taken(late, Clock.CALENDAR_DAYS, ZAGREB, LATER) == 1
