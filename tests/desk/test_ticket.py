"""The ticket page: promises first, nothing typed is lost, nothing sent twice."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from mail.models import Delivery
from people.models import Customer
from standards.terms import Clock, Kind
from tests import make
from tests.make import MONDAY_9AM, hours, zagreb
from tickets.actions import conversation
from tickets.actions.conversation import NextDate
from tickets.models import Commitment, Draft, Message, Note, Ticket

pytestmark = pytest.mark.django_db
WEDNESDAY = zagreb("2026-11-25 10:00")  # by then the first response is overdue


@pytest.fixture(autouse=True)
def on_wednesday():
    with time_machine.travel(WEDNESDAY, tick=True):
        yield


@pytest.fixture
def ticket():
    make.standard()
    return make.ticket()


@pytest.fixture
def desk(client, ticket):
    client.force_login(ticket.team.lead)
    return client


def said(**fields):
    tomorrow = timezone.localdate() + timezone.timedelta(days=1)
    contact = {"next": "contact", "contact_date": tomorrow.isoformat(), "contact_time": "11:00"}
    return {"key": str(uuid4()), "body": "We have ordered the part.", **contact, **fields}


def url(name, ticket):
    return reverse(f"desk:{name}", args=[ticket.number])


def test_the_page_shows_what_was_promised_and_why_it_is_due_then(desk, ticket):
    page = desk.get(url("ticket", ticket)).content.decode()
    assert "First response" in page
    assert "8 working hours" in page


def test_no_day_is_suggested_on_which_nobody_works(desk, ticket):
    form = desk.get(url("ticket", ticket)).context["form"]
    assert form.initial["contact_date"].isoformat() == "2026-11-26"
    assert form.initial["wait_date"].isoformat() == "2026-11-30"


def test_a_reply_sent_twice_by_a_double_click_leaves_once(desk, ticket):
    form = said()
    for _click in range(2):
        assert desk.post(url("ticket-reply", ticket), form).status_code == 302
    assert Delivery.objects.count() == 1


def test_what_was_just_sent_is_in_view_and_so_is_its_undo(desk, ticket):
    answer = desk.post(url("ticket-reply", ticket), said())
    message = ticket.messages.get(direction="out")
    assert answer.url == f"{url('ticket', ticket)}#message-{message.pk}"
    answer = desk.post(reverse("desk:message-undo", args=[message.pk]))
    assert answer.url == f"{url('ticket', ticket)}?write=reply#composer"


def test_a_refused_reply_keeps_everything_that_was_typed(desk, ticket):
    answer = desk.post(url("ticket-reply", ticket), said(contact_time="", promise_words="The part is here"))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "We have ordered the part." in page
    assert "The part is here" in page
    assert "Give an hour as well" in page


def test_a_reply_without_a_next_date_is_refused_at_the_question(desk, ticket):
    answer = desk.post(url("ticket-reply", ticket), said(next=""))
    assert answer.status_code == 422
    assert "Say what happens next, and when" in answer.content.decode()
    assert not Delivery.objects.exists()


def test_undo_brings_the_text_back_into_the_composer(desk, ticket):
    desk.post(url("ticket-reply", ticket), said())
    message = ticket.messages.get(direction="out")
    desk.post(reverse("desk:message-undo", args=[message.pk]))
    page = desk.get(url("ticket", ticket)).content.decode()
    assert "We have ordered the part.</textarea>" in page
    assert Delivery.objects.get().state == Delivery.State.CANCELLED


def test_nobody_undoes_what_a_colleague_wrote(desk, ticket, client):
    desk.post(url("ticket-reply", ticket), said())
    client.force_login(make.manager())
    assert client.post(reverse("desk:message-undo", args=[ticket.messages.last().pk])).status_code == 404


def test_what_is_being_written_is_kept_on_the_server(desk, ticket):
    desk.post(url("ticket-draft", ticket), {"kind": "reply", "body": "Half a sen", "next": "resolved"})
    assert Draft.objects.get().body == "Half a sen"
    assert "Half a sen" in desk.get(url("ticket", ticket)).content.decode()


def test_what_its_author_has_emptied_does_not_come_back(desk, ticket):
    desk.post(url("ticket-draft", ticket), {"kind": "reply", "body": "Half a sen"})
    desk.post(url("ticket-draft", ticket), {"kind": "note", "body": "Mind"})
    desk.post(url("ticket-draft", ticket), {"kind": "reply", "body": " "})
    assert Draft.objects.get().body == "Mind"


def test_a_note_is_no_message(desk, ticket):
    desk.post(url("ticket-note", ticket), {"key": str(uuid4()), "body": "The supplier says Tuesday"})
    assert Note.objects.count() == 1
    assert not ticket.messages.filter(direction="out").exists()


def test_a_call_counts_at_once(desk, ticket):
    desk.post(url("ticket-call", ticket), said(result="reached"))
    assert ticket.commitments.get(kind=Kind.FIRST_RESPONSE).state == "ended"
    assert ticket.commitments.get(kind=Kind.UPDATE).state == "running"


def test_what_is_overdue_cannot_be_moved_and_the_page_says_what_to_do(desk, ticket):
    overdue = ticket.commitments.get()
    answer = desk.get(reverse("desk:commitment-move", args=[overdue.pk])).content.decode()
    assert "can no longer be moved" in answer
    assert reverse("desk:recovery", args=[overdue.pk]) in answer


def test_a_move_of_what_has_no_words_of_its_own_says_what_it_is(desk):
    make.standard(kind=Kind.RESOLUTION, clock=Clock.WORKING_DAYS, window_days=9)
    ticket = make.ticket()
    moved = {"key": str(uuid4()), "date": "2026-12-15", "time": "11:00", "reason": "The part is late.", "body": "Hello"}
    desk.force_login(ticket.team.lead)
    desk.post(reverse("desk:commitment-move", args=[ticket.commitments.get(kind=Kind.RESOLUTION).pk]), moved)
    page = " ".join(strip_tags(desk.get(url("ticket", ticket)).content.decode()).split())
    assert "Told as the new time: Resolution, Tue 15 Dec, 11:00. The part is late." in page


def test_a_call_about_a_miss_names_it_and_says_nothing_for_anybody(desk, ticket):
    overdue = ticket.commitments.get()
    answer = desk.get(url("ticket", ticket), {"write": "call", "sorry": overdue.pk})
    assert "About the missed promise: First response." in answer.content.decode()
    assert answer.context["form"]["body"].value() == ""


def test_a_call_is_about_no_miss_of_another_ticket(desk, ticket):
    other = make.ticket(team=ticket.team).commitments.get()
    page = desk.get(url("ticket", ticket), {"write": "call", "sorry": other.pk}).content.decode()
    assert "About the missed promise" not in page


def test_a_new_promise_after_a_miss_follows_it(desk, ticket):
    missed = make.promise(ticket)  # due long ago
    form = said(promise_words="The part is here", promise_date=said()["contact_date"], promise_time="12:00")
    desk.post(url("ticket-call", ticket), {**form, "result": "reached", "sorry": missed.pk})
    missed.refresh_from_db()
    assert missed.outcome == Commitment.Outcome.NOT_DONE
    assert Commitment.objects.get(follows=missed).follows_why == "after_a_miss"


def test_while_a_mail_is_in_hand_the_page_asks_for_news(desk, ticket):
    desk.post(url("ticket-reply", ticket), said())
    assert url("ticket-thread", ticket) in desk.get(url("ticket", ticket)).content.decode()
    assert desk.get(url("ticket-thread", ticket)).status_code == 204


def test_another_teams_ticket_does_not_exist(client, ticket):
    stranger = make.team().lead
    client.force_login(stranger)
    assert client.get(url("ticket", ticket)).status_code == 404
    assert client.post(url("ticket-reply", ticket), said()).status_code == 404


def test_a_renamed_customer_is_found_by_the_new_name(desk, ticket):
    customer = ticket.customer
    desk.post(
        reverse("desk:customer-edit", args=[customer.pk]),
        {"name": "Đurđica Šarić", "email": customer.email, "language": "en", "channel": "mail", "group": "standard"},
    )
    assert Ticket.objects.search("djurdjica").get() == ticket


def fill(ticket, number):
    lead = ticket.team.lead
    Message.objects.bulk_create(
        Message(ticket=ticket, direction="in", channel="mail", body=f"Word {n}", at=MONDAY_9AM + hours(n / 100))
        for n in range(number)
    )
    for _ in range(number // 10):
        make.promise(ticket, at=timezone.now(), due=timezone.now() + hours(30), by=lead)


def queries(desk, ticket):
    with CaptureQueriesContext(connection) as captured:
        assert desk.get(url("ticket", ticket)).status_code == 200
    return len(captured)


def test_the_number_of_queries_does_not_grow_with_what_was_said(desk, ticket):
    desk.get(url("ticket", ticket))
    fill(ticket, 20)
    few = queries(desk, ticket)
    fill(ticket, 200)
    many = queries(desk, ticket)
    assert few == many
    assert many <= 12


def new(**fields):
    return {
        "key": str(uuid4()), "name": "Ana Horvat", "phone": "01 555 0199", "language": "en", "channel": "phone",
        "subject": "Printer", "body": "It does not print", "type": "question", "priority": "normal", **fields,
    }  # fmt: skip


def test_a_call_becomes_a_ticket_with_its_clocks_running(desk, ticket):
    answer = desk.post(reverse("desk:ticket-new"), new(team=ticket.team_id, mine="on"))
    made = Ticket.objects.get(subject="Printer")
    assert answer.url == url("ticket", made)
    assert made.commitments.get().kind == Kind.FIRST_RESPONSE
    assert made.owner == ticket.team.lead


def test_the_same_form_twice_opens_one_ticket(desk, ticket):
    form = new(team=ticket.team_id)
    for _click in range(2):
        desk.post(reverse("desk:ticket-new"), form)
    assert Ticket.objects.filter(subject="Printer").count() == 1
    assert Customer.objects.filter(name="Ana Horvat").count() == 1


def test_choosing_a_customer_keeps_what_was_typed(desk, ticket):
    page = desk.post(reverse("desk:ticket-new"), new(choose=ticket.customer_id, team=ticket.team_id)).content.decode()
    assert "It does not print" in page
    assert ticket.customer.name in page


def test_a_ticket_needs_somebody_who_can_be_reached(desk, ticket):
    answer = desk.post(reverse("desk:ticket-new"), new(phone="", team=ticket.team_id))
    assert answer.status_code == 422
    assert "how else do we reach them" in answer.content.decode()


def test_the_preview_names_the_times_that_apply(desk, ticket):
    make.standard(name="Urgent", window_minutes=60, priority="urgent")
    page = desk.get(reverse("desk:ticket-new-preview"), {"priority": "urgent", "team": ticket.team_id}).content.decode()
    assert "Urgent" in page


def test_resolved_tickets_can_be_written_to_without_a_next_date(desk, ticket):
    conversation.log_call(
        ticket, "All done", "reached", NextDate(resolves=True), by=ticket.team.lead, now=timezone.now()
    )
    answer = desk.post(url("ticket-reply", ticket), {"key": str(uuid4()), "body": "One more thing"})
    assert answer.status_code == 302


def test_resolving_asks_of_each_open_promise_what_becomes_of_it(desk, ticket):
    promise = make.promise(ticket, due=WEDNESDAY + hours(6))
    sent = said(next="resolved")
    page = desk.post(url("ticket-reply", ticket), sent)
    assert page.status_code == 422
    assert "Say what becomes of it: it was promised." in page.content.decode()
    assert not Message.objects.filter(direction="out").exists()
    assert desk.post(url("ticket-reply", ticket), {**sent, f"left_{promise.pk}": "done"}).status_code == 302
    promise.refresh_from_db()
    assert promise.outcome == "kept"


@pytest.mark.parametrize(
    ("language", "named"),
    [("en", "We had named it beforehand: the part"), ("hr", "Na to smo Vas unaprijed upozorili: the part")],
    ids=["en", "hr"],
)
def test_a_delay_that_had_been_named_says_so_and_may_name_an_earlier_date(desk, language, named):
    ticket = make.ticket(customer=make.customer(language=language))
    desk.force_login(ticket.team.lead)
    soon, later = timezone.now() + timedelta(days=2), timezone.now() + timedelta(days=9)
    promise = make.promise(ticket, at=timezone.now(), due=soon, may_get_in_the_way="the part comes in damaged.")
    form = {
        "key": str(uuid4()), "date": later.date().isoformat(), "time": "11:00", "forewarned": "on", "body": "Hello.",
        "earlier_date": (later - timedelta(days=3)).date().isoformat(), "earlier_time": "12:00",
        "reason": "One. Two. Three.",
    }  # fmt: skip
    address = reverse("desk:commitment-move", args=[promise.pk])
    assert "two sentences" in desk.post(address, form).content.decode()
    desk.post(address, {**form, "reason": "The part came in damaged."})
    mail = ticket.messages.get(direction="out").delivery.body
    assert named in mail
    assert ticket.messages.get(direction="out").promises.filter(kind=Kind.UPDATE).count() == 1
