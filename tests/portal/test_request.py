"""The customer's page: what they may see, and that opening it changes nothing."""

from uuid import uuid4

import pytest

from mail import addresses
from people.terms import Channel
from standards.terms import Kind
from tests import make
from tests.make import MONDAY_9AM, hours
from tickets.actions import commitments, conversation, notes
from tickets.models import Event, Message, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket():
    make.standard()
    return make.ticket()


def page_of(ticket):
    secret = addresses.issue("ticket", ticket.about, ticket.customer.email, now=MONDAY_9AM)
    return f"/r/{secret}/"


def test_the_page_says_when_the_customer_hears_from_us(client, ticket):
    page = client.get(page_of(ticket)).content.decode()
    assert "First answer" in page
    assert "Tuesday 24 November 2026, 09:00" in page


def test_a_moved_promise_shows_its_first_date_too(client, ticket):
    promise = make.promise(ticket)
    commitments.move(
        promise,
        promise.due_at + hours(48),
        "The part is late",
        words="",
        by=promise.made_by,
        at=MONDAY_9AM,
        now=MONDAY_9AM,
    )
    page = client.get(page_of(ticket)).content.decode()
    assert "promised first for" in page


def test_the_customer_never_sees_internal_notes_or_names_of_states(client, ticket):
    notes.note(ticket, "Difficult customer", by=ticket.team.lead, now=MONDAY_9AM)
    page = client.get(page_of(ticket)).content.decode()
    assert "Difficult customer" not in page
    assert "Waiting on" not in page


def test_opening_the_page_two_hundred_times_changes_nothing(client, ticket):
    address = page_of(ticket)
    before = (Event.objects.count(), Message.objects.count(), ticket.commitments.get().state)
    for _ in range(100):
        client.get(address)
        client.head(address)
    assert before == (Event.objects.count(), Message.objects.count(), ticket.commitments.get().state)


def test_what_the_customer_adds_arrives_once_and_an_answer_is_owed(client, ticket):
    make.standard(kind=Kind.NEXT_RESPONSE, name="Next response")
    conversation.log_call(
        ticket, "Told her", "reached", conversation.NextDate(contact_by=MONDAY_9AM + hours(24)),
        by=ticket.team.lead, now=MONDAY_9AM,
    )  # fmt: skip
    form = {"key": str(uuid4()), "body": "It is the blue one"}
    for _click in range(2):
        assert client.post(page_of(ticket), form).status_code == 302
    added = ticket.messages.get(body="It is the blue one")
    assert (added.direction, added.channel) == ("in", Channel.PAGE)
    assert ticket.commitments.filter(kind=Kind.NEXT_RESPONSE).count() == 1


def test_a_word_on_a_resolved_request_opens_it_again(client, ticket):
    conversation.log_call(
        ticket, "Done", "reached", conversation.NextDate(resolves=True), by=ticket.team.lead, now=MONDAY_9AM
    )
    client.post(page_of(ticket), {"key": str(uuid4()), "body": "It is broken again"})
    assert Ticket.objects.get(pk=ticket.pk).is_open


def test_an_unknown_expired_or_revoked_link_says_what_to_do(client, ticket):
    make.organisation()
    expired = addresses.issue("ticket", ticket.about, "a@b.test", now=MONDAY_9AM, expires_at=MONDAY_9AM + hours(1))
    revoked = page_of(ticket)
    addresses.revoke(ticket.about, now=MONDAY_9AM)
    for address in ("/r/nonsense/", f"/r/{expired}/", revoked):
        answer = client.get(address)
        assert answer.status_code == 404
        assert "no longer works" in answer.content.decode()


def test_a_link_to_the_answer_does_not_open_the_page(client, ticket):
    secret = addresses.issue("answer", ticket.about, "a@b.test", now=MONDAY_9AM)
    assert client.get(f"/r/{secret}/").status_code == 404


def test_nothing_sent_empty_is_recorded(client, ticket):
    answer = client.post(page_of(ticket), {"key": str(uuid4()), "body": "  "})
    assert answer.status_code == 422
    assert "Write something, or choose a file." in answer.content.decode()
