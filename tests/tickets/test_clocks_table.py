"""The design's rules of clocks and of moving, one case for each, by their numbers."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from people.terms import Channel
from standards.actions import calendars
from standards.terms import Clock, Kind, Priority
from tests import make
from tests.make import MONDAY_9AM, OFFICE_HOURS, hours, zagreb
from tickets.actions import commitments, conversation, handover, moving, other_customer, rematch, tickets
from tickets.actions.conversation import NextDate, Told
from tickets.models import Commitment, Ticket

pytestmark = pytest.mark.django_db
NOW = MONDAY_9AM + hours(1)
WAIT = NextDate(wait_until=zagreb("2026-12-04 12:00"))
DAYS = {"kind": Kind.RESOLUTION, "clock": Clock.WORKING_DAYS, "window_days": 5}


def starting(at, **fields):
    """What a standard says of a ticket opened then."""
    make.standard(**fields)
    return make.ticket(at=zagreb(at), now=zagreb(at)).commitments.get()


@pytest.mark.parametrize(
    ("opened", "fields", "due"),
    [
        pytest.param("2026-11-23 15:00", {"window_minutes": 120}, "2026-11-24 09:00", id="1 working time"),
        pytest.param(
            "2026-11-23 15:00", {"clock": Clock.CALENDAR_DAYS, "window_days": 3}, "2026-11-27 00:00",
            id="1 calendar days end with the day",
        ),
        pytest.param("2026-11-27 18:00", {"window_minutes": 60}, "2026-11-30 09:00", id="2 starts at the opening"),
        pytest.param(
            "2026-11-23 09:00", {"clock": Clock.WORKING_DAYS, "window_days": 1}, "2026-11-24 16:00",
            id="3 a working day is the end of the next one, not eight hours",
        ),
        pytest.param("2026-10-23 15:00", {"window_minutes": 120}, "2026-10-26 09:00", id="5 past summer time"),
    ],
)  # fmt: skip
def test_1_2_3_5_when_a_window_ends(opened, fields, due):
    fields = {**({"window_minutes": None} if "window_days" in fields else {}), **fields}
    assert starting(opened, now=zagreb("2026-10-01 09:00"), **fields).due_at == zagreb(due)


def test_4_what_runs_keeps_the_hours_it_began_with():
    row = starting("2026-11-23 09:00")
    calendar = row.calendar_version.calendar
    shut = {**OFFICE_HOURS, "mon": []}
    calendars.change(calendar, name=calendar.name, zone="Europe/Zagreb", hours=shut, now=NOW)
    before, row = row, Commitment.objects.get(pk=row.pk)
    assert (row.due_at, row.calendar_version_id) == (before.due_at, before.calendar_version_id)


def test_6_a_pause_needs_a_question_ends_with_the_answer_and_shifts_the_due_but_not_the_first_due():
    row = starting("2026-11-23 09:00", **DAYS)
    tickets.change_state(row.ticket, Ticket.State.WAITING_ON_OTHERS, by=row.accountable, now=NOW)
    assert Commitment.objects.get(pk=row.pk).state == "running"
    conversation.log_call(row.ticket, "Which one?", "reached", WAIT, by=row.accountable, now=NOW)
    assert Commitment.objects.get(pk=row.pk).state == "paused"
    answered = NOW + hours(2)
    conversation.receive(row.ticket, "This one.", channel=Channel.MAIL, at=answered, now=answered)
    after = Commitment.objects.get(pk=row.pk)
    assert (after.first_due_at, after.due_at) == (row.first_due_at, zagreb("2026-12-01 10:00"))


def test_7_a_promised_moment_does_not_pause():
    promise = make.promise(due=zagreb("2026-11-27 12:00"))
    conversation.log_call(promise.ticket, "Which one?", "reached", WAIT, by=promise.made_by, now=NOW)
    assert Commitment.objects.get(pk=promise.pk).state == "running"


def test_8_while_the_customer_is_asked_no_update_is_owed():
    make.standard(kind=Kind.UPDATE, clock=Clock.WORKING_DAYS, window_days=2)
    ticket = make.ticket()
    conversation.log_call(ticket, "Which one?", "reached", WAIT, by=ticket.team.lead, now=NOW)
    assert not ticket.commitments.exists()


def test_9_another_priority_counts_from_the_start_and_what_is_overdue_stays_missed():
    make.standard(name="Urgent", window_minutes=60, priority=Priority.URGENT)
    row = starting("2026-11-23 09:00")
    changed = {"ticket_type": "question", "category": None, "priority": Priority.URGENT, "by": row.accountable}
    rematch.change_facts(row.ticket, now=MONDAY_9AM + hours(0.5), **changed)
    row.refresh_from_db()
    assert (row.started_at, row.due_at) == (MONDAY_9AM, MONDAY_9AM + hours(1))
    late = MONDAY_9AM + hours(3)
    rematch.change_facts(row.ticket, now=late, **{**changed, "priority": Priority.NORMAL})
    assert Commitment.objects.get(pk=row.pk).is_overdue(late)


def test_10_whoever_answers_for_it_the_clock_runs_on():
    row = starting("2026-11-23 09:00")
    handover.take(row, by=make.manager(), now=NOW)
    other_customer.give_to(row.ticket, make.customer(), by=row.accountable, now=NOW)
    assert Commitment.objects.get(pk=row.pk).due_at == row.due_at


# Moving


def moved(promise, due, reason="The part is late", at=NOW):
    return moving.move(promise, due, reason, words="", by=promise.made_by, at=at, now=at)


@pytest.mark.parametrize(
    ("at", "due", "reason"),
    [
        pytest.param(MONDAY_9AM + hours(6), MONDAY_9AM + hours(9), "Late", id="1 not at its due time or after"),
        pytest.param(NOW, MONDAY_9AM, "Late", id="2 not into the past"),
        pytest.param(NOW, MONDAY_9AM + hours(9), " ", id="2 not without a reason"),
    ],
)
def test_1_2_a_promise_does_not_move(at, due, reason):
    promise = make.promise()
    with pytest.raises(ValidationError):
        moved(promise, due, reason, at)
    assert Commitment.objects.get() == promise
    assert Commitment.objects.get().state == "running"


def test_2_it_moves_with_the_message_that_tells_it_and_not_before():
    promise = make.promise()
    told = [Told("It comes later", MONDAY_9AM + hours(30), moves=promise, reason="The part is late")]
    conversation.reply(promise.ticket, "It is late.", None, told=told, by=promise.made_by, now=NOW)
    assert Commitment.objects.get(pk=promise.pk).state == "running"


def test_3_where_consent_is_required_it_stays_until_the_customer_agrees():
    row = starting("2026-11-23 09:00", consent_required=True, **DAYS)
    row.made_by = row.accountable
    with pytest.raises(ValidationError, match="consent"):
        moved(row, row.due_at + timedelta(days=1))


def test_4_it_moves_later_twice():
    promise = make.promise()
    for number in (1, 2):
        promise = moved(promise, promise.due_at + hours(24), at=NOW + hours(number))
    with pytest.raises(ValidationError, match="as often as allowed"):
        moved(promise, promise.due_at + hours(24), at=NOW + hours(3))


def test_5_6_the_first_time_stays_and_earlier_is_no_move():
    promise = make.promise()
    for number in (1, 2, 3):
        promise = moved(promise, MONDAY_9AM + hours(6) - timedelta(minutes=number), at=NOW + timedelta(minutes=number))
    assert promise.first_due_at == MONDAY_9AM + hours(6)
    assert promise.counted_due_at == promise.due_at < promise.first_due_at


def test_7_after_it_is_due_only_a_new_promise_is_left_and_the_miss_stays():
    promise, late = make.promise(), MONDAY_9AM + hours(7)
    anew = commitments.promise(
        promise.ticket, Kind.CUSTOM, "Tomorrow", late + hours(20), by=promise.made_by, at=late, now=late,
        follows=promise,
    )  # fmt: skip
    assert (Commitment.objects.get(pk=promise.pk).outcome, anew.follows_why) == ("not_done", "after_a_miss")
