"""What is about to be missed is said once, in time to act."""

import pytest
from django.db import connection

from mail.models import Delivery
from people.terms import Channel
from standards.terms import Kind
from tests import make
from tests.make import MONDAY_9AM, hours, zagreb
from tickets.actions import conversation, moving, settling, tickets, warnings
from tickets.actions.conversation import NextDate
from tickets.certain import certain
from tickets.models import Commitment, Event, Message, Ticket, Warning

pytestmark = pytest.mark.django_db


def stages(now):
    warnings.announce_all(now=now)
    return list(Warning.objects.order_by("pk").values_list("stage", flat=True))


def test_each_stage_is_announced_once():
    make.standard(window_minutes=240)  # due at one; due soon at twelve, last call 24 minutes before
    make.ticket()
    assert stages(MONDAY_9AM + hours(2)) == []
    assert stages(MONDAY_9AM + hours(3)) == ["due_soon"]
    assert stages(MONDAY_9AM + hours(3.1)) == ["due_soon"]
    assert stages(MONDAY_9AM + hours(3.7)) == ["due_soon", "last_call"]
    assert stages(MONDAY_9AM + hours(5)) == ["due_soon", "last_call", "overdue"]
    # Four working hours to own it: until nine on Tuesday.
    assert stages(zagreb("2026-11-24 09:00")) == ["due_soon", "last_call", "overdue"]
    assert stages(zagreb("2026-11-24 09:01")) == ["due_soon", "last_call", "overdue", "unowned"]
    assert stages(MONDAY_9AM + hours(50)) == ["due_soon", "last_call", "overdue", "unowned"]


def test_after_an_outage_only_the_present_stage_is_announced():
    make.standard(window_minutes=240)
    make.ticket()
    assert stages(MONDAY_9AM + hours(19)) == ["overdue"]


def test_nothing_is_called_overdue_while_a_message_handed_in_before_is_in_hand():
    make.standard(window_minutes=240)
    ticket = make.ticket()
    now = MONDAY_9AM + hours(3.99)
    conversation.reply(
        ticket, "Here it is", NextDate(contact_by=zagreb("2026-11-24 11:00")), by=ticket.team.lead, now=now
    )
    assert "overdue" not in stages(MONDAY_9AM + hours(4.1))


MISSED = zagreb("2026-11-23 13:10")
TOO_LATE = zagreb("2026-11-24 09:01")


@pytest.fixture
def missed() -> Ticket:
    """A resolution that was due on Monday at one, announced as overdue; to be owned by nine on Tuesday."""
    make.standard(kind=Kind.RESOLUTION, window_minutes=240)
    ticket = make.ticket()
    warnings.announce_all(now=MISSED)
    return ticket


def is_unowned() -> bool:
    warnings.announce_all(now=TOO_LATE)
    return Warning.objects.filter(stage="unowned").exists()


def test_a_miss_that_nobody_owned_in_time_is_announced_and_written_down(missed):
    assert is_unowned()
    assert Event.objects.filter(kind="warning.unowned", ticket=missed).count() == 1


def test_a_new_promise_after_the_miss_owns_it(missed):
    promise = missed.commitments.get()
    make.promise(missed, at=MISSED, due=zagreb("2026-11-25 10:00"), follows=promise)
    assert not is_unowned()


def test_a_reply_that_gives_a_new_time_owns_it_once_our_server_has_accepted_it(missed):
    reply = conversation.reply(
        missed, "I am sorry.", NextDate(contact_by=zagreb("2026-11-25 10:00")), by=missed.team.lead, now=MISSED
    )
    Delivery.objects.update(state=Delivery.State.SENT, ended_at=MISSED, next_at=MISSED)
    settling.settle(reply, now=MISSED)
    assert Commitment.objects.get(kind=Kind.RESOLUTION).state == Commitment.State.RUNNING
    assert not is_unowned()


def test_nothing_is_called_not_owned_while_the_apology_is_in_hand(missed):
    conversation.reply(
        missed, "I am sorry.", NextDate(contact_by=zagreb("2026-11-25 10:00")), by=missed.team.lead, now=MISSED
    )
    assert not is_unowned()


def test_a_call_that_gives_no_new_time_does_not_own_it(missed):
    conversation.log_call(
        missed, "She was not there.", Message.Result.NOT_REACHED, None, by=missed.team.lead, now=MISSED
    )
    assert is_unowned()


def test_what_is_over_has_nothing_to_own(missed):
    tickets.resolve(missed, at=zagreb("2026-11-23 15:00"), now=zagreb("2026-11-23 15:00"), by=None)
    assert not is_unowned()
    assert not Warning.objects.filter(own_by__isnull=False).exists()


def test_colleagues_owe_one_another_no_apology():
    promise = make.promise(due=MONDAY_9AM + hours(4))
    Commitment.objects.filter(pk=promise.pk).update(source=Commitment.Source.INTERNAL, asked_of=promise.ticket.team)
    warnings.announce_all(now=MISSED)
    assert not is_unowned()


def test_two_sweeps_announce_a_miss_once(missed):
    miss = Warning.objects.get()
    assert warnings.announce_unowned(miss, now=TOO_LATE)
    assert warnings.announce_unowned(miss, now=TOO_LATE) is None


def test_a_successor_after_a_move_warns_anew():
    promise = make.promise(due=MONDAY_9AM + hours(4))
    assert stages(MONDAY_9AM + hours(3.2)) == ["due_soon"]
    at = MONDAY_9AM + hours(3.3)
    moved = moving.move(
        promise, MONDAY_9AM + hours(6), "The part is late.", words="", by=promise.accountable, at=at, now=at
    )
    assert stages(certain(moved.warn_at)) == ["due_soon", "due_soon"]


def test_a_pause_does_not_make_the_same_stage_be_said_twice():
    make.standard(kind=Kind.RESOLUTION, window_minutes=240)
    ticket = make.ticket()
    assert stages(MONDAY_9AM + hours(3.1)) == ["due_soon"]
    asked = MONDAY_9AM + hours(3.2)
    conversation.log_call(
        ticket, "Which one?", Message.Result.REACHED, NextDate(wait_until=zagreb("2026-11-25 10:00")),
        by=ticket.team.lead, now=asked,
    )  # fmt: skip
    assert Commitment.objects.get(kind=Kind.RESOLUTION).state == Commitment.State.PAUSED
    conversation.receive(ticket, "The blue one.", channel=Channel.MAIL, at=asked + hours(1), now=asked + hours(1))
    assert stages(asked + hours(1.1)) == ["due_soon"]


def test_a_sweep_reads_only_the_misses_whose_time_is_up():
    promise = make.promise(due=MONDAY_9AM + hours(4))
    fields = {field.attname: getattr(promise, field.attname) for field in Commitment._meta.concrete_fields}
    del fields["id"]
    rows = Commitment.objects.bulk_create(Commitment(**fields) for _ in range(2_000))
    looked_at = [Warning(commitment=row, stage="overdue", at=MISSED) for row in rows]
    looked_at[7].own_by = MISSED
    Warning.objects.bulk_create(looked_at)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE tickets_warning")
    plan = Warning.objects.to_be_owned_before(TOO_LATE).explain()
    assert "warning_to_be_owned" in plan, plan
