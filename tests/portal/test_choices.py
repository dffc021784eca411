"""What customers choose of what they get: nothing by opening the page, everything by a button, and back again."""

from __future__ import annotations

import pytest
import time_machine

from compliance.audit.times import due_does_not_follow
from followups import wishes
from mail.models import Suppression
from people.models import Customer
from standards.terms import Kind
from tests import make, stage
from tests.make import hours
from tests.texts import text_of
from tickets.actions import owing

pytestmark = pytest.mark.django_db
EVERYTHING = ["settled_question", "check_in", "thank_you"]


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(stage.NOW, tick=False):
        yield


@pytest.fixture
def where(scene):
    return f"/r/{scene.request_token()}/choices/"


def chosen(**more):
    return {"channel": "mail", "news": "on_the_way", "wanted": EVERYTHING, **more}


def holds(scene):
    return wishes.read(Customer.objects.get(pk=scene.customer.pk))


def test_opening_the_page_chooses_nothing(client, scene, where):
    before = holds(scene)
    for address in (where, f"{where}?nothing=1", f"{where}?saved", f"{where}?wanted=check_in"):
        client.get(address)
        client.head(address)
    assert holds(scene) == before
    assert not scene.ticket.events.filter(kind="customer.chose").exists()


def test_one_kind_is_stopped_and_can_be_had_again_and_what_was_chosen_is_on_record(client, scene, where):
    answer = client.post(where, chosen(wanted=["settled_question", "thank_you"]), follow=True)
    assert "What you have not ticked no longer comes." in text_of(answer)
    assert holds(scene).wanted == ("settled_question", "thank_you")
    client.post(where, chosen())
    assert holds(scene).wanted == tuple(EVERYTHING)
    lifted = Suppression.objects.get(address=scene.customer.email, purpose="check_in")
    assert (lifted.lifted_by, lifted.lifted_because) == (None, "The customer chose it again on their page.")
    unwanted = [event.detail["unwanted"] for event in scene.ticket.events.filter(kind="customer.chose").order_by("pk")]
    assert unwanted == [["check_in"], []]


def test_nothing_at_all_stops_also_what_nobody_has_thought_of_yet(client, scene, where):
    answer = client.post(where, chosen(nothing="1"), follow=True)
    assert "We send you nothing unasked. Answers to your own messages still come." in text_of(answer)
    assert Suppression.objects.stopping(scene.customer.email, "optional").exists()
    client.post(where, chosen(wanted=["thank_you"]))
    assert holds(scene).wanted == ("thank_you",)


def test_saving_twice_what_holds_already_records_nothing_more(client, scene, where):
    client.post(where, chosen(news="when_solved"))
    client.post(where, chosen(news="when_solved"))
    assert scene.ticket.events.filter(kind="customer.chose").count() == 1


def test_a_way_that_nobody_could_take_is_not_offered(client, scene, where):
    Customer.objects.filter(pk=scene.customer.pk).update(phone="")
    assert "By phone" not in text_of(client.get(where))
    assert client.post(where, chosen(channel="phone")).status_code == 422
    assert holds(scene).channel == "mail"


def test_mail_that_came_back_is_not_started_again_by_a_wish(client, scene, where):
    Suppression.objects.create(
        address=scene.customer.email, purpose="", cause="bounced", reason="It came back.", at=stage.NOW
    )
    client.post(where, chosen(wanted=["thank_you"]))
    client.post(where, chosen())
    assert Suppression.objects.stopping(scene.customer.email, "reply").exists()


def test_a_link_for_something_else_chooses_nothing(client, scene):
    for secret in (scene.answer_token(), scene.stop_token(), "nothing"):
        assert client.post(f"/r/{secret}/choices/", chosen(nothing="1")).status_code == 404


def test_who_wants_news_only_when_solved_is_owed_one_note_half_way(client, scene, where):
    make.standard(name="Solved", kind=Kind.RESOLUTION, window_minutes=2400, now=stage.EARLIER)
    ticket = make.ticket(customer=scene.customer, team=scene.team, owner=scene.agent, now=stage.NOW)
    owing.owe_an_update(ticket, at=stage.NOW, now=stage.NOW)
    updates, solution = ticket.commitments.filter(kind=Kind.UPDATE), ticket.commitments.get(kind=Kind.RESOLUTION)
    by_rule = updates.get()

    client.post(where, chosen(news="when_solved"))
    half = updates.get(outcome="")
    assert updates.get(pk=by_rule.pk).outcome == "withdrawn"
    assert (half.started_at, half.window_days) == (solution.started_at, solution.window_days // 2)
    assert by_rule.due_at < half.due_at < solution.due_at
    ticket.refresh_from_db()
    owing.owe_an_update(ticket, at=stage.NOW + hours(1), now=stage.NOW + hours(1))
    assert updates.count() == 2
    assert not list(due_does_not_follow(stage.NOW))

    client.post(where, chosen())
    assert updates.get(outcome="").due_at == by_rule.due_at


def test_staff_see_it_on_the_customer_and_on_the_ticket(client, scene, where):
    client.post(where, chosen(news="when_solved", wanted=["settled_question", "thank_you"]))
    client.force_login(scene.agent)
    for address in (f"/desk/customers/{scene.customer.pk}/", f"/desk/tickets/{scene.ticket.number}/"):
        shown = text_of(client.get(address))
        assert "Only when it is solved, and once half-way: the customer chose so." in shown, address
        assert "Does not want Check-in: still working as it should?" in shown, address
