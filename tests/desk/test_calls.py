"""A promised call at the desk: prepared, logged, tried again; nothing that was typed is lost."""

from datetime import datetime
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from standards.terms import Kind
from tests import make
from tests.make import zagreb
from tickets.actions import conversation
from tickets.actions.conversation import NextDate
from tickets.models import Commitment, Message

pytestmark = pytest.mark.django_db


def thursday(hour: str) -> datetime:
    return zagreb(f"2026-11-26 {hour}")


@pytest.fixture
def callback() -> Commitment:
    customer = make.customer(name="Ana Kovač", email="ana@example.test", phone="+385 1 555 0142", language="en")
    ticket = make.ticket(customer=customer, now=zagreb("2026-11-25 09:00"))
    return make.promise(
        ticket, kind=Kind.CALLBACK, words="I call you on +385 1 555 0142", at=zagreb("2026-11-25 09:30"),
        slot_starts_at=thursday("10:00"), due=thursday("10:30"),
    )  # fmt: skip


@pytest.fixture
def desk(client: Client, callback: Commitment) -> Client:
    client.force_login(callback.ticket.team.lead)
    return client


def page_of(callback: Commitment) -> str:
    return reverse("desk:commitment-call", args=[callback.pk])


def said(callback: Commitment, **fields: str) -> dict[str, str]:
    given = {"key": str(uuid4()), "callback": str(callback.pk), "result": "reached", "body": "Explained the bill."}
    return {**given, "next": "nothing", "because": "All is said.", **fields}


def test_the_page_says_whom_to_call_and_what_to_know_before(desk: Client, callback: Commitment) -> None:
    with time_machine.travel(thursday("09:55"), tick=False):
        page = desk.get(page_of(callback)).content.decode()
    for shown in (
        "Call Ana Kovač",
        "today 10:00 to 10:30",
        "tel:+38515550142",
        "It still does not print.",
        "I call you",
    ):
        assert shown in page


def test_a_call_logged_there_keeps_the_promise(desk: Client, callback: Commitment) -> None:
    with time_machine.travel(thursday("10:12"), tick=False):
        assert desk.post(page_of(callback), said(callback)).status_code == 302
    callback.refresh_from_db()
    assert (callback.outcome, callback.ended_at) == ("kept", thursday("10:12"))


def test_after_one_attempt_the_page_says_from_when_the_next_one_counts(desk: Client, callback: Commitment) -> None:
    with time_machine.travel(thursday("10:05"), tick=False):
        desk.post(page_of(callback), said(callback, result="not_reached", body="No answer."))
        page = desk.get(page_of(callback)).content.decode()
    assert "today 10:35" in page
    assert "today 12:05" in page
    with time_machine.travel(thursday("10:45"), tick=False):
        page = desk.get(reverse("desk:ticket", args=[callback.ticket.number])).content.decode()
    assert "1 h 20 m of working time left for a second try" in page


def test_who_logs_a_call_reads_what_came_of_it(desk: Client, callback: Commitment) -> None:
    for at, result, came_of in (
        ("10:05", "not_reached", "A second attempt counts from today 10:35 to today 12:05"),
        ("10:06", "not_reached", "A second attempt counts from today 10:35 to today 12:05"),
        ("10:40", "not_reached", "Two attempts are made. With a message left by today 12:05"),
        ("10:50", "reached", "The promised call counts as made."),
    ):
        with time_machine.travel(thursday(at), tick=False):
            assert came_of in desk.post(page_of(callback), said(callback, result=result), follow=True).text


def test_a_call_before_its_time_leaves_the_promised_one_owed(desk: Client, callback: Commitment) -> None:
    with time_machine.travel(thursday("09:40"), tick=False):
        page = desk.post(page_of(callback), said(callback, result="not_reached"), follow=True).text
    assert "the promised call is still owed" in page


def test_what_was_typed_stays_where_something_is_missing(desk: Client, callback: Commitment) -> None:
    with time_machine.travel(thursday("10:12"), tick=False):
        typed = said(callback, body="She moves house on Monday.", next="call", call_date="2026-11-27", call_from="")
        answer = desk.post(page_of(callback), typed)
    assert answer.status_code == 422
    assert "She moves house on Monday." in answer.content.decode()
    assert "Give an hour as well" in answer.content.decode()
    assert not Message.objects.filter(channel="phone").exists()


def test_who_logs_the_same_call_second_is_told_and_keeps_what_was_typed(desk: Client, callback: Commitment) -> None:
    reached, lead = Message.Result.REACHED, callback.ticket.team.lead
    done = NextDate(nothing_more_because="All is said.")
    with time_machine.travel(thursday("10:12"), tick=False):
        page = desk.get(page_of(callback))
        assert page.status_code == 200
        now = thursday("10:11")
        conversation.log_call(callback.ticket, "Told her.", reached, done, by=lead, now=now, callback=callback)
        answer = desk.post(page_of(callback), said(callback, body="I told her, too."))
    assert answer.status_code == 422
    assert "I told her, too." in answer.content.decode()
    assert f"{lead.name} has logged this call already, at 10:11: Reached." in answer.content.decode()
    assert callback.calls.count() == 1


def test_marked_done_it_asks_for_the_call_to_be_logged(desk: Client, callback: Commitment) -> None:
    answer = desk.post(reverse("desk:commitment-done", args=[callback.pk]))
    assert answer["Location"] == page_of(callback)
    callback.refresh_from_db()
    assert callback.state == "running"


def test_it_moves_to_another_slot_with_the_reason(desk: Client, callback: Commitment) -> None:
    given = {
        "key": str(uuid4()), "date": "2026-11-27", "time": "14:00", "until": "14:20", "reason": "I am in court.",
        "body": "Hello Ana", "by_phone": "on",
    }  # fmt: skip
    with time_machine.travel(thursday("09:00"), tick=False):
        desk.post(reverse("desk:commitment-move", args=[callback.pk]), given)
    moved = callback.ticket.commitments.running().get(kind=Kind.CALLBACK)
    assert (moved.slot_starts_at, moved.due_at) == (zagreb("2026-11-27 14:00"), zagreb("2026-11-27 14:20"))


def test_a_reply_promises_a_call_of_half_an_hour_where_no_end_is_named(desk: Client, callback: Commitment) -> None:
    number = callback.ticket.number
    given = {"key": str(uuid4()), "body": "Soon.", "next": "call", "call_date": "2026-11-27", "call_from": "14:00"}
    with time_machine.travel(thursday("09:00"), tick=False):
        desk.post(reverse("desk:ticket-reply", args=[number]), given)
    told = Message.objects.get(channel="mail", direction="out").promises.get()
    assert (told.slot_starts_at, told.due_at) == (zagreb("2026-11-27 14:00"), zagreb("2026-11-27 14:30"))
