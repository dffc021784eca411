"""Each due time follows from its trail: worked out anew from what happened, it is the one that stands on the row.

The demo's are in config/demo, mass data's in faults, and what cascades do to a time in test_cascades.
"""

from datetime import datetime

import pytest

from compliance import audit
from mail.models import Delivery
from people.models import Organisation
from people.terms import Channel
from standards.actions import calendars
from standards.terms import Clock, Kind, Priority
from tests import make
from tests.make import MONDAY_9AM, OFFICE_HOURS, hours, zagreb
from tests.trails import differing
from tickets.actions import commitments, conversation, moving, new_hours, not_reached, rematch, settling, unanswered
from tickets.actions.conversation import NextDate
from tickets.models import Commitment, Ticket
from tickets.trail import recompute, steps

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def every_time_follows_from_its_trail():
    yield
    assert list(differing(Commitment.objects.all())) == []
    assert list(audit.run(zagreb("2026-11-26 12:00"))) == []


@pytest.fixture
def ticket() -> Ticket:
    """A resolution in three working days; one in two hours for what is urgent."""
    make.standard(kind=Kind.RESOLUTION, clock=Clock.WORKING_DAYS, window_days=3)
    make.standard(kind=Kind.RESOLUTION, window_minutes=120, priority=Priority.URGENT, name="Urgent")
    return make.ticket()


def ask(ticket: Ticket, at: datetime) -> None:
    wait = NextDate(wait_until=at + hours(72))
    conversation.log_call(ticket, "Asked which.", "reached", wait, by=ticket.team.lead, now=at)


def answered(ticket: Ticket, at: datetime) -> None:
    conversation.receive(ticket, "The big one.", channel=Channel.MAIL, at=at, now=at)


def become_urgent(ticket: Ticket, at: datetime) -> Commitment:
    ticket.refresh_from_db()
    rematch.change_facts(
        ticket, ticket_type=ticket.type, category=None, priority=Priority.URGENT, by=ticket.team.lead, now=at
    )  # fmt: skip
    return ticket.commitments.get(kind=Kind.RESOLUTION)


def test_a_pause_before_a_window_that_shrank_into_the_past_is_not_given_twice(ticket: Ticket):
    ask(ticket, MONDAY_9AM)
    answered(ticket, MONDAY_9AM + hours(1))
    now = MONDAY_9AM + hours(5)
    row = become_urgent(ticket, now)
    assert row.due_at == now + hours(0.5)
    ask(ticket, now + hours(0.25))
    answered(ticket, now + hours(0.75))
    row.refresh_from_db()
    assert row.due_at == now + hours(1)


def test_a_window_that_was_used_up_before_the_clock_stood_still_leaves_time_when_it_runs_on(ticket: Ticket):
    ask(ticket, MONDAY_9AM + hours(4))
    row = become_urgent(ticket, MONDAY_9AM + hours(5))
    answered(ticket, MONDAY_9AM + hours(6))
    row.refresh_from_db()
    assert row.due_at == row.counted_due_at == MONDAY_9AM + hours(6.5)


def test_results_count_by_the_new_window_also_where_the_clock_stood_still_for_longer_than_it(ticket: Ticket):
    ask(ticket, MONDAY_9AM + hours(1))
    become_urgent(ticket, MONDAY_9AM + hours(51))
    answered(ticket, MONDAY_9AM + hours(52))
    row = ticket.commitments.get(kind=Kind.RESOLUTION)
    assert row.counted_due_at == row.due_at


def test_newer_hours_that_shorten_also_shorten_by_what_results_count_while_the_clock_stands_still(ticket: Ticket):
    ask(ticket, MONDAY_9AM + hours(1))
    calendar = ticket.team.team_calendar.calendar
    calendars.change(
        calendar, name=calendar.name, zone="Europe/Zagreb", hours={**OFFICE_HOURS, "thu": [["08:00", "12:00"]]},
        now=MONDAY_9AM + hours(2),
    )  # fmt: skip
    new_hours.follow(calendar, seen=2, by=make.administrator(), now=MONDAY_9AM + hours(2))
    answered(ticket, MONDAY_9AM + hours(3))
    row = ticket.commitments.get(kind=Kind.RESOLUTION)
    assert row.counted_due_at == row.due_at


def test_a_promise_that_was_moved_keeps_its_first_time_in_the_trail(ticket: Ticket):
    row = make.promise(ticket, due=MONDAY_9AM + hours(4))
    moved = moving.move(
        row, MONDAY_9AM + hours(6), "It is late.", words="", by=ticket.team.lead, at=MONDAY_9AM, now=MONDAY_9AM
    )  # fmt: skip
    found = recompute(moved, make.ZAGREB)
    assert found
    assert (found.first_due, found.due) == (row.due_at, MONDAY_9AM + hours(6))


def test_what_was_put_away_without_an_answer_is_reopened_as_of_that_and_not_of_an_earlier_end(ticket: Ticket):
    resolved = NextDate(resolves=True)
    conversation.log_call(ticket, "It is done.", "reached", resolved, by=ticket.team.lead, now=MONDAY_9AM + hours(1))
    late, closed = zagreb("2026-12-07 09:00"), zagreb("2026-12-08 09:00")
    answered(ticket, late)
    unanswered.close(ticket, now=closed)
    answered(ticket, closed + hours(24))
    assert ticket.commitments.filter(kind=Kind.RESOLUTION, follows_why="reopened").count() == 2


def test_a_conditional_promise_has_no_times_until_its_clock_starts(ticket: Ticket):
    row = Commitment.objects.create(
        ticket=ticket, kind=Kind.CUSTOM, source="promise", clock=Clock.WORKING_DAYS, window_days=2,
        calendar_version=ticket.commitments.get().calendar_version, made_by=ticket.team.lead,
        accountable=ticket.team.lead, promised_text="The refund", condition="you send the receipt",
        made_at=MONDAY_9AM, state=Commitment.State.CONDITIONAL,
    )  # fmt: skip
    assert recompute(row, make.ZAGREB) is None
    commitments.begin_conditional(row, at=MONDAY_9AM, now=MONDAY_9AM, by=ticket.team.lead)


def test_what_a_mail_that_came_back_had_kept_is_owed_again_by_the_same_times(ticket: Ticket):
    Organisation.objects.update(support_address="support@example.test")
    make.standard()
    other = make.ticket(customer=ticket.customer)
    accepted = MONDAY_9AM + hours(1)
    message = conversation.reply(
        other, "Here it is.", NextDate(contact_by=MONDAY_9AM + hours(30)), by=other.team.lead, now=accepted
    )  # fmt: skip
    Delivery.objects.filter(message=message).update(state="sent", ended_at=accepted)
    settling.settle_all(now=accepted)
    message.refresh_from_db()
    assert not_reached.note(Ticket.objects.lock(other), message, status="5.1.1", now=accepted + hours(1))
    again = other.commitments.get(follows_why="not_reached", kind=Kind.FIRST_RESPONSE)
    assert [step.what for step in steps(again, make.ZAGREB)] == ["began"]
