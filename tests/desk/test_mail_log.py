"""What became of a mail stands on its ticket, quietly; what did not arrive is sent again from there."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse

from mail.models import Delivery, InboundMail, Suppression
from tests import make
from tests.desk.looking import page, signed_in
from tests.make import MONDAY_9AM
from tests.tickets.test_not_reached import AN_HOUR_LATER, TWO_DAYS_LATER, comes_back, written
from tests.tickets.test_repeating import AHEAD
from tickets.actions import conversation
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket():
    make.organisation(support_address="support@example.test")
    make.standard(window_minutes=240)
    return make.ticket(customer=make.customer(name="Ana Kovač", email="ana@example.test"))


def looks(ticket: Ticket, user=None) -> str:
    return page(user or ticket.team.lead, reverse("desk:ticket", args=[ticket.number]))


def tried(message: Message, *answers: tuple[str, str]) -> None:
    for number, (outcome, reply) in enumerate(answers, start=1):
        fields = {"number": number, "started_at": AN_HOUR_LATER, "finished_at": AN_HOUR_LATER}
        message.delivery.attempts.create(outcome=outcome, reply=reply, **fields)


def press(ticket: Ticket, message: Message, **fields) -> str:
    to = reverse("desk:mail-send-again", args=[message.pk])
    return signed_in(ticket.team.lead).post(to, {"key": uuid4(), **fields}, follow=True).content.decode()


def test_every_step_stands_in_order_with_what_it_means_and_what_was_said(ticket):
    message = written(ticket)
    tried(message, ("retry", "451 4.7.1 greylisted"), ("sent", ""))
    comes_back(message, "4.4.1", action="delayed")
    shown = looks(ticket)
    steps = ["Written", "Not now, said the mail server", "for now.", "451 4.7.1 greylisted", "Accepted by"]
    steps += ["Another mail server reports that it is delayed"]
    places = [shown.index(step) for step in steps]
    assert places == sorted(places)
    assert "delayed on its way" in shown
    assert "Send again" not in shown


def test_what_came_back_says_so_on_the_message_and_on_the_promise(ticket):
    comes_back(written(ticket), said="550 5.1.1 user unknown")
    shown = looks(ticket)
    assert "Came back: the customer was not reached" in shown
    assert "“550 5.1.1 user unknown”" in shown
    assert "The customer was not reached, so it is owed again." in shown
    assert "Mail to ana@example.test is stopped" in shown
    original = reverse("desk:parked-mail", args=[InboundMail.objects.get().pk])
    assert original not in shown
    assert original in looks(ticket, make.administrator())
    assert signed_in(make.administrator()).get(original).status_code == 200
    assert "Our mail server accepted these" in page(ticket.team.lead, reverse("desk:outbox"))
    assert "No mail leaves to it" in page(ticket.team.lead, reverse("desk:customer", args=[ticket.customer_id]))


def test_the_outbox_says_when_a_mail_came_back_not_when_its_next_try_would_have_been(ticket):
    comes_back(written(ticket))
    shown = page(ticket.team.lead, reverse("desk:outbox"))
    when = shown.split('id="came_back"')[-1].split('<p class="list__when">')[1].split("</p>")[0]
    assert Delivery.objects.get().bounced_at.isoformat(timespec="seconds")[:16] in when


def test_a_person_sends_it_again_once_and_anyway(ticket, time_machine):
    message = written(ticket, AHEAD)
    comes_back(message)
    time_machine.move_to(TWO_DAYS_LATER, tick=False)
    assert "Not sent again: Mail to ana@example.test is stopped" in press(ticket, message)
    assert "It is sent again." in press(ticket, message, anyway="on")
    assert Message.objects.filter(repeats=message).count() == 1
    assert "Sent again since." in looks(ticket)
    assert "Open the ticket anew" in press(ticket, message, key="x")


def test_words_that_name_a_time_that_has_passed_are_not_offered(ticket, time_machine):
    comes_back(written(ticket, AHEAD))
    time_machine.move_to(AHEAD.contact_by, tick=False)
    shown = looks(ticket)
    assert "It names a time that has passed." in shown
    assert "Send again" not in shown


def test_a_reply_to_an_address_that_is_none_is_refused_with_the_way_out(ticket, time_machine):
    comes_back(written(ticket, AHEAD))
    time_machine.move_to(TWO_DAYS_LATER, tick=False)
    client, to = signed_in(ticket.team.lead), reverse("desk:ticket-reply", args=[ticket.number])
    form = {"key": uuid4(), "body": "Hello.", "next": "nothing", "because": "It is a test"}
    refused = client.post(to, form)
    assert refused.status_code == 422
    assert "Send it anyway, once" in refused.content.decode()
    assert client.post(to, {**form, "anyway": "on"}).status_code == 302
    assert Delivery.objects.filter(anyway=True, state="queued").count() == 1


def test_a_wish_of_the_customer_has_no_way_around(ticket):
    Suppression.objects.create(address="ANA@example.test", reason="She asked for it.", at=MONDAY_9AM)
    shown = looks(ticket)
    assert "Mail to ana@example.test is stopped: She asked for it." in shown
    assert "Send it anyway" not in shown
    with pytest.raises(conversation.ValidationError):
        conversation.reply(ticket, "Hello.", AHEAD, by=ticket.team.lead, now=MONDAY_9AM, anyway=True)
