"""Several questions to one customer that are due together are one mail; what becomes of it, each of them knows."""

import pytest

from compliance.audit.mail import mail_without_delivery
from followups.actions import followups, trouble
from followups.models import CallTask, FollowUp
from mail import actions
from mail.models import Delivery, Suppression
from tests import make
from tests.followups.playing import ASKED, RESOLVED, accepted
from tests.make import hours, zagreb
from tickets.actions import conversation, tickets
from tickets.models import Message

pytestmark = pytest.mark.django_db
State = FollowUp.State


@pytest.fixture
def two():
    """Questions about two requests of one customer, due at the same time; a third is another customer's."""
    customer = make.customer(phone="01 555 0100")
    asked = []
    for subject, whose in (("Printer", customer), ("Door", customer), ("Lift", make.customer())):
        ticket = make.ticket(customer=whose, subject=subject)
        tickets.resolve(ticket, at=RESOLVED, now=RESOLVED, by=None)
        asked.append(followups.plan(ticket, now=RESOLVED))
    return asked[:2]


def again(followup):
    return FollowUp.objects.select_related("delivery").get(pk=followup.pk)


def finished(*questions, now=ASKED):
    for question in questions:
        followups.finish(question, now=now)
    return [again(question).state for question in questions]


def ask(followup, now=ASKED):
    followups.carry_out(followup, now=now)
    return Delivery.objects.latest("pk")


def test_they_leave_as_one_mail_with_a_link_for_each(two):
    mail = ask(two[0])
    assert Delivery.objects.count() == 1
    assert [again(question).delivery for question in two] == [mail, mail]
    for question in two:
        assert f"[[link:answer:{question.satisfaction_request.about}]]" in mail.body
        assert question.ticket.subject in mail.body
    assert "Lift" not in mail.body
    # Nobody rates two requests at a time.
    assert [question.satisfaction_request.asks_rating for question in two] == [True, False]


def test_once_it_has_left_it_stands_on_each_request_and_each_has_its_reminder(two):
    mail = accepted(ask(two[0]), at=ASKED)
    assert finished(*two) == [State.DONE] * 2
    for question in two:
        assert question.ticket.messages.get(direction=Message.Direction.OUT).body == mail.body
        assert question.ticket.followups.filter(step="settled_reminder").exists()


def test_the_audit_knows_that_a_mail_about_several_stands_on_each(two):
    accepted(ask(two[0]), at=ASKED)
    finished(*two)
    assert Message.objects.filter(direction=Message.Direction.OUT, delivery=None).exists()
    assert not mail_without_delivery(ASKED).exists()


def test_reminders_are_one_mail_too_and_say_when_each_is_closed(two):
    accepted(ask(two[0]), at=ASKED)
    finished(*two)
    reminder = FollowUp.objects.filter(step="settled_reminder").first()
    mail = ask(reminder, now=reminder.due_at)
    assert mail.body.count("Without an answer we close it: Wednesday 2 December 2026") == 2
    assert mail.expires_at == zagreb("2026-11-27 16:00")


@pytest.mark.parametrize("wrote", [0, 1])
def test_what_happens_to_one_takes_the_mail_back_and_the_other_is_asked_by_itself(two, wrote):
    first = ask(two[0])
    conversation.receive(two[wrote].ticket, "It is stuck", channel="mail", at=ASKED, now=ASKED)
    first.refresh_from_db()
    assert first.state == Delivery.State.CANCELLED
    states = finished(*two)
    assert states[wrote] == State.SKIPPED
    assert states[1 - wrote] == State.SCHEDULED
    other = again(two[1 - wrote])
    second = ask(other, now=ASKED + hours(1))
    assert (second.pk == first.pk, second.also_about, second.state) == (False, [], Delivery.State.QUEUED)
    assert "[[link:answer_yes:" in second.body


def test_somebody_who_wants_no_questions_is_asked_none_of_them(two):
    ask(two[0])
    actions.stop(two[0].ticket.customer.email, "settled_question", now=ASKED, reason="The customer wants no such mail.")
    Delivery.objects.update(state=Delivery.State.CANCELLED, ended_at=ASKED, reason="The customer wants no such mail.")
    assert finished(*two) == [State.SKIPPED] * 2


def test_a_person_who_asks_now_asks_about_that_one_only(two):
    followups.carry_out(two[0], now=ASKED, by=make.user())
    assert again(two[1]).state == State.SCHEDULED


def test_one_that_fails_is_a_call_about_each_and_tried_again_it_is_one_mail_again(two):
    mail = ask(two[0])
    failed = {"state": Delivery.State.FAILED, "ended_at": ASKED, "reason": "550 5.1.1 No such user"}
    Delivery.objects.update(**failed)
    assert finished(*two) == [State.FAILED] * 2
    assert CallTask.objects.count() == 2
    trouble.retry(again(two[1]), by=make.user(), now=ASKED + hours(1))
    assert [again(question).state for question in two] == [State.HANDED_OVER] * 2
    accepted(mail, at=ASKED + hours(2))
    assert finished(*two) == [State.DONE] * 2
    assert not CallTask.objects.to_make().exists()


def test_nothing_is_made_for_whoever_has_stopped_it(two):
    Suppression.objects.create(
        address=two[0].ticket.customer.email.upper(), purpose="settled_question", reason="No more.", at=RESOLVED
    )
    skipped = followups.carry_out(two[0], now=ASKED)
    assert (skipped.state, skipped.reason) == (State.SKIPPED, "No more.")
    assert not Delivery.objects.exists()
