"""After a resolution: one question, one reminder, one end. Each is still true when it leaves."""

import pytest

from followups.actions import followups, satisfaction
from followups.models import FollowUp, SatisfactionRequest
from mail.models import Delivery
from standards.actions.shipped import ensure_shipped_standards
from standards.terms import Kind, TicketType
from tests import make
from tests.followups.playing import ASKED, RESOLVED, accepted, resolved_ticket
from tests.make import MONDAY_9AM, hours, zagreb
from tickets.actions import conversation, tickets
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
Step, State = FollowUp.Step, FollowUp.State
REMINDED = zagreb("2026-11-27 14:00")
CLOSED = zagreb("2026-12-02 14:00")


def step(ticket, name):
    return ticket.followups.get(step=name)


def asked(ticket=None):
    """A ticket about which the customer was asked on Tuesday at two."""
    ticket = ticket or resolved_ticket()
    question = followups.carry_out(followups.plan(ticket, now=RESOLVED), now=ASKED)
    accepted(question.delivery, at=ASKED)
    followups.finish(question, now=ASKED)
    return ticket


def test_the_closing_is_planned_seven_working_days_after_the_resolution():
    ticket = resolved_ticket()
    followups.plan(ticket, now=RESOLVED)
    assert step(ticket, Step.CLOSING).due_at == CLOSED


def test_an_unanswered_question_is_repeated_once_after_three_working_days():
    ticket = asked()
    reminder = step(ticket, Step.SETTLED_REMINDER)
    assert reminder.due_at == REMINDED
    reminder = followups.carry_out(reminder, now=REMINDED)
    assert "[[link:answer_yes:satisfaction:" in reminder.delivery.body
    assert "Without an answer we close it: Wednesday 2 December 2026, 14:00 (Zagreb time)." in reminder.delivery.body
    assert reminder.delivery.expires_at == REMINDED.replace(hour=16, minute=0)
    accepted(reminder.delivery, at=REMINDED)
    followups.finish(reminder, now=REMINDED)
    assert ticket.followups.count() == 3
    assert SatisfactionRequest.objects.count() == 1


def test_the_last_step_closes_the_ticket():
    ticket = asked()
    closing = followups.carry_out(step(ticket, Step.CLOSING), now=CLOSED)
    assert closing.state == State.DONE
    assert Ticket.objects.get().state == Ticket.State.CLOSED


def test_an_answer_stops_the_reminder():
    ticket = asked()
    satisfaction.answer(ticket.satisfaction_requests.get(), "yes", handling=5, now=ASKED + hours(1))
    skipped = step(ticket, Step.SETTLED_REMINDER)
    assert (skipped.state, skipped.reason) == (State.SKIPPED, "The customer has answered the question.")
    assert followups.carry_out(step(ticket, Step.CLOSING), now=CLOSED).state == State.DONE


def test_who_answers_before_the_mail_is_known_to_have_left_is_not_reminded():
    ticket = resolved_ticket()
    question = followups.carry_out(followups.plan(ticket, now=RESOLVED), now=ASKED)
    satisfaction.answer(ticket.satisfaction_requests.get(), "yes", now=ASKED)
    accepted(question.delivery, at=ASKED)
    followups.finish(question, now=ASKED)
    assert not ticket.followups.filter(step=Step.SETTLED_REMINDER).exists()


def test_an_answer_stops_a_reminder_that_waits_in_the_outbox():
    ticket = asked()
    reminder = followups.carry_out(step(ticket, Step.SETTLED_REMINDER), now=REMINDED)
    satisfaction.answer(ticket.satisfaction_requests.get(), "yes", now=REMINDED)
    reminder.delivery.refresh_from_db()
    assert reminder.delivery.state == Delivery.State.CANCELLED
    assert followups.finish(reminder, now=REMINDED).state == State.SKIPPED


def test_a_reply_of_the_customer_stops_all_of_it():
    ticket = asked()
    conversation.receive(ticket, "It rattles", channel="mail", at=ASKED + hours(1), now=ASKED + hours(1))
    followups.plan(ticket, now=ASKED + hours(1))
    ended = ticket.followups.exclude(step=Step.SETTLED_QUESTION)
    assert set(ended.values_list("state", "reason")) == {(State.SKIPPED, "The ticket was reopened.")}


