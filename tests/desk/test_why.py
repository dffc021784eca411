"""A due time explains itself: on a page, beside the ticket, and as text for the customer."""

import html
import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from people.models import Customer
from people.terms import Channel
from standards.terms import Clock, Kind
from tests import make
from tests.make import MONDAY_9AM, hours
from tickets.actions import commitments, conversation, moving, notes, shared_delays, tickets
from tickets.actions.conversation import NextDate
from tickets.models import Commitment

pytestmark = pytest.mark.django_db
NOW = MONDAY_9AM + hours(30)


@pytest.fixture
def owed() -> Commitment:
    """A resolution in twelve working hours; its clock stood still for two on Monday, and Petra took it from Ivana."""
    make.standard(
        kind=Kind.RESOLUTION, clock=Clock.WORKING_TIME, window_minutes=720, name="Resolution",
        sentence={"en": "It is settled within 12 working hours.", "hr": "Riješeno u roku od 12 radnih sati."},
    )  # fmt: skip
    ivana, petra = make.user(name="Ivana Agent"), make.user(name="Petra Lead")
    ticket = make.ticket(owner=ivana)
    asked, answered = MONDAY_9AM + hours(1), MONDAY_9AM + hours(3)
    wait = NextDate(wait_until=asked + timedelta(days=3))
    conversation.log_call(ticket, "Which model is it?", "reached", wait, by=ivana, now=asked)
    conversation.receive(ticket, "The big one.", channel=Channel.MAIL, at=answered, now=answered)
    notes.note(ticket, "Costs us a fortune.", by=ivana, now=answered)
    tickets.assign(ticket, petra, by=petra, now=MONDAY_9AM + hours(4))
    return ticket.commitments.get(kind=Kind.RESOLUTION)


def page(row: Commitment, user=None) -> str:
    client = Client()
    client.force_login(user or make.manager())
    with time_machine.travel(NOW, tick=False):
        answer = client.get(f"/desk/commitments/{row.pk}/why/")
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def words_of(page: str) -> str:
    return " ".join(re.sub("<[^>]+>", " ", page).split())


def told(page: str) -> str:
    return re.search("<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)[1]


def test_the_trail_names_rule_start_pieces_pause_and_who_answered(owed):
    shown = words_of(page(owed))
    for said in (
        "Resolution, version 1",
        "12 working hours",
        "with a message of the customer",
        "Mon 23 Nov 10:00–12:00 not counted, the clock stood still: we waited for the customer",
        "Mon 23 Nov 16:00 – Tue 24 Nov 08:00 not counted, closed",
        "Which model is it?",
        "after 2 h of opening time",
        "Petra Lead answers for it from then on.",
        "Worked out anew from this record just now: the same.",
    ):
        assert said in shown
    assert re.search(r"Ivana Agent from .*13:00 Petra Lead from .* until now", shown)


def test_what_the_customer_may_read_is_in_their_language_and_names_nobody_but_the_sender(owed):
    Customer.objects.update(language="hr")
    text = told(page(owed, make.manager(name="Mara Manager")))
    assert "Riješeno u roku od 12 radnih sati." in text
    assert "2 h" in text
    assert text.endswith("Mara Manager")
    for ours in ("Ivana", "Petra", "fortune", "Costs", "answers"):
        assert ours not in text


def test_a_move_shows_both_times_and_the_reason_and_results_go_by_the_first():
    ticket = make.ticket()
    promise = make.promise(ticket, at=MONDAY_9AM, due=MONDAY_9AM + hours(4), words="The part is here")
    delay = shared_delays.open_delay(
        {"en": "The truck broke down."}, MONDAY_9AM + hours(6), [promise], by=ticket.team.lead, now=MONDAY_9AM
    )  # fmt: skip
    shared_delays.tell(
        delay.notices.get(), "Hello", MONDAY_9AM + hours(6), "The truck broke down.", by=ticket.team.lead,
        now=MONDAY_9AM + hours(1), by_phone=True,
    )  # fmt: skip
    moved = Commitment.objects.get(replaces=promise)
    shown = page(moved)
    assert re.search("moved it from .*13:00 to .*15:00", words_of(shown))
    assert "Results count by yesterday 13:00." in words_of(shown)
    assert "The truck broke down." in told(shown)


def test_a_trail_of_three_moves_asks_the_database_no_more_than_one_of_none(django_assert_max_num_queries):
    row, lead = make.promise(at=MONDAY_9AM, due=MONDAY_9AM + hours(4)), make.manager()
    for number in (1, 2):
        row = moving.move(
            row, MONDAY_9AM + hours(4 + number), "It is late.", words="", by=lead, at=MONDAY_9AM, now=MONDAY_9AM
        )  # fmt: skip
    client = Client()
    client.force_login(lead)
    with django_assert_max_num_queries(13):
        client.get(f"/desk/commitments/{row.pk}/why/")


def test_in_a_language_that_lacks_words_for_it_the_whole_is_english(owed):
    Customer.objects.update(language="ms")
    shown = page(owed)
    assert "Their language has no words for all of this yet" in shown
    assert "the clock stood still" in told(shown)


def test_what_kept_it_is_named_with_the_moment_when_our_server_accepted_it(owed):
    commitments.keep(owed, at=NOW - hours(1), now=NOW - hours(1), by=owed.ticket.team.lead)
    assert f"{owed.ticket.team.lead.name} marked it as done." in words_of(page(owed))


def test_a_trail_that_gives_another_time_says_so(owed):
    Commitment.objects.filter(pk=owed.pk).update(due_at=owed.due_at + hours(1))
    assert "it would be another time than the one that is shown" in words_of(page(owed))


def test_a_clock_that_stands_still_says_since_when(owed):
    ticket = owed.ticket
    wait = NextDate(wait_until=NOW + timedelta(days=3))
    conversation.log_call(ticket, "And the colour?", "reached", wait, by=ticket.team.lead, now=NOW - hours(2))
    shown = words_of(page(owed))
    assert "The clock has stood still since today 13:00" in shown


def test_the_part_beside_the_ticket_is_the_same_without_a_page_around_it(owed):
    client = Client()
    client.force_login(make.manager())
    answer = client.get(f"/desk/commitments/{owed.pk}/why/part/", headers={"HX-Request": "true"})
    assert b"<html" not in answer.content
    assert b"Which model is it?" in answer.content


def test_a_promised_call_tells_its_slot_and_each_attempt(owed):
    ticket = owed.ticket
    ivana = make.user(name="Ivana Caller", teams=[ticket.team])
    callback = make.promise(
        ticket, kind=Kind.CALLBACK, words="I call you", by=ivana, at=MONDAY_9AM, slot_starts_at=NOW - hours(2),
        due=NOW - hours(1),
    )  # fmt: skip
    tried_at = NOW - hours(1.5)
    conversation.log_call(ticket, "Nobody.", "not_reached", None, by=ivana, now=tried_at, callback=callback)
    shown = page(callback)
    assert "today 13:00 to 14:00" in shown
    assert "Ivana Caller called: Not reached." in words_of(shown)
    assert "13:00 to 14:00." in told(shown)
    assert "We called and did not reach you. We try again by" in told(shown)
