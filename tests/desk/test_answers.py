"""Each answer of a customer is read by a person: which ones nobody has read, and who read the others."""

from __future__ import annotations

import pytest
import time_machine

from compliance import ratings
from compliance.questions import Question
from compliance.results import Period
from compliance.satisfaction import Said
from desk.answers import read
from followups.actions import satisfaction
from followups.models import SatisfactionRequest
from mail.models import Delivery
from tests.desk.looking import signed_in
from tests.make import hours
from tests.stage import MINUTE, NOW
from tests.texts import text_of
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
LIST = "/desk/answers/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def answer(scene):
    return scene.answered.answers.get()


def press(user, answer):
    return signed_in(user).post(f"{LIST}{answer.pk}/read/", follow=True)


def test_what_nobody_has_read_stands_first_until_somebody_says_so(scene, answer):
    shown = text_of(signed_in(scene.agent).get(LIST))
    assert scene.answered.ticket.subject in shown
    assert "I have read it" in shown
    assert "It is noted that you have read it." in text_of(press(scene.agent, answer))
    assert "Somebody has read every answer." in text_of(signed_in(scene.agent).get(LIST))
    everything = text_of(signed_in(scene.agent).get(f"{LIST}?all"))
    assert "Ivana Horvat today 11:00" in everything
    assert "I have read it" not in everything
    assert scene.answered.ticket.events.filter(kind="satisfaction.read", by=scene.agent).count() == 1


def test_opening_the_list_reads_nothing(scene, answer):
    signed_in(scene.lead).get(LIST)
    signed_in(scene.lead).get(f"{LIST}?all")
    answer.refresh_from_db()
    assert answer.read_at is None


def test_who_was_first_stays_on_record(scene, answer):
    press(scene.agent, answer)
    assert "Ivana Horvat has read it already." in text_of(press(scene.lead, answer))
    answer.refresh_from_db()
    assert answer.read_by == scene.agent


def test_what_is_changed_later_is_read_again_and_shows_what_was_said_before(scene, answer):
    press(scene.agent, answer)
    satisfaction.answer(scene.answered, "yes", now=NOW + MINUTE)
    shown = text_of(signed_in(scene.agent).get(LIST))
    assert "Yes, settled Before, " in shown
    assert ": “No”" in shown
    assert read(scene.agent, everything=False, after="", now=NOW).unread == 1


def test_of_others_tickets_nothing_is_seen(scene, answer):
    assert scene.answered.ticket.subject not in text_of(signed_in(scene.other_agent).get(LIST))
    assert press(scene.other_agent, answer).status_code == 404


def test_the_lead_and_the_owner_see_beside_compliance_how_many_wait(scene, answer):
    for user in (scene.lead, scene.agent):
        assert "1 answers to read" in text_of(signed_in(user).get("/desk/"))
    assert "answers to read" not in text_of(signed_in(scene.other_agent).get("/desk/"))
    press(scene.lead, answer)
    assert "answers to read" not in text_of(signed_in(scene.lead).get("/desk/"))


def test_whoever_answered_below_one_in_five_is_said_to_be_few(scene, answer):
    page = read(scene.lead, everything=True, after="", now=NOW + MINUTE)
    assert not page.figures.few_answered
    SatisfactionRequest.objects.exclude(answers=None).update(made_at=NOW - hours(24 * 60))
    shown = text_of(signed_in(scene.lead).get(f"{LIST}?all"))
    assert "Few answered: these say little about the others." in shown


def test_a_question_that_came_back_did_not_reach_the_customer(scene):
    question = Question(Period(NOW - hours(24 * 30), NOW + hours(1)))
    reached = ratings.requests(question, Said.DELIVERED, viewer=None, now=NOW + hours(1))
    delivery = scene.question.followup.delivery
    Delivery.objects.filter(pk=delivery.pk).update(state="sent", ended_at=NOW)
    assert scene.question in reached.all()
    Delivery.objects.filter(pk=delivery.pk).update(bounced_at=NOW, reason="It came back.")
    assert scene.question not in reached.all()
    figures = ratings.ratings(question, viewer=None, now=NOW + hours(1))
    assert (figures.asked - figures.answered.n) == 1


def test_where_the_lead_was_rated_down_another_of_the_team_gets_in_touch(scene):
    ticket = scene.question.ticket
    ticket.messages.filter(direction="out", human=True).update(author=scene.lead)
    Ticket.objects.filter(pk=ticket.pk).update(owner=scene.lead)
    satisfaction.answer(SatisfactionRequest.objects.get(pk=scene.question.pk), "no", handling=1, now=NOW + MINUTE)
    owed = ticket.commitments.running().get(kind="next_response")
    assert owed.accountable not in {scene.lead, scene.other_agent}
