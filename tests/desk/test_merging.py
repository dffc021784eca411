"""Merging at the desk: what happens is seen first, and old numbers and links lead to the page that stays."""

from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse
from django.utils.html import strip_tags

from mail import addresses
from tests import make
from tests.make import MONDAY_9AM, hours
from tickets.models import Commitment, Ticket

pytestmark = pytest.mark.django_db
NOW = MONDAY_9AM + hours(2)


@pytest.fixture(autouse=True)
def on_monday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def two():
    make.standard()
    older = make.ticket()
    return older, make.ticket(customer=older.customer, subject="The toner is empty", now=MONDAY_9AM + hours(1))


@pytest.fixture
def desk(client, two):
    client.force_login(two[0].team.lead)
    return client


def into(ticket, other):
    return reverse("desk:ticket-merge-into", args=[ticket.number, other.number])


def test_what_happens_is_shown_and_nothing_has_happened_yet(desk, two):
    older, newer = two
    chosen = desk.get(reverse("desk:ticket-merge", args=[newer.number])).content.decode()
    assert into(newer, older) in chosen
    page = strip_tags(desk.get(into(newer, older)).content.decode())
    assert "The one due earlier stands for both." in page
    assert not Ticket.objects.exclude(merged_into=None).exists()
    assert Commitment.objects.open().count() == 2


def test_the_old_number_and_an_old_form_lead_to_the_ticket_that_stays(desk, two):
    older, newer = two
    page = reverse("desk:ticket", args=[older.number])
    assert desk.post(into(newer, older)).url == page
    old = reverse("desk:ticket", args=[newer.number])
    assert desk.get(old).url == page
    desk.post(reverse("desk:ticket-note", args=[newer.number]), {"key": str(uuid4()), "body": "Written before."})
    assert older.notes.count() == 1
    assert "The toner is empty" in desk.get(page).content.decode()


def test_a_refusal_is_said_before_anything_is_pressed(desk, two):
    older, newer = two
    desk.post(into(newer, older))
    third = make.ticket(customer=older.customer)
    Ticket.objects.filter(pk=third.pk).update(state="resolved", resolved_at=NOW)
    assert "its customer was told so" in desk.get(into(third, older)).content.decode()
    assert desk.post(into(third, older)).status_code == 422


def test_neither_a_strangers_ticket_nor_one_that_the_viewer_may_not_see_can_be_chosen(desk, two):
    older, _newer = two
    stranger, hidden = make.ticket(), make.ticket(customer=older.customer, team=make.team())
    for other in (stranger, hidden):
        assert desk.get(into(older, other)).status_code == 404
        assert desk.post(into(older, other)).status_code == 404


def test_both_links_of_the_customer_open_the_one_page(client, desk, two):
    older, newer = two
    link = addresses.issue("ticket", newer.about, newer.customer.email, now=NOW)
    desk.post(into(newer, older))
    page = client.get(reverse("portal:request", args=[link])).content.decode()
    assert f"T-{older.number}" in page
    assert f"T-{newer.number} “The toner is empty” goes on here, too" in page
