"""A promise that waits for the customer, at the desk: written, asked about at their next message, started or not."""

from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from mail.models import Delivery
from tests import make
from tests.desk.looking import page, signed_in
from tests.make import MONDAY_9AM, hours
from tickets.actions import conversation, settling
from tickets.certain import certain
from tickets.models import Commitment, Message, Ticket

pytestmark = pytest.mark.django_db
NOW = MONDAY_9AM + hours(1)
FORM = {
    "body": "Hello.", "next": "contact", "contact_date": "2026-11-25", "contact_time": "12:00",
    "promise_words": "The refund", "promise_kind": "custom", "promise_after": "you send the invoice",
    "promise_within": "2", "promise_unit": "days",
}  # fmt: skip


@pytest.fixture(autouse=True)
def on_monday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def ticket() -> Ticket:
    return make.ticket()


def sent(ticket, **given):
    address = reverse("desk:ticket-reply", args=[ticket.number])
    return signed_in(ticket.team.lead).post(address, {"key": uuid4(), **FORM, **given})


def told(ticket) -> Commitment:
    assert sent(ticket).status_code == 302
    message = Message.objects.get(ticket=ticket, direction="out")
    Delivery.objects.filter(pk=message.delivery_id).update(state=Delivery.State.SENT, ended_at=NOW)
    settling.settle(message, now=NOW)
    return ticket.commitments.get(state=Commitment.State.CONDITIONAL)


def pressed(ticket, act, row, **given):
    return signed_in(ticket.team.lead).post(reverse(f"desk:commitment-{act}", args=[row.pk]), given)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"promise_date": "2026-11-26", "promise_time": "12:00"}, "Give either a day"),
        ({"promise_within": ""}, "Say how long it takes from then on"),
        ({"promise_words": ""}, "Say what we promise"),
        ({"next": ""}, "Say what happens next"),
    ],
)
def test_what_is_half_said_comes_back_with_what_was_typed(ticket, given, why):
    refused = sent(ticket, **given)
    assert refused.status_code == 422
    assert why in refused.content.decode()
    assert "you send the invoice" in refused.content.decode()


def test_the_ticket_asks_at_the_customers_next_message_and_counts_from_it(ticket):
    row = told(ticket)
    address = reverse("desk:ticket", args=[ticket.number])
    assert "The customer has written since" not in page(ticket.team.lead, address)
    came = conversation.receive(ticket, "Here it is.", channel="mail", at=NOW + hours(1), now=NOW + hours(1))
    with time_machine.travel(NOW + hours(3), tick=False):
        assert "The customer has written since" in page(ticket.team.lead, address)
        assert "the customer has written: look" in page(ticket.team.lead, "/desk/?lane=waiting")
        pressed(ticket, "start", row, message=came.pk)
        row.refresh_from_db()
        assert row.started_at == came.at
        assert "runs already" in pressed_text(ticket, row, came)


def pressed_text(ticket, row, came) -> str:
    client = signed_in(ticket.team.lead)
    again = client.post(reverse("desk:commitment-start", args=[row.pk]), {"message": came.pk}, follow=True)
    return again.content.decode()


def test_not_yet_asks_again_at_the_message_after(ticket):
    row, address = told(ticket), reverse("desk:ticket", args=[ticket.number])
    first = conversation.receive(ticket, "One question.", channel="mail", at=NOW + hours(1), now=NOW + hours(1))
    with time_machine.travel(NOW + hours(2), tick=False):
        pressed(ticket, "not-yet", row, message=first.pk)
        assert "The customer has written since" not in page(ticket.team.lead, address)
    conversation.receive(ticket, "Here it is.", channel="mail", at=NOW + hours(3), now=NOW + hours(3))
    with time_machine.travel(NOW + hours(4), tick=False):
        assert "The customer has written since" in page(ticket.team.lead, address)


def test_a_message_of_another_ticket_starts_nothing(ticket):
    row, other = told(ticket), make.ticket(team=ticket.team)
    assert pressed(ticket, "start", row, message=certain(other.messages.first()).pk).status_code == 404
    assert pressed(ticket, "not-yet", row).status_code == 302
    row.refresh_from_db()
    assert row.started_at is None
    assert row.unmet_until is None


def test_withdrawn_with_words_it_ends_when_the_customer_was_told(ticket):
    row = told(ticket)
    given = {"why": "we_tell", "body": "We found the payment, so no refund is needed.", "key": uuid4()}
    pressed(ticket, "withdraw", row, **given)
    message = Message.objects.filter(direction="out").latest("pk")
    assert "No longer planned: The refund." in certain(message.delivery).body
    Delivery.objects.filter(pk=message.delivery_id).update(state=Delivery.State.SENT, ended_at=NOW)
    settling.settle(message, now=NOW)
    row.refresh_from_db()
    assert row.outcome == Commitment.Outcome.WITHDRAWN


def test_without_another_date_the_customer_is_not_left_with_none(ticket):
    row = make.promise(ticket, at=NOW, words="The refund")
    refused = pressed(ticket, "withdraw", row, why="we_tell", body="It is not needed.", key=uuid4())
    assert refused.status_code == 422
    assert "Say what happens next" in refused.content.decode()
