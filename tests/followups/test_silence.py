"""A question that the customer does not answer: two reminders, a notice with the date, the closing."""

from datetime import timedelta

import pytest
import time_machine

from followups import tasks
from followups.actions import deciding, followups
from followups.models import CallTask, FollowUp
from mail.models import Delivery
from people.terms import Channel
from tests import make
from tests.followups.playing import accepted
from tests.make import MONDAY_9AM, hours, zagreb
from tickets.actions import conversation
from tickets.actions.conversation import NextDate
from tickets.models import Commitment, Message, Ticket

pytestmark = pytest.mark.django_db
Step, State = FollowUp.Step, FollowUp.State
ASKED_AT = MONDAY_9AM + hours(1)
WAIT_UNTIL = zagreb("2026-12-10 09:00")


def asked(**customer):
    """A ticket on which we asked by mail on Monday at ten, planned by the worker."""
    ticket = make.ticket(customer=make.customer(name="Ana Kovač", **customer))
    question = conversation.reply(
        ticket,
        "Hello Ana Kovač,\n\nThank you. Is the label on the back blue or grey?\n\nIva",
        NextDate(wait_until=WAIT_UNTIL),
        by=ticket.team.lead,
        now=ASKED_AT,
    )
    accepted(question.delivery, at=ASKED_AT)
    followups.plan(Ticket.objects.get(pk=ticket.pk), now=ASKED_AT)
    return Ticket.objects.get(pk=ticket.pk)


def steps(ticket):
    return {row.step: row for row in ticket.followups.all() if row.step in STEPS}


STEPS = (Step.SILENCE_REMINDER, Step.SILENCE_SECOND, Step.SILENCE_LAST, Step.SILENCE_CLOSING)


def carried_out(moment):
    with time_machine.travel(moment, tick=False):
        tasks.plan()
        tasks.carry_out()
        for mail in Delivery.objects.filter(state=Delivery.State.QUEUED):
            accepted(mail, at=moment)
        tasks.finish()


def test_all_four_steps_are_planned_in_working_days_when_the_question_has_left():
    planned = steps(asked())
    assert [planned[step].due_at for step in STEPS] == [
        zagreb("2026-11-25 10:00"), zagreb("2026-11-30 10:00"), zagreb("2026-12-03 10:00"), zagreb("2026-12-07 10:00")
    ]  # fmt: skip
    assert all(row.playbook_step.name == row.step for row in planned.values())


def test_the_reminder_says_the_one_question_again_and_when_it_is_closed():
    ticket = asked()
    carried_out(zagreb("2026-11-25 10:01"))
    letter = ticket.messages.filter(human=False).last()
    assert "Is the label on the back blue or grey?" in letter.body
    assert "Monday 7 December 2026" in letter.body
    assert letter.delivery.purpose == "silence"
    assert steps(ticket)[Step.SILENCE_REMINDER].state == State.DONE


def test_the_second_reminder_goes_another_way_where_a_number_is_known():
    ticket = asked(phone="01 555 0198")
    carried_out(zagreb("2026-11-25 10:01"))
    carried_out(zagreb("2026-11-30 10:01"))
    assert CallTask.objects.get().followup.step == Step.SILENCE_SECOND
    assert steps(ticket)[Step.SILENCE_SECOND].reason == "A person calls instead of a mail."


def test_without_any_answer_the_ticket_is_closed_as_no_answer_and_owes_nothing():
    ticket = asked()
    promised = make.promise(ticket, due=zagreb("2026-12-20 12:00"))
    for day in ("2026-11-25", "2026-11-30", "2026-12-03", "2026-12-07"):
        carried_out(zagreb(f"{day} 10:01"))
    ticket.refresh_from_db()
    assert (ticket.state, ticket.resolved_at) == (Ticket.State.CLOSED, zagreb("2026-12-07 10:01"))
    promised.refresh_from_db()
    assert promised.outcome == Commitment.Outcome.WITHDRAWN
    assert {row.state for row in steps(ticket).values()} == {State.DONE}


def test_an_answer_ends_what_was_planned_at_once():
    ticket = asked(phone="01 555 0198")
    carried_out(zagreb("2026-11-25 10:01"))
    carried_out(zagreb("2026-11-30 10:01"))
    said = zagreb("2026-11-30 11:00")
    conversation.receive(ticket, "Blue.", channel=Channel.MAIL, at=said, now=said)
    with time_machine.travel(said, tick=False):
        tasks.plan()
    ends = {row.step: row.reason for row in steps(ticket).values() if row.state == State.SKIPPED}
    assert set(ends) == {Step.SILENCE_LAST, Step.SILENCE_CLOSING}
    assert set(ends.values()) == {"The customer has written since."}
    assert CallTask.objects.get().not_needed_because == "The customer has written since."


def test_nothing_is_closed_while_something_we_owe_is_overdue():
    ticket = asked()
    make.promise(ticket, due=zagreb("2026-12-01 12:00"))
    for day in ("2026-11-25", "2026-11-30", "2026-12-03", "2026-12-07"):
        carried_out(zagreb(f"{day} 10:01"))
    planned = steps(ticket)
    assert planned[Step.SILENCE_CLOSING].state == State.SKIPPED
    assert "overdue" in planned[Step.SILENCE_LAST].reason
    assert Ticket.objects.get(pk=ticket.pk).is_open


def test_a_question_asked_in_a_call_is_asked_again_in_a_call():
    ticket = make.ticket(customer=make.customer(phone="01 555 0198"))
    conversation.log_call(
        ticket, "Which label?", Message.Result.REACHED, NextDate(wait_until=WAIT_UNTIL),
        by=ticket.team.lead, now=ASKED_AT,
    )  # fmt: skip
    followups.plan(ticket, now=ASKED_AT)
    carried_out(zagreb("2026-11-25 10:01"))
    assert CallTask.objects.get().followup.step == Step.SILENCE_REMINDER
    for day in ("2026-11-30", "2026-12-03", "2026-12-07"):
        carried_out(zagreb(f"{day} 10:01"))
    assert not Delivery.objects.filter(purpose="silence").exists(), "what stands in a note of ours is in no mail"
    assert "was not told" in steps(ticket)[Step.SILENCE_CLOSING].reason
    assert Ticket.objects.get(pk=ticket.pk).is_open


def test_nothing_is_closed_that_the_customer_was_not_told_of():
    ticket = asked()
    for day in ("2026-11-25", "2026-11-30"):
        carried_out(zagreb(f"{day} 10:01"))
    deciding.skip(steps(ticket)[Step.SILENCE_LAST], reason="She is in hospital.", by=ticket.team.lead, now=WAIT_UNTIL)
    carried_out(zagreb("2026-12-07 10:01"))
    assert "was not told" in steps(ticket)[Step.SILENCE_CLOSING].reason
    assert Ticket.objects.get(pk=ticket.pk).is_open


def test_another_question_begins_anew():
    ticket = asked()
    later = ASKED_AT + timedelta(days=1)
    question = conversation.reply(
        ticket, "And which size?", NextDate(wait_until=WAIT_UNTIL), by=ticket.team.lead, now=later
    )
    accepted(question.delivery, at=later)
    followups.plan(ticket, now=later)
    assert set(ticket.followups.filter(cycle=1, step__in=STEPS).values_list("state", flat=True)) == {State.SKIPPED}
    assert ticket.followups.filter(cycle=2, step__in=STEPS, state=State.SCHEDULED).count() == 4
