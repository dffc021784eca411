"""The question: three presses, changed for seven days, wherever the ticket stands by then."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from followups.models import SatisfactionAnswer
from mail import addresses
from tests import stage
from tests.texts import text_of
from tickets.actions import conversation, tickets
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    with time_machine.travel(stage.NOW, tick=False) as moved:
        yield moved


@pytest.fixture
def where(scene):
    return f"/r/{scene.answer_token()}/answer/"


def given(scene):
    return list(scene.question.answers.values_list("outcome", "handling", "comment"))


def test_the_page_says_what_we_had_written(client, where):
    assert "Ivana Horvat, today 10:30 It is mended." in text_of(client.get(where))


def test_opening_it_in_any_way_records_nothing(client, scene, where):
    for address in (where, f"{where}?change", f"{where}?choice=no", f"{where}?outcome=no", f"{where}?saved"):
        client.get(address)
        client.head(address)
    assert not given(scene)


def test_what_was_chosen_in_the_mail_is_marked_and_only_a_press_records_it(client, scene, where):
    shown = client.get(f"{where}?choice=no")
    assert "You chose “No”. Press it once more here" in text_of(shown)
    assert shown.content.decode().count("verdict--chosen") == 1
    client.post(where, {"outcome": "no"})
    assert "verdict--chosen" not in client.get(f"{where}?choice=no").content.decode()
    assert "You chose “Yes, settled”." in text_of(client.get(f"{where}?choice=yes"))
    assert client.get(f"{where}?choice=<script>").status_code == 200


def test_a_press_records_and_leads_to_the_page_that_says_what_happens_now(client, scene, where):
    answer = client.post(where, {"outcome": "no"}, follow=True)
    assert answer.redirect_chain == [(where, 302)]
    assert "A person reads everything and contacts you by" in text_of(answer)
    assert given(scene) == [("no", None, "")]


def test_two_tabs_and_the_back_button_leave_one_answer_and_the_last_one_counts(client, scene, where):
    client.post(where, {"outcome": "yes"})
    client.post(where, {"outcome": "yes"})
    assert given(scene) == [("yes", None, "")]
    client.post(where, {"outcome": "not_quite"})
    assert [outcome for outcome, *_rest in given(scene)] == ["yes", "not_quite"]
    assert scene.question.ticket.messages.filter(direction="in").count() == 2
    assert "no-store" in client.get(where)["Cache-Control"]


def test_changing_the_answer_keeps_what_was_told_with_it(client, scene, where):
    client.post(where, {"outcome": "no"})
    told = {"outcome": "no", "handling": "3", "comment": "The key sticks.", "may_call": "on", "more": "1"}
    saved = client.post(where, told, follow=True)
    assert "a person reads it" in text_of(saved)
    form = client.get(f"{where}?change").content.decode()
    assert 'name="handling" value="3"' in form
    assert 'name="comment" value="The key sticks."' in form
    assert "You answered “No”." in text_of(client.get(f"{where}?change"))


def test_whose_number_we_do_not_have_is_not_asked_whether_we_may_call(client, scene, where):
    client.post(where, {"outcome": "no"})
    assert "You may call me" in text_of(client.get(where))
    type(scene.customer).objects.update(phone="")
    assert "You may call me" not in text_of(client.get(where))


def test_for_seven_days_it_can_be_changed_and_the_page_says_until_when(client, scene, where, clock):
    client.post(where, {"outcome": "yes"})
    assert "You can change it until Monday 30 November 2026, 11:00 (Zagreb time)." in text_of(client.get(where))
    clock.shift(timedelta(days=6, hours=23))
    assert client.post(where, {"outcome": "no"}).status_code == 302


def test_after_that_it_stands_and_the_page_says_so(client, scene, where, clock):
    client.post(where, {"outcome": "yes"})
    clock.shift(timedelta(days=7, minutes=1))
    for address in (where, f"{where}?change"):
        shown = client.get(address)
        assert "It could be changed for seven days." in text_of(shown)
        assert "<textarea" not in shown.content.decode()
    refused = client.post(where, {"outcome": "no"})
    assert refused.status_code == 422
    assert "can no longer be changed" in text_of(refused)
    assert [outcome for outcome, *_rest in given(scene)] == ["yes"]


def test_a_request_that_is_open_again_says_so_and_can_be_answered(client, scene, where):
    conversation.receive(scene.question.ticket, "It is stuck", channel="mail", at=stage.NOW, now=stage.NOW)
    assert "Your request is open again since then" in text_of(client.get(where))
    assert client.post(where, {"outcome": "yes"}).status_code == 302
    assert Ticket.objects.get(pk=scene.question.ticket_id).is_open


def test_a_no_opens_a_closed_request_again(client, scene, where):
    tickets.close(scene.question.ticket, now=stage.NOW, by=None)
    assert client.get(where).status_code == 200
    client.post(where, {"outcome": "no"})
    assert Ticket.objects.get(pk=scene.question.ticket_id).is_open


def test_a_press_without_an_answer_is_refused_in_words(client, scene, where):
    assert client.post(where, {"comment": "x"}).status_code == 422
    assert not given(scene)


def test_on_the_customers_page_of_a_resolved_request_the_question_is_there(client, scene):
    secret = addresses.issue("ticket", scene.question.ticket.about, scene.customer.email, now=stage.NOW)
    shown = client.get(f"/r/{secret}/")
    assert "Yes, it is settled" in text_of(shown)
    client.post(f"/r/{secret}/answer/", {"outcome": "yes"})
    assert given(scene) == [("yes", None, "")]
    assert "You answered “Yes, settled”." in text_of(client.get(f"/r/{secret}/"))


def test_where_nothing_was_asked_yet_the_page_does_not_ask(client, scene):
    secret = addresses.issue("ticket", scene.resolved.about, scene.customer.email, now=stage.NOW)
    assert "Yes, it is settled" not in text_of(client.get(f"/r/{secret}/"))
    assert client.post(f"/r/{secret}/answer/", {"outcome": "yes"}).status_code == 404
    assert SatisfactionAnswer.objects.count() == 1