def test_what_was_resolved_again_begins_again():
    ticket = asked()
    conversation.receive(ticket, "It rattles", channel="mail", at=ASKED + hours(1), now=ASKED + hours(1))
    again = ASKED + hours(2)
    tickets.resolve(ticket, at=again, now=again, by=None)
    followups.plan(ticket, now=again)
    second = ticket.followups.filter(cycle=2)
    assert set(second.values_list("step", "state")) == {
        (Step.SETTLED_QUESTION, State.SCHEDULED),
        (Step.CLOSING, State.SCHEDULED),
    }
    assert not ticket.followups.filter(cycle=1, state=State.SCHEDULED).exists()


def test_a_rating_is_asked_for_once_in_thirty_days():
    customer = make.customer()
    asked(resolved_ticket(customer=customer))
    second = resolved_ticket(customer=customer)
    planned = followups.plan(second, now=RESOLVED)
    later = zagreb("2026-11-25 14:00")  # not two mails within a day
    assert followups.carry_out(planned, now=ASKED).due_at == later
    body = followups.carry_out(planned, now=later).delivery.body
    assert "1 short question" in body
    assert [request.asks_rating for request in SatisfactionRequest.objects.order_by("pk")] == [True, False]


def test_what_was_put_off_keeps_within_its_limit():
    customer = make.customer()
    asked(resolved_ticket(customer=customer))
    planned = followups.plan(resolved_ticket(customer=customer), now=RESOLVED)
    late = planned.latest_at + hours(1)
    followups.carry_out(planned, now=ASKED)
    assert followups.carry_out(planned, now=late).reason == "It would have come too late."


def test_nobody_is_asked_in_their_night():
    planned = followups.plan(resolved_ticket(customer=make.customer(zone="America/New_York")), now=RESOLVED)
    assert planned.due_at == zagreb("2026-11-24 14:00")  # eight in the morning there
    early = tickets.resolve(
        make.ticket(customer=make.customer(zone="America/New_York")),
        at=MONDAY_9AM, now=MONDAY_9AM, by=None,
    )  # fmt: skip
    assert followups.plan(early, now=MONDAY_9AM).due_at == zagreb("2026-11-24 14:00")


def test_a_person_may_ask_at_once():
    planned = followups.plan(resolved_ticket(), now=RESOLVED)
    assert followups.carry_out(planned, now=RESOLVED, by=make.user()).state == State.HANDED_OVER


def test_a_team_without_hours_fails_one_and_stops_nobody():
    ticket = asked()
    reminder = step(ticket, Step.SETTLED_REMINDER)
    assert followups.fail(reminder, reason="No calendar", now=REMINDED).state == State.FAILED
    assert followups.fail(reminder, reason="Again", now=REMINDED).reason == "No calendar"


def test_a_poor_rating_is_answered_by_the_lead():
    lead, owner = make.user(), make.user()
    team = make.team(lead=lead, members=[lead, owner])
    make.organisation()
    ensure_shipped_standards(MONDAY_9AM)
    ticket = asked(resolved_ticket(team=team, owner=owner))
    satisfaction.answer(ticket.satisfaction_requests.get(), "yes", handling=1, now=ASKED)
    assert ticket.commitments.get(kind=Kind.NEXT_RESPONSE).accountable == lead
    assert not Ticket.objects.get().is_open


@pytest.mark.parametrize(
    ("ticket_type", "due"),
    [(TicketType.QUESTION, zagreb("2026-11-25 16:00")), (TicketType.COMPLAINT, zagreb("2026-11-25 10:00"))],
)
def test_not_settled_brings_a_person_within_a_day_and_sooner_for_a_complaint(ticket_type, due):
    ticket = resolved_ticket(ticket_type=ticket_type)
    ensure_shipped_standards(MONDAY_9AM)
    asked(ticket)
    satisfaction.answer(ticket.satisfaction_requests.get(), "no", now=ASKED)
    assert ticket.commitments.get(kind=Kind.NEXT_RESPONSE).due_at == due
