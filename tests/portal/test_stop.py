"""Stopping questions: one press, by a person or by their mail program, and nothing else is touched."""

import pytest
import time_machine
from django.test import Client

from mail import addresses
from mail.models import Delivery, Suppression
from mail.models.delivery import Purpose
from tests import make, stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def where(scene):
    return f"/u/{scene.stop_token()}/"


def stopped():
    return list(Suppression.objects.filter(address="ana@example.test").values_list("address", "purpose"))


def test_opening_the_page_stops_nothing(client, where):
    for _again in range(3):
        assert "Stop these questions" in client.get(where).content.decode()
        client.head(where)
    assert not stopped()


def test_a_mail_program_stops_it_by_one_press_without_cookies(scene, where):
    program = Client(enforce_csrf_checks=True)
    answer = program.post(where, {"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, dict(program.cookies)) == (200, {})
    assert stopped() == [(scene.customer.email, "settled_question")]


def test_pressing_twice_is_pressing_once(client, where):
    client.post(where)
    assert "You get no such questions any more" in client.post(where).content.decode()
    assert len(stopped()) == 1


def test_questions_end_and_acknowledgements_go_on(client, scene, where):
    client.post(where)
    to = {"recipient": scene.customer.email, "automatic": True}
    question = make.delivery(key="question", purpose=Purpose.SETTLED_QUESTION, **to)
    receipt = make.delivery(key="receipt", purpose=Purpose.ACKNOWLEDGEMENT, **to)
    assert (question.state, receipt.state) == (Delivery.State.CANCELLED, Delivery.State.QUEUED)


def test_a_link_for_something_else_stops_nothing(client, scene):
    for secret in (scene.answer_token(), scene.request_token(), "nothing", "%00"):
        assert client.post(f"/u/{secret}/").status_code == 404
    assert not stopped()


def test_the_page_is_in_the_language_of_whoever_got_the_mail(client, scene, where):
    type(scene.customer).objects.filter(pk=scene.customer.pk).update(language="hr")
    assert "Zaustavi ta pitanja" in client.get(where).content.decode()


def test_it_works_for_good(client, scene, where):
    with time_machine.travel("2030-01-01T09:00:00Z", tick=False):
        assert client.post(where).status_code == 200
    assert addresses.resolve(where[3:-1], "answer", now=stage.NOW) is None
