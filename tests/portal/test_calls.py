"""What a customer reads of a call that was promised to them."""

from datetime import datetime

import pytest
import time_machine
from django.test import Client
from django.utils.html import strip_tags

from mail import addresses
from standards.terms import Kind
from tests import make
from tests.make import zagreb
from tickets.actions import conversation
from tickets.models import Commitment, Message

pytestmark = pytest.mark.django_db


def thursday(hour: str) -> datetime:
    return zagreb(f"2026-11-26 {hour}")


@pytest.fixture
def callback() -> Commitment:
    customer = make.customer(name="Ana Kovač", email="ana@example.test", phone="01 555 0142", language="en")
    ticket = make.ticket(customer=customer, now=zagreb("2026-11-25 09:00"))
    return make.promise(
        ticket, kind=Kind.CALLBACK, words="I call you on 01 555 0142", at=zagreb("2026-11-25 09:30"),
        slot_starts_at=thursday("10:00"), due=thursday("10:30"),
    )  # fmt: skip


def read(client: Client, callback: Commitment, at: datetime) -> str:
    ticket = callback.ticket
    with time_machine.travel(at, tick=False):
        secret = addresses.issue("ticket", ticket.about, ticket.customer.email, now=at)
        page = client.get(f"/r/{secret}/")
    assert page.status_code == 200
    return " ".join(strip_tags(page.content.decode()).split())


def test_it_says_when_and_how_to_choose_another_time(client: Client, callback: Commitment) -> None:
    page = read(client, callback, zagreb("2026-11-25 12:00"))
    assert "I call you on 01 555 0142: Thursday 26 November 2026 between 10:00 and 10:30 (Zagreb time)" in page
    assert "If another time suits you better, write it below or reply to our mail." in page


def test_tried_in_the_slot_it_is_not_called_late_while_a_second_try_may_follow(
    client: Client, callback: Commitment
) -> None:
    by, nobody = callback.ticket.team.lead, Message.Result.NOT_REACHED
    conversation.log_call(
        callback.ticket, "No answer.", nobody, None, by=by, now=thursday("10:05"), callback=callback
    )  # fmt: skip
    page = read(client, callback, thursday("10:50"))
    assert "We called and did not reach you. We try again by Thursday 26 November 2026, 12:05" in page
    assert "we are late" not in page
    assert "we are late" in read(client, callback, thursday("12:06"))
