"""A link that has ended brings another to the address on file: to that one only, and not too often."""

from __future__ import annotations

import pytest
import time_machine

from followups import brakes
from mail import addresses
from mail.models import Delivery
from standards.terms import Kind
from tests import make
from tests.make import MONDAY_9AM, hours
from tickets.actions import new_links, settling
from tickets.models import Commitment, Message

pytestmark = pytest.mark.django_db

NEVER_OURS = "abcdefghijklmnopqrstuvwxyz"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(MONDAY_9AM + hours(1), tick=False) as moved:
        yield moved


@pytest.fixture
def ticket():
    make.standard(kind=Kind.ACKNOWLEDGE, window_minutes=60)
    return make.ticket(customer=make.customer(name="Ana Kovač", email="ana@example.test"))


@pytest.fixture
def ended(ticket):
    return addresses.issue("ticket", ticket.about, "ana@example.test", now=MONDAY_9AM, expires_at=MONDAY_9AM)


def press(client, secret):
    return client.post(f"/r/{secret}/new-link/")


def test_whoever_holds_an_ended_link_can_have_another_sent(client, ended):
    page = client.get(f"/r/{ended}/")
    assert page.status_code == 404
    assert "Send me a new link" in page.content.decode()
    answer = press(client, ended)
    assert (answer.status_code, answer["Location"]) == (302, f"/r/{ended}/?asked")
    assert "a new one is on its way" in client.get(answer["Location"]).content.decode()
    mail = Delivery.objects.get()
    assert (mail.purpose, mail.recipient, mail.automatic) == ("new_link", "ana@example.test", True)
    assert mail.subject.endswith("A new link to your request")
    assert mail.body.count("[[link:ticket:ticket:") == 1


@pytest.mark.parametrize("purpose", ["ticket", "answer"])
def test_a_revoked_link_does_it_too_and_opens_nothing(client, ticket, purpose):
    secret = addresses.issue(purpose, ticket.about, "old@example.test", now=MONDAY_9AM)
    addresses.revoke(ticket.about, now=MONDAY_9AM)
    press(client, secret)
    assert Delivery.objects.get().recipient == "ana@example.test"


def test_the_page_never_shows_the_address_nor_the_subject(client, ended, ticket):
    for page in (client.get(f"/r/{ended}/"), client.get(f"/r/{ended}/?asked"), press(client, ended)):
        shown = page.content.decode()
        assert "ana@" not in shown
        assert ticket.subject not in shown


def test_a_hostile_presser_gets_one_mail_an_hour_out_of_us(client, ended, ticket, clock):
    others = [
        addresses.issue("ticket", ticket.about, "ana@example.test", now=MONDAY_9AM, expires_at=MONDAY_9AM)
        for _number in range(5)
    ]
    for secret in [ended, *others] * 5:
        assert press(client, secret).status_code == 302
    assert Delivery.objects.count() == 1
    clock.shift(hours(1.01))
    press(client, ended)
    assert Delivery.objects.count() == 2


def test_a_link_that_was_never_ours_is_answered_alike_and_sends_nothing(client, ended):
    assert press(client, NEVER_OURS)["Location"] == f"/r/{NEVER_OURS}/?asked"
    never, was = (client.get(f"/r/{secret}/?asked") for secret in (NEVER_OURS, ended))
    assert never.content.decode().replace(NEVER_OURS, ended) == was.content.decode()
    assert never.headers.items() == was.headers.items()
    assert not Delivery.objects.exists()
    assert "Send me a new link" not in client.get(f"/r/{NEVER_OURS}/").content.decode()


def test_a_reply_address_is_no_link(client, ticket):
    secret = addresses.issue("reply", ticket.about, "ana@example.test", now=MONDAY_9AM)
    press(client, secret)
    assert "Send me a new link" not in client.get(f"/r/{secret}/").content.decode()
    assert not Delivery.objects.exists()


def test_without_an_address_nothing_is_offered(client):
    ticket = make.ticket(customer=make.customer(email="", phone="01 555"))
    secret = addresses.issue("ticket", ticket.about, "", now=MONDAY_9AM, expires_at=MONDAY_9AM)
    assert "Send me a new link" not in client.get(f"/r/{secret}/").content.decode()
    assert new_links.send(ticket, now=MONDAY_9AM) is None


def test_only_a_press_sends_it(client, ended):
    for _time in range(3):
        assert client.get(f"/r/{ended}/new-link/").status_code == 405
        assert client.head(f"/r/{ended}/").status_code == 404
    assert not Delivery.objects.exists()


def test_it_is_written_in_the_customers_language(client):
    ticket = make.ticket(customer=make.customer(language="hr"))
    assert "Nova poveznica" in new_links.send(ticket, now=MONDAY_9AM).delivery.subject


def test_it_fulfils_nothing_and_holds_up_no_other_mail(ticket):
    now = MONDAY_9AM + hours(0.1)
    message = new_links.send(ticket, now=now)
    Delivery.objects.update(state="sent", ended_at=now)
    settling.settle(message, now=now)
    assert ticket.commitments.get(kind=Kind.ACKNOWLEDGE).state == Commitment.State.RUNNING
    assert Message.objects.get(pk=message.pk).unsettled is False
    assert brakes.wait_until(ticket.customer, now) is None
