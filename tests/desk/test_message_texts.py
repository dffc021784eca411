"""What our messages say, at the desk: changed with a look at a real ticket; what a finished draft lacks is told."""

import pytest
import time_machine
from django.urls import reverse

from followups.actions import updates
from followups.letters.shipped import shipped
from followups.models import MessageTemplate
from mail.models import Delivery
from standards.terms import Kind
from tests import make
from tests.make import MONDAY_9AM, hours

pytestmark = pytest.mark.django_db
ADDRESS = ("acknowledgement", "hr")


@pytest.fixture
def ticket():
    make.organisation()
    return make.ticket(customer=make.customer(name="Ana Kovač"), subject="Wet cellar")


@pytest.fixture
def desk(client, ticket):
    client.force_login(make.user(role="administrator"))
    return client


def typed(**changed):
    text = shipped(*ADDRESS)
    return {"based_on": 0, "subject": text.subject, **text.parts} | changed


def test_a_changed_text_is_a_version_and_the_shipped_one_can_come_back(desk):
    where = reverse("desk:message-text", args=ADDRESS)
    assert desk.post(where, typed(received="Poruka „{subject}” je tu: {number}, {team}.")).status_code == 302
    assert MessageTemplate.objects.get().parts["received"] == "Poruka „{subject}” je tu: {number}, {team}."
    assert "changed" in desk.get(reverse("desk:message-texts")).content.decode()
    assert desk.post(reverse("desk:message-text-shipped", args=ADDRESS), {"based_on": 1}).status_code == 302
    assert MessageTemplate.objects.first().brings_back_the_shipped


def test_of_a_text_that_no_message_is_made_from_it_is_said_so(desk):
    said = "no message leaves when a request is closed"
    assert said in desk.get(reverse("desk:message-texts")).content.decode()
    assert said in desk.get(reverse("desk:message-text", args=("closing", "en"))).content.decode()
    assert "Not used" not in desk.get(reverse("desk:message-text", args=ADDRESS)).content.decode()


def test_a_refused_text_keeps_what_was_typed_and_says_what_is_meant(desk):
    answer = desk.post(reverse("desk:message-text", args=ADDRESS), typed(greeting="Dobar dan, {custmer},"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Dobar dan, {custmer}," in page
    assert "Is {customer} meant?" in page
    assert not MessageTemplate.objects.exists()


def test_whoever_has_seen_an_older_text_overwrites_nothing(desk):
    where = reverse("desk:message-text", args=ADDRESS)
    desk.post(where, typed(add="Odgovorite: {link_status}"))
    assert desk.post(where, typed(add="Pišite: {link_status}")).status_code == 422
    assert desk.post(reverse("desk:message-text-shipped", args=ADDRESS), {"based_on": 0}).status_code == 422
    assert MessageTemplate.objects.count() == 1


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_text_is_looked_at_with_a_real_ticket_and_nothing_is_kept(desk, ticket, headers):
    text = typed(greeting="Hej {customer} <b>", ticket=f"T-{ticket.number}")
    answer = desk.post(reverse("desk:message-text-preview", args=ADDRESS), text, headers=headers)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Hej Ana Kovač &lt;b&gt;" in page
    assert "Wet cellar" in page
    assert ("<html" in page) == (not headers)
    assert not MessageTemplate.objects.exists()


def test_nobody_looks_at_a_message_that_there_is_not(desk):
    for unknown in (("acknowledgement", "de"), ("birthday", "en")):
        assert desk.get(reverse("desk:message-text", args=unknown)).status_code == 404


def test_a_finished_draft_without_a_greeting_is_sent_at_the_second_press_only(client, ticket):
    owner = ticket.team.lead
    update = make.promise(ticket, kind=Kind.UPDATE, due=MONDAY_9AM + hours(5), by=owner)
    with time_machine.travel(MONDAY_9AM + hours(4), tick=False):
        updates.prepare(update, now=MONDAY_9AM + hours(4))
        client.force_login(owner)
        assert (
            f'name="written_from" value="{update.pk}"'
            in client.get(reverse("desk:ticket", args=[ticket.number])).content.decode()
        )
        form = {
            "body": "The pump was tested, and Iva builds it in.", "next": "contact", "contact_date": "2026-11-24",
            "contact_time": "15:00", "key": "6f9619ff-8b86-d011-b42d-00c04fc964ff", "written_from": update.pk,
        }  # fmt: skip
        refused = client.post(reverse("desk:ticket-reply", args=[ticket.number]), form)
        assert refused.status_code == 422
        assert "greeting by name: Ana Kovač" in refused.content.decode()
        assert not Delivery.objects.exists()
        sent = client.post(reverse("desk:ticket-reply", args=[ticket.number]), {**form, "as_it_is": "on"})
    assert sent.status_code == 302
    assert Delivery.objects.count() == 1
