"""The customer's page: what they may see, and that opening it changes nothing."""

from uuid import uuid4

import pytest
import time_machine

from mail import addresses
from mail.models import Delivery
from people.terms import Channel
from standards.terms import Kind
from tests import make
from tests.make import MONDAY_9AM, hours
from tests.texts import text_of
from tickets.actions import conversation, moving, notes, settling
from tickets.models import Commitment, Event, Message, Ticket

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
    moving.move(
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


def test_a_refused_form_comes_back_where_it_stands_and_a_taken_one_where_that_is_said(client, ticket):
    address = page_of(ticket)
    page = client.get(address).content.decode()
    assert f'action="{address}#add"' in page
    assert 'id="add"' in page
    saved = client.post(address, {"key": str(uuid4()), "body": "Also this."})
    assert saved["Location"].endswith("#saved")
    assert 'id="saved"' in client.get(f"{address}?saved").content.decode()


def test_when_we_are_late_the_page_says_so_and_names_what_comes_next(client, ticket):
    make.promise(ticket, due=MONDAY_9AM + hours(1), words="The part is ordered")
    with time_machine.travel(MONDAY_9AM + hours(2), tick=False):
        page = text_of(client.get(page_of(ticket)))
    assert "We promised “The part is ordered” by Monday 23 November 2026, 10:00 (Zagreb time), and we are late." in page
    assert "We are sorry." in page
    assert "You hear from us by Tuesday 24 November 2026, 09:00" in page


def test_when_nothing_else_is_dated_we_owe_a_new_time(client):
    ticket = make.ticket()
    make.promise(ticket, due=MONDAY_9AM + hours(1))
    with time_machine.travel(MONDAY_9AM + hours(2), tick=False):
        page = text_of(client.get(page_of(ticket)))
    assert "We owe you a new time." in page


def test_after_a_miss_the_first_date_stays_beside_the_new_one(client):
    ticket = make.ticket()
    missed = make.promise(ticket, due=MONDAY_9AM + hours(1), words="You have the bill")
    now = MONDAY_9AM + hours(2)
    told = conversation.Told(words="You have the bill", due_at=now + hours(24), follows=missed)
    conversation.log_call(ticket, "Said sorry", "reached", None, told=[told], by=ticket.team.lead, now=now)
    with time_machine.travel(now, tick=False):
        page = text_of(client.get(page_of(ticket)))
    assert (
        "We promised “You have the bill” by Monday 23 November 2026, 10:00 (Zagreb time) and did not keep it." in page
    )
    assert "Tuesday 24 November 2026, 11:00 (Zagreb time)" in page


def test_what_staff_took_down_of_a_call_is_not_for_the_customer(client, ticket):
    conversation.log_call(ticket, "She was furious.", "not_reached", None, by=ticket.team.lead, now=MONDAY_9AM)
    page = text_of(client.get(page_of(ticket)))
    assert "furious" not in page
    assert "We called and did not reach you." in page


def test_our_question_stands_where_it_is_answered(client, ticket):
    message = conversation.reply(
        ticket, "Which model is it?", conversation.NextDate(wait_until=MONDAY_9AM + hours(48)),
        by=ticket.team.lead, now=MONDAY_9AM,
    )  # fmt: skip
    Delivery.objects.update(state="sent", ended_at=MONDAY_9AM + hours(0.1))
    settling.settle(message, now=MONDAY_9AM + hours(0.1))
    with time_machine.travel(MONDAY_9AM + hours(0.2), tick=False):
        page = text_of(client.get(page_of(ticket)))
    assert "Answer our question Which model is it?" in page


def test_times_are_the_customers_and_named_beside_ours_where_they_differ(client):
    make.standard()
    ticket = make.ticket(customer=make.customer(zone="Europe/London"))
    with time_machine.travel(MONDAY_9AM, tick=False):
        theirs, ours = (text_of(client.get(page_of(one))) for one in (ticket, make.ticket()))
    assert "Tuesday 24 November 2026, 08:00 (London time)" in theirs
    assert "Where we are: Tuesday 24 November 2026, 09:00 (Zagreb time)." in theirs
    assert "All times here: London time." in theirs
    assert "Where we are" not in ours


def test_what_starts_with_the_customer_says_with_what(client, ticket):
    stage_like = ticket.commitments.get()
    Commitment.objects.create(
        ticket=ticket, kind=Kind.CUSTOM, source="promise", clock="working_days", window_days=2,
        calendar_version=stage_like.calendar_version, made_by=ticket.team.lead, accountable=ticket.team.lead,
        promised_text="The refund", condition="you send the receipt", made_at=MONDAY_9AM, state="conditional",
    )  # fmt: skip
    page = text_of(client.get(page_of(ticket)))
    assert "Within 2 working days after you send the receipt." in page
    assert "nothing is needed from you" not in page


def test_the_page_is_kept_by_nobody_and_leads_to_what_we_promise(client, ticket):
    answer = client.get(page_of(ticket))
    assert "no-store" in answer["Cache-Control"]
    assert (answer["X-Robots-Tag"], answer["Referrer-Policy"]) == ("noindex", "same-origin")
    assert 'href="/en/"' in answer.content.decode()
