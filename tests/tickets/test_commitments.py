"""Facts about promises."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from standards.terms import Clock, Kind
from tests import make
from tests.make import MONDAY_9AM, hours, zagreb
from tickets.actions import commitments, handover, moving, pauses, rematch, tickets
from tickets.models import Commitment, Event, Message

pytestmark = pytest.mark.django_db
Outcome, State = Commitment.Outcome, Commitment.State


def first_response(ticket):
    return ticket.commitments.get(kind=Kind.FIRST_RESPONSE)


def test_a_ticket_starts_the_clocks_of_the_standards_that_apply():
    make.standard(kind=Kind.FIRST_RESPONSE, window_minutes=480)
    make.standard(kind=Kind.RESOLUTION, clock=Clock.WORKING_DAYS, window_days=5)
    ticket = make.ticket()
    due = {c.kind: c.due_at for c in ticket.commitments.all()}
    assert due == {
        Kind.FIRST_RESPONSE: zagreb("2026-11-24 09:00"),
        Kind.RESOLUTION: zagreb("2026-11-30 16:00"),
    }


def test_a_commitment_needs_attention_from_its_warning_until_it_is_kept():
    make.standard(window_minutes=240)
    commitment = first_response(make.ticket())  # due at one o'clock
    needing_attention = Commitment.objects.needing_attention
    assert commitment not in needing_attention(MONDAY_9AM + hours(2.9))
    assert commitment in needing_attention(MONDAY_9AM + hours(3))
    assert commitment in needing_attention(MONDAY_9AM + hours(5))
    commitments.keep(commitment, at=MONDAY_9AM + hours(5), now=MONDAY_9AM + hours(5))
    assert commitment not in needing_attention(MONDAY_9AM + hours(6))


def test_done_exactly_at_due_is_kept_and_a_moment_later_is_late():
    at_due = make.promise()
    assert commitments.keep(at_due, at=at_due.due_at, now=at_due.due_at).outcome == Outcome.KEPT
    later = make.promise()
    moment = later.due_at.resolution
    assert commitments.keep(later, at=later.due_at + moment, now=later.due_at + moment).outcome == Outcome.KEPT_LATE


def test_a_late_worker_does_not_change_what_was_kept():
    promise = make.promise()
    kept = commitments.keep(promise, at=promise.due_at, now=promise.due_at + hours(48))
    assert (kept.outcome, kept.ended_at) == (Outcome.KEPT, promise.due_at)


def test_a_promise_moves_before_it_is_due_and_the_first_time_stays():
    promise = make.promise()
    at = promise.due_at - hours(1)
    successor = moving.move(
        promise, promise.due_at + hours(24), "The part came in damaged", words="", by=promise.made_by, at=at, now=at
    )
    promise.refresh_from_db()
    assert promise.outcome == Outcome.MOVED
    assert successor.replaces == promise
    assert successor.first_due_at == successor.counted_due_at == promise.first_due_at
    assert successor.due_at == promise.due_at + hours(24)


@pytest.mark.parametrize("late", [0, 1])
def test_a_promise_cannot_be_moved_after_it_is_due(late):
    promise = make.promise()
    at = promise.due_at + hours(late)
    with pytest.raises(ValidationError, match="overdue"):
        moving.move(promise, at + hours(24), "Late", words="", by=promise.made_by, at=at, now=at)
    promise.refresh_from_db()
    assert promise.state == State.RUNNING


def test_a_promise_is_not_moved_without_a_reason():
    promise = make.promise()
    with pytest.raises(ValidationError, match="Say why"):
        moving.check_move(promise, promise.due_at + hours(1), "  ", at=MONDAY_9AM)


def test_a_promise_moves_later_twice_at_most_but_earlier_for_free():
    row, at = make.promise(), MONDAY_9AM
    for step in (1, 2):
        at = at + hours(1)
        row = moving.move(row, row.due_at + hours(step), "Reason", words="", by=row.made_by, at=at, now=at)
    with pytest.raises(ValidationError, match="as often as allowed"):
        moving.check_move(row, row.due_at + hours(1), "Reason", at=at)
    moving.check_move(row, row.due_at - hours(1), "Reason", at=at)


def test_an_earlier_promise_lowers_what_is_counted_and_a_later_one_never_raises_it():
    row = make.promise()
    first = row.due_at
    earlier = moving.move(row, first - hours(1), "R", words="", by=row.made_by, at=MONDAY_9AM, now=MONDAY_9AM)
    assert earlier.counted_due_at == first - hours(1)
    later = moving.move(
        earlier, first + hours(9), "R", words="", by=row.made_by, at=MONDAY_9AM + hours(1), now=MONDAY_9AM + hours(1)
    )
    assert later.counted_due_at == first - hours(1)


def test_what_is_overdue_is_withdrawn_only_by_a_lead_or_manager():
    promise = make.promise()
    late = promise.due_at + hours(1)
    with pytest.raises(ValidationError, match="lead or a manager"):
        commitments.withdraw(promise, why="customer_said_so", by=make.user(), now=late)
    withdrawn = commitments.withdraw(promise, why="customer_said_so", by=make.manager(), now=late)
    assert withdrawn.approved_by is not None


def test_the_database_refuses_an_outcome_that_flatters():
    promise = make.promise()
    with pytest.raises(IntegrityError, match="commitment_kept_in_time"), transaction.atomic():
        Commitment.objects.filter(pk=promise.pk).update(
            state=State.ENDED, outcome=Outcome.KEPT, ended_at=promise.due_at + hours(1)
        )
    with pytest.raises(IntegrityError, match="commitment_moved_before_due"), transaction.atomic():
        Commitment.objects.filter(pk=promise.pk).update(
            state=State.ENDED, outcome=Outcome.MOVED, ended_at=promise.due_at + hours(1)
        )


def test_the_database_allows_one_open_standard_commitment_of_a_kind():
    make.standard()
    ticket = make.ticket()
    twin = first_response(ticket)
    twin.pk = None
    with pytest.raises(IntegrityError, match="commitment_one_open_standard_per_kind"), transaction.atomic():
        twin.save()


def test_of_two_standard_commitments_of_a_kind_the_one_due_earlier_survives():
    slow = make.standard(window_minutes=960)
    ticket = make.ticket()
    quick = make.standard(name="Quick", window_minutes=60)
    made = commitments.start_standard(ticket, quick, start=MONDAY_9AM, now=MONDAY_9AM)
    assert ticket.commitments.get(standard_version=slow).outcome == Outcome.MERGED
    assert commitments.start_standard(ticket, slow, start=MONDAY_9AM, now=MONDAY_9AM) is None
    assert made.state == State.RUNNING


def test_an_event_can_neither_be_changed_nor_deleted():
    make.promise()
    for tamper in (lambda: Event.objects.update(kind="nothing"), lambda: Event.objects.all().delete()):
        with pytest.raises(Exception, match="evidence"), transaction.atomic():
            tamper()


def paused_resolution(days=5):
    make.standard(kind=Kind.RESOLUTION, clock=Clock.WORKING_DAYS, window_days=days)
    ticket = make.ticket()
    question = Message.objects.create(
        ticket=ticket,
        direction="out",
        channel="mail",
        author=ticket.team.lead,
        body="Blue or grey?",
        at=MONDAY_9AM,
        asks=True,
    )
    pauses.begin(
        ticket, question, at=MONDAY_9AM + hours(1), ends_by=zagreb("2026-11-26 09:00"), now=MONDAY_9AM + hours(1)
    )
    return ticket.commitments.get(kind=Kind.RESOLUTION)


def test_a_pause_shifts_the_due_time_by_its_working_time_and_keeps_the_first_one():
    commitment = paused_resolution()
    assert (commitment.state, commitment.due_at, commitment.counted_due_at) == (State.PAUSED, None, None)
    answered = zagreb("2026-11-24 12:00")  # six hours on Monday and four on Tuesday after ten on Monday
    commitment = pauses.end(commitment, at=answered, now=answered)
    assert commitment.first_due_at == zagreb("2026-11-30 16:00")
    assert commitment.due_at == commitment.counted_due_at == zagreb("2026-12-02 10:00")


def test_a_late_sweep_ends_a_pause_at_the_moment_we_said():
    commitment = paused_resolution()
    pauses.end_those_run_out(now=zagreb("2026-11-28 12:00"))
    commitment.refresh_from_db()
    assert commitment.pauses.get().ended_at == zagreb("2026-11-26 09:00")
    assert commitment.state == State.RUNNING


def test_only_kinds_that_pause_are_paused():
    make.standard(kind=Kind.FIRST_RESPONSE)
    commitment = paused_resolution()
    assert first_response(commitment.ticket).state == State.RUNNING


def test_a_conditional_promise_has_no_time_until_its_condition_comes_true():
    make.standard()
    ticket = make.ticket()
    row = Commitment.objects.create(
        ticket=ticket, kind=Kind.CUSTOM, source="promise", calendar_version=first_response(ticket).calendar_version,
        clock=Clock.WORKING_DAYS, made_by=ticket.team.lead, accountable=ticket.team.lead, promised_text="The refund",
        condition="you send the invoice", window_days=2, made_at=MONDAY_9AM, state=State.CONDITIONAL,
    )  # fmt: skip
    assert row.stage(MONDAY_9AM + hours(999)) == "conditional"
    row = commitments.begin_conditional(row, at=zagreb("2026-11-25 10:00"), now=zagreb("2026-11-25 10:00"), by=None)
    assert row.due_at == row.first_due_at == zagreb("2026-11-27 16:00")


def test_a_new_priority_counts_from_the_original_start_and_keeps_the_first_due():
    make.standard(window_minutes=480)
    make.standard(name="Urgent", window_minutes=120, priority="urgent")
    ticket = make.ticket()
    before = first_response(ticket)
    rematch.change_facts(
        ticket,
        ticket_type=ticket.type,
        category=None,
        priority="urgent",
        by=ticket.team.lead,
        now=MONDAY_9AM + hours(1),
    )
    after = first_response(ticket)
    assert (after.pk, after.first_due_at) == (before.pk, before.due_at)
    assert after.due_at == after.counted_due_at == MONDAY_9AM + hours(2)


def test_a_window_that_shrank_into_the_past_leaves_time_to_act():
    make.standard(window_minutes=480)
    make.standard(name="Urgent", window_minutes=120, priority="urgent")
    ticket = make.ticket()
    now = MONDAY_9AM + hours(4)
    rematch.change_facts(
        ticket, ticket_type=ticket.type, category=None, priority="urgent", by=ticket.team.lead, now=now
    )
    assert first_response(ticket).due_at == now + hours(0.5)


def test_what_is_overdue_stays_missed_whatever_the_priority_becomes():
    make.standard(window_minutes=60, priority="urgent")
    make.standard(name="Normal", window_minutes=480, priority="normal")
    ticket = make.ticket(priority="urgent")
    due = first_response(ticket).due_at
    rematch.change_facts(
        ticket,
        ticket_type=ticket.type,
        category=None,
        priority="normal",
        by=ticket.team.lead,
        now=MONDAY_9AM + hours(2),
    )
    assert first_response(ticket).due_at == due


def test_a_resolution_that_did_not_hold_is_owed_again_within_half_its_window():
    make.standard(kind=Kind.RESOLUTION, clock=Clock.WORKING_TIME, window_minutes=40 * 60)
    ticket = make.ticket()
    resolved_at = zagreb("2026-11-27 15:00")  # 39 of 40 working hours used
    tickets.resolve(ticket, at=resolved_at, now=resolved_at, by=None)
    back = zagreb("2026-11-30 08:00")
    tickets.reopen(ticket, at=back, now=back)
    again = ticket.commitments.get(follows_why=Commitment.FollowsWhy.REOPENED)
    assert again.due_at == zagreb("2026-12-02 12:00")
    assert ticket.commitments.get(outcome=Outcome.KEPT) == again.follows


def test_a_calm_promise_goes_with_its_ticket_and_a_pressing_one_waits_to_be_taken():
    make.standard(window_minutes=240)
    ticket = make.ticket()
    ivana, lead = make.user(), ticket.team.lead
    tickets.assign(ticket, ivana, by=lead, now=MONDAY_9AM)
    assert first_response(ticket).accountable == ivana
    other = make.user(teams=[ticket.team])
    pending = tickets.assign(ticket, other, by=lead, now=MONDAY_9AM + hours(3.5))
    assert [(asked.commitment, asked.asked_of) for asked in pending] == [(first_response(ticket), other)]
    assert first_response(ticket).accountable == ivana
    handover.take(first_response(ticket), by=other, now=MONDAY_9AM + hours(5))
    taken = first_response(ticket)
    assert (taken.accountable, taken.accountable_at_due) == (other, ivana)


def test_after_a_miss_a_new_promise_follows_and_the_old_one_ends_as_not_done():
    missed = make.promise()
    now = missed.due_at + hours(1)
    anew = commitments.promise(
        missed.ticket,
        Kind.CUSTOM,
        "The part is ordered",
        now + hours(24),
        by=missed.made_by,
        at=now,
        now=now,
        follows=missed,
    )
    missed.refresh_from_db()
    assert missed.outcome == Outcome.NOT_DONE
    assert (anew.follows, anew.follows_why) == (missed, "after_a_miss")
