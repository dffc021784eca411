"""The outbox: a mail in trouble stands before a person, and a person can end the trouble."""

import pytest
from django.urls import reverse

from mail.models import Delivery
from standards.terms import Kind
from tests import make
from tests.make import MONDAY_9AM, hours
from tickets.actions import conversation
from tickets.actions.conversation import NextDate
from tickets.models import Draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def message():
    make.standard()
    ticket = make.ticket()
    return conversation.reply(
        ticket,
        "We have ordered the part.",
        NextDate(contact_by=MONDAY_9AM + hours(2000)),
        by=ticket.team.lead,
        now=MONDAY_9AM,
    )


@pytest.fixture
def desk(client, message):
    client.force_login(message.author)
    return client


def becomes(message, state, **fields):
    Delivery.objects.filter(pk=message.delivery_id).update(state=state, **fields)


def test_a_mail_of_which_nothing_is_known_waits_for_a_person(desk, message):
    becomes(message, Delivery.State.UNKNOWN)
    page = desk.get(reverse("desk:outbox")).content.decode()
    assert "Not known whether it arrived" in page
    assert "It did not arrive" in page


def test_when_somebody_found_out_that_it_arrived_it_counts(desk, message):
    becomes(message, Delivery.State.UNKNOWN)
    desk.post(reverse("desk:mail-arrived", args=[message.pk]))
    assert message.ticket.commitments.get(kind=Kind.FIRST_RESPONSE).state == "ended"


def test_when_it_did_not_arrive_its_author_has_the_text_again(desk, message):
    becomes(message, Delivery.State.UNKNOWN)
    desk.post(reverse("desk:mail-lost", args=[message.pk]))
    assert Draft.objects.get().body == "We have ordered the part."
    assert message.ticket.commitments.get().state == "running"


def test_a_mail_that_waits_can_be_cancelled(desk, message):
    assert "Waiting to leave" in desk.get(reverse("desk:outbox")).content.decode()
    desk.post(reverse("desk:mail-cancel", args=[message.pk]))
    assert Delivery.objects.get().state == Delivery.State.CANCELLED
    assert Draft.objects.exists()


def test_trying_again_needs_a_mail_that_is_not_known(desk, message):
    desk.post(reverse("desk:mail-retry", args=[message.pk]))
    assert Delivery.objects.get().state == Delivery.State.QUEUED
    becomes(message, Delivery.State.UNKNOWN)
    desk.post(reverse("desk:mail-retry", args=[message.pk]))
    assert Delivery.objects.get().state == Delivery.State.QUEUED


def test_the_outbox_shows_only_what_one_may_see(client, message):
    client.force_login(make.team().lead)
    assert message.ticket.subject not in client.get(reverse("desk:outbox")).content.decode()


def test_an_empty_outbox_says_what_is_good(client):
    make.organisation()
    client.force_login(make.user())
    assert "Everything that was written has arrived" in client.get(reverse("desk:outbox")).content.decode()
