"""A no goes out with its reason, another way and a time, and somebody to turn to; or it does not go out."""

from __future__ import annotations

import pytest
import time_machine

from followups.models import Decline
from mail.models import Delivery
from people.models import Customer
from tests.desk.looking import signed_in
from tests.examples import DECLINED, KEY
from tests.stage import NOW
from tests.texts import text_of
from tickets.actions import conversation
from tickets.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def where(scene):
    return f"/desk/tickets/{scene.ticket.number}/decline/"


@pytest.fixture
def desk(scene):
    return signed_in(scene.agent)


def filled(**more):
    return {
        "key": str(KEY),
        "reason": "The old model is no longer made.",
        "first_words": "a new printer on loan",
        "first_date": "2026-11-25",
        "first_time": "12:00",
        "then": "contact",
        "contact_date": "2026-11-24",
        "contact_time": "12:00",
        **more,
    }


def letter_in(response):
    return response.context["form"]["body"].value()


def test_the_letter_is_written_from_the_fields_and_nothing_leaves_before_it_is_sent(desk, where):
    answer = desk.post(where, filled(write="1"))
    assert (answer.status_code, letter_in(answer)) == (200, DECLINED)
    assert not Decline.objects.exists()


def test_sent_it_is_a_reply_that_tells_our_decision_and_is_counted(desk, scene, where):
    desk.post(where, filled(body=DECLINED))
    made = Decline.objects.get()
    assert made.message.decides
    assert made.offered[0][0] == "a new printer on loan"
    assert made.message.delivery.body.count("Ivana Horvat") == 1
    assert "You hear from us" in made.message.delivery.body
    shown = text_of(desk.get("/desk/declined/"))
    assert "1 request declined in the last thirty days, 0 of them without another way." in shown
    assert scene.ticket.events.filter(kind="ticket.declined", detail__alternatives=1).exists()


def test_sent_twice_it_is_said_once(desk, where):
    desk.post(where, filled(body=DECLINED))
    desk.post(where, filled(body=DECLINED))
    assert Decline.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"reason": ""}, "This field is required."),
        ({"first_words": "", "first_date": "", "first_time": ""}, "Offer at least one other way with a time"),
        ({"first_date": "", "first_time": ""}, "Say by when it is possible."),
        ({"first_date": "2026-11-20"}, "That time has passed. Name one that lies ahead."),
        ({"none_because": "There is none."}, "You offer another way. Leave this empty."),
        ({"contact_date": ""}, "Give the day by which the customer hears from us."),
        (
            {"body": DECLINED.replace("If you disagree with this decision, just reply", "Bye")},
            "It lacks: Where to turn",
        ),
        (
            {"body": DECLINED.replace("The old model is no longer made.", "No.")},
            "It lacks: A plain no, with the reason",
        ),
        ({"body": DECLINED.replace("Ana", "customer")}, "by name"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(desk, where, given, says):
    answer = desk.post(where, filled(**{"body": DECLINED, **given}))
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert letter_in(answer) == given.get("body", DECLINED)
    assert not Decline.objects.exists()


def test_where_there_is_no_other_way_the_letter_says_why(desk, where):
    nothing = {"first_words": "", "first_date": "", "first_time": "", "none_because": "The law leaves us no other way."}
    letter = letter_in(desk.post(where, filled(write="1", **nothing)))
    assert "\n\nThe law leaves us no other way.\n\n" in letter
    assert "What we can do instead" not in letter
    desk.post(where, filled(body=letter, **nothing))
    assert Decline.objects.get().none_because == "The law leaves us no other way."


def test_a_customer_reads_it_in_their_language(desk, scene, where):
    Customer.objects.filter(pk=scene.customer.pk).update(language="hr")
    letter = letter_in(
        desk.post(where, filled(write="1", reason="Taj se model više ne proizvodi.", first_words="pisač na posudbu"))
    )
    assert "Što umjesto toga možemo: pisač na posudbu: srijeda" in letter
    assert "Ako se s ovom odlukom ne slažete" in letter


def test_told_on_the_phone_it_is_recorded_and_no_mail_leaves(desk, where):
    before = Delivery.objects.count()
    desk.post(where, filled(body="She was told.", by_phone="on"))
    assert Decline.objects.get().message.result == Message.Result.REACHED
    assert Delivery.objects.count() == before


def test_taken_back_before_it_has_left_it_is_not_counted(desk, scene, where):
    desk.post(where, filled(body=DECLINED))
    assert conversation.undo(Decline.objects.get().message, by=scene.agent, now=NOW)
    assert "Nothing has been declined." in text_of(desk.get("/desk/declined/"))
