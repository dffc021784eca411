"""The question after a resolution: asked once, while it is true; and what a "no" starts."""

import pytest
from django.core.exceptions import ValidationError

from followups.actions import followups, satisfaction
from followups.models import FollowUp
from mail.models import Delivery
from standards.terms import Kind, Occasion
from tests import make
from tests.followups.playing import ASKED, RESOLVED, resolved_ticket
from tests.make import hours, zagreb
from tickets.actions import conversation, tickets
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db


def planned(ticket=None):
    return followups.plan(ticket or resolved_ticket(), now=RESOLVED)


def test_the_question_is_planned_one_working_day_after_resolving():
    assert planned().due_at == ASKED
    friday = make.ticket()
    tickets.resolve(friday, at=zagreb("2026-11-27 14:00"), now=zagreb("2026-11-27 14:00"), by=None)
    assert followups.plan(friday, now=zagreb("2026-11-27 14:00")).due_at == zagreb("2026-11-30 14:00")


def test_planning_twice_plans_once():
    ticket = resolved_ticket()
    assert planned(ticket)
    assert planned(ticket) is None
    assert ticket.followups.filter(step="settled_question").count() == 1


def test_a_planned_question_leaves_as_a_mail_with_a_link():
    followup = followups.carry_out(planned(), now=ASKED)
    assert followup.state == FollowUp.State.HANDED_OVER
    assert "[[link:answer_yes:satisfaction:" in followup.delivery.body
    assert not followup.delivery.at_least_once


def test_asked_by_a_person_and_by_the_worker_it_leaves_once():
    followup = planned()
    followups.carry_out(followup, now=RESOLVED, by=make.user())
    followups.carry_out(followup, now=ASKED)
    assert Delivery.objects.count() == 1
    with pytest.raises(ValidationError, match="asked already"):
        followups.carry_out(followup, now=ASKED, by=make.user())


def test_a_reopened_ticket_is_not_asked_about_and_the_reason_stays():
    followup = planned()
    conversation.receive(
        followup.ticket, "It is broken again", channel="mail", at=RESOLVED + hours(1), now=RESOLVED + hours(1)
    )
    skipped = followups.carry_out(followup, now=ASKED)
    assert (skipped.state, skipped.reason) == (FollowUp.State.SKIPPED, "The ticket was reopened.")


def test_a_ticket_resolved_again_is_asked_about_again():
    ticket = resolved_ticket()
    planned(ticket)
    conversation.receive(ticket, "It is broken again", channel="mail", at=RESOLVED + hours(1), now=RESOLVED + hours(1))
    again = RESOLVED + hours(2)
    tickets.resolve(ticket, at=again, now=again, by=None)
    assert followups.plan(ticket, now=again).cycle == 2


def test_a_question_that_waits_in_the_outbox_is_cancelled_when_the_customer_writes():
    followup = followups.carry_out(planned(), now=ASKED)
    conversation.receive(followup.ticket, "Thank you!", channel="mail", at=ASKED, now=ASKED)
    followup.delivery.refresh_from_db()
    assert followup.delivery.state == Delivery.State.CANCELLED
    assert followups.finish(followup, now=ASKED).state == FollowUp.State.SKIPPED


def test_a_customer_without_an_address_is_not_asked_by_mail():
    ticket = resolved_ticket(customer=make.customer(email="", phone="01 555 0100"))
    assert followups.carry_out(planned(ticket), now=ASKED).state == FollowUp.State.SKIPPED


def asked():
    make.standard(kind=Kind.NEXT_RESPONSE, window_minutes=480, occasion=Occasion.NOT_SETTLED, name="After not settled")
    return followups.carry_out(planned(), now=ASKED).satisfaction_request


def test_no_opens_the_ticket_and_a_person_answers_within_a_working_day():
    request = asked()
    satisfaction.answer(request, "no", comment="It prints blank pages", now=ASKED)
    ticket = Ticket.objects.get(pk=request.ticket_id)
    assert ticket.is_open
    assert ticket.commitments.get(kind=Kind.NEXT_RESPONSE).due_at == zagreb("2026-11-25 14:00")
    said = ticket.messages.filter(direction=Message.Direction.IN).last()
    assert (said.channel, "blank pages" in said.body) == ("page", True)


def test_yes_records_the_answer_and_opens_nothing():
    request = asked()
    satisfaction.answer(request, "yes", handling=5, now=ASKED)
    assert not Ticket.objects.get(pk=request.ticket_id).is_open


def test_settled_but_badly_handled_makes_a_person_answer_and_opens_nothing():
    request = asked()
    satisfaction.answer(request, "yes", handling=1, now=ASKED)
    ticket = Ticket.objects.get(pk=request.ticket_id)
    assert not ticket.is_open
    assert ticket.commitments.filter(kind=Kind.NEXT_RESPONSE).exists()


def test_a_second_no_starts_no_second_clock():
    request = asked()
    satisfaction.answer(request, "no", now=ASKED)
    satisfaction.answer(request, "no", handling=1, comment="As I said", now=ASKED + hours(1))
    assert request.ticket.commitments.filter(kind=Kind.NEXT_RESPONSE).count() == 1
    assert request.answers.count() == 2


def test_the_same_answer_sent_twice_is_one_answer():
    request = asked()
    satisfaction.answer(request, "yes", now=ASKED)
    satisfaction.answer(request, "yes", now=ASKED)
    assert request.answers.count() == 1


def test_an_answer_can_be_changed_for_seven_days():
    request = asked()
    satisfaction.answer(request, "no", now=ASKED)
    satisfaction.answer(request, "yes", now=ASKED + hours(7 * 24))
    with pytest.raises(ValidationError, match="no longer be changed"):
        satisfaction.answer(request, "no", now=ASKED + hours(7 * 24 + 1))
