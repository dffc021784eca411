"""What colleagues ask of one another: same clocks and outcomes as a promise, and no customer reads a word of it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from mail.models import Delivery
from people.models import Team, User
from standards.terms import Kind
from tests import make
from tests.make import MONDAY_9AM, hours, zagreb
from tickets.actions import (
    asking,
    commitments,
    conversation,
    handover,
    merging,
    setting_aside,
    settling,
    splitting,
    tickets,
)
from tickets.actions.conversation import NextDate, Told
from tickets.actions.writing import Left
from tickets.certain import certain
from tickets.models import Commitment, Note, Ticket

pytestmark = pytest.mark.django_db
State, Outcome = Commitment.State, Commitment.Outcome
LATER = MONDAY_9AM + hours(1)
DUE = MONDAY_9AM + hours(5)
WORDS = "Is the part in stock?"


@pytest.fixture
def ticket() -> Ticket:
    return make.ticket(owner=make.user(name="Ivana Horvat"))


@pytest.fixture
def ivana(ticket: Ticket) -> User:
    ivana = certain(ticket.owner)
    ivana.memberships.create(team=ticket.team)
    return ivana


@pytest.fixture
def stores() -> Team:
    return make.team(name="Stores", lead=make.user(name="Stjepan Krpan"))


@pytest.fixture
def marko(stores: Team) -> User:
    marko = make.user(name="Marko Marić")
    marko.memberships.create(team=stores)
    return marko


def ask(ticket: Ticket, of: User | Team, by: User, **given: Any) -> Commitment:
    return asking.ask(ticket, WORDS, DUE, of=of, by=by, now=MONDAY_9AM, **given)


def test_a_colleague_answers_at_once_by_the_hours_of_their_own_team(ticket, ivana, stores, marko):
    asked = ask(ticket, marko, ivana)
    assert (asked.accountable, asked.asked_of, asked.made_by) == (marko, stores, ivana)
    assert asked.calendar_version.calendar == stores.team_calendar.calendar
    assert asked.stage(MONDAY_9AM) == "on_track"
    assert asked.stage(DUE + hours(1)) == "overdue"


def test_of_a_team_its_lead_answers_until_somebody_takes_it(ticket, ivana, stores, marko):
    asked = ask(ticket, stores, ivana)
    assert asked.accountable == stores.lead
    assert handover.take(asked, by=marko, now=LATER).accountable == marko


def test_a_double_click_asks_once(ticket, ivana, marko):
    key = uuid4()
    assert ask(ticket, marko, ivana, key=key) == ask(ticket, marko, ivana, key=key)


def test_what_comes_after_the_customers_time_has_to_be_asked_knowingly(ticket, ivana, marko):
    promised = make.promise(ticket, due=DUE)
    with pytest.raises(ValidationError, match="too late for the promise"):
        ask(ticket, marko, ivana, serves=promised)
    assert ask(ticket, marko, ivana, serves=promised, anyway=True).serves == promised


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"words": " "}, "Say what you ask for"),
        ({"due": MONDAY_9AM}, "has passed already"),
        ({"of": "ivana"}, "you yourself"),
        ({"of": "nobody's"}, "belongs to no team"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(ticket, ivana, marko, given, why):
    of = {"ivana": ivana, "nobody's": make.user()}.get(given.get("of", ""), marko)
    words, due = given.get("words", WORDS), given.get("due", DUE)
    with pytest.raises(ValidationError, match=why):
        asking.ask(ticket, words, due, of=of, by=ivana, now=MONDAY_9AM)


def test_it_is_kept_at_its_time_and_late_after_it_and_words_on_it_are_a_note(ticket, ivana, marko):
    asked, other = ask(ticket, marko, ivana), ask(ticket, marko, ivana)
    assert asking.done(asked, "Two of them, shelf 4.", by=marko, now=DUE).outcome == Outcome.KEPT
    assert Note.objects.get().body == "Two of them, shelf 4."
    assert asking.done(other, by=marko, now=DUE + timedelta(seconds=1)).outcome == Outcome.KEPT_LATE
    with pytest.raises(ValidationError, match="ended already"):
        asking.done(other, by=marko, now=DUE + hours(1))


def test_it_moves_before_it_is_due_and_who_asked_reads_why(ticket, ivana, marko):
    asked = ask(ticket, marko, ivana)
    moved = asking.move(asked, DUE + hours(20), "The list is counted tomorrow.", by=marko, now=LATER)
    assert (moved.replaces, moved.made_by, moved.accountable) == (asked, ivana, marko)
    assert (moved.first_due_at, moved.asked_of) == (DUE, asked.asked_of)
    assert "The list is counted tomorrow." in Note.objects.get().body
    with pytest.raises(ValidationError, match="overdue"):
        asking.move(moved, DUE + hours(90), "Later.", by=marko, now=DUE + hours(21))


def test_given_back_it_is_owed_by_who_asked_while_there_is_time(ticket, ivana, marko):
    asked = ask(ticket, marko, ivana)
    back = asking.give_back(asked, "I am at the depot all day.", by=marko, now=LATER)
    assert (back.accountable, back.asked_of, back.due_at) == (ivana, ticket.team, DUE)
    assert "I am at the depot all day." in Note.objects.get().body
    assert not Ticket.objects.readable_by(marko).exists()
    late = ask(ticket, marko, ivana)
    with pytest.raises(ValidationError, match="too late to give it back"):
        asking.give_back(late, "No.", by=marko, now=certain(late.last_call_at))


def test_an_objection_leaves_the_ended_row_and_makes_another(ticket, ivana, marko):
    done = asking.done(ask(ticket, marko, ivana), by=marko, now=LATER)
    before = Commitment.objects.filter(pk=done.pk).values().get()
    again = asking.object_to(done, "That is another printer's.", DUE + hours(24), by=ivana, now=LATER + hours(3))
    assert (again.follows, again.follows_why, again.accountable) == (done, Commitment.FollowsWhy.OBJECTED, marko)
    assert Commitment.objects.filter(pk=done.pk).values().get() == before
    with pytest.raises(ValidationError, match="objected to it already"):
        asking.object_to(done, "Again.", DUE + hours(24), by=ivana, now=LATER + hours(3))


def test_objections_have_their_time_and_are_not_ones_own(ticket, ivana, marko):
    done = asking.done(ask(ticket, marko, ivana), by=marko, now=LATER)
    until = certain(asking.objections_until(done))
    assert until == zagreb("2026-11-25 16:00")
    with pytest.raises(ValidationError, match="You answered for it"):
        asking.object_to(done, "No.", DUE + hours(24), by=marko, now=LATER)
    with pytest.raises(ValidationError, match="is over"):
        asking.object_to(done, "No.", until + hours(48), by=ivana, now=until + timedelta(seconds=1))


def test_who_was_asked_reads_the_ticket_and_sees_what_they_owe_and_no_more(ticket, ivana, stores, marko):
    make.promise(ticket)
    assert not Ticket.objects.readable_by(marko).exists()
    asked = ask(ticket, stores, ivana)
    assert list(Ticket.objects.readable_by(marko)) == [ticket]
    assert not Ticket.objects.visible_to(marko).exists()
    assert list(Commitment.objects.visible_to(marko)) == [asked]
    asking.done(asked, by=marko, now=LATER)
    assert list(Ticket.objects.readable_by(marko)) == [ticket]
    asking.withdraw(ask(ticket, marko, ivana), "not_needed", by=ivana, now=LATER)
    assert list(Commitment.objects.internal().filter(outcome=Outcome.WITHDRAWN)) != []


def test_a_reply_an_owner_and_a_merge_leave_it_with_the_colleague(ticket, ivana, marko):
    asked = ask(ticket, marko, ivana)
    tickets.assign(ticket, None, by=ivana, now=LATER)
    other = make.ticket(customer=ticket.customer, team=ticket.team)
    merging.merge(ticket, other, by=ivana, now=LATER)
    asked.refresh_from_db()
    assert (asked.ticket, asked.accountable, asked.state) == (other, marko, State.RUNNING)


def test_it_goes_to_the_part_with_the_promise_that_it_serves(ticket, ivana, marko):
    promised = make.promise(ticket, due=DUE + hours(20))
    stays = ask(ticket, marko, ivana)
    goes = ask(ticket, marko, ivana, serves=promised)
    first = certain(ticket.messages.first())
    conversation.receive(ticket, "And the toner.", channel="mail", at=MONDAY_9AM, now=MONDAY_9AM)
    part = splitting.split(ticket, "The other one", [first], [promised], by=ivana, now=LATER)
    stays.refresh_from_db()
    goes.refresh_from_db()
    assert (goes.ticket, stays.ticket) == (part, ticket)


def test_a_ticket_that_was_no_request_needs_nothing_from_anybody_and_taken_up_again_it_does(ticket, ivana, marko):
    asked = ask(ticket, marko, ivana)
    aside = setting_aside.set_aside(ticket, Ticket.SetAside.SPAM, by=ivana, now=LATER)
    asked.refresh_from_db()
    assert asked.outcome == Outcome.WITHDRAWN
    setting_aside.take_up_again(aside, by=ivana, now=LATER)
    again = ticket.commitments.internal().open().get()
    assert (again.accountable, again.due_at, again.promised_text) == (marko, DUE, WORDS)


def test_whoever_leaves_hands_it_to_the_lead_of_their_own_team(ticket, ivana, stores, marko):
    asked = ask(ticket, marko, ivana)
    handover.deactivate(marko, by=make.administrator(), now=LATER)
    asked.refresh_from_db()
    assert asked.accountable == stores.lead


def test_resolved_nobody_waits_for_it_any_more(ticket, ivana, marko):
    calm, stays = ask(ticket, marko, ivana), ask(ticket, marko, ivana)
    next_date = NextDate(resolves=True, left={stays.pk: Left.STAYS})
    message = conversation.reply(ticket, "It prints again.", next_date, by=ivana, now=LATER)
    assert WORDS not in certain(message.delivery).body
    Delivery.objects.filter(pk=message.delivery_id).update(state=Delivery.State.SENT, ended_at=LATER)
    settling.settle(message, now=LATER)
    calm.refresh_from_db()
    stays.refresh_from_db()
    assert (calm.outcome, stays.state) == (Outcome.WITHDRAWN, State.RUNNING)


def test_what_is_overdue_when_nobody_needs_it_any_more_was_not_done(ticket, ivana, marko):
    asked = ask(ticket, marko, ivana)
    late = DUE + hours(1)
    conversation.log_call(ticket, "It prints.", "reached", NextDate(resolves=True), by=ivana, now=late)
    asked.refresh_from_db()
    assert asked.outcome == Outcome.NOT_DONE


def test_no_message_can_tell_a_customer_another_time_for_it(ticket, ivana, marko):
    asked = ask(ticket, marko, ivana)
    for told in (Told(WORDS, DUE + hours(9), moves=asked, reason="x"), Told(WORDS, DUE + hours(9), follows=asked)):
        with pytest.raises(ValidationError, match="between colleagues"):
            conversation.log_call(ticket, "Told.", "reached", None, told=[told], by=ivana, now=LATER)


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"asked_of": None}, "commitment_internal_is_asked_of_a_team_in_words"),
        ({"promised_text": ""}, "commitment_internal_is_asked_of_a_team_in_words"),
        ({"made_by": None}, "commitment_internal_is_asked_of_a_team_in_words"),
        ({"kind": Kind.CALLBACK}, "commitment_internal_is_asked_of_a_team_in_words"),
        ({"serves": "itself"}, "commitment_only_internal_serves_another"),
    ],
)
def test_the_database_refuses_half_an_ask(ticket, ivana, marko, wrong, name):
    asked = ask(ticket, marko, ivana)
    values = {field: asked.pk if value == "itself" else value for field, value in wrong.items()}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Commitment.objects.filter(pk=asked.pk).update(**values)


def test_the_database_knows_a_promise_to_a_customer_from_one_between_colleagues(ticket, ivana, stores):
    promised = make.promise(ticket)
    rows = Commitment.objects.filter(pk=promised.pk)
    refused = [
        ({"asked_of": stores}, "commitment_internal_is_asked_of_a_team_in_words"),
        ({"serves": make.promise(ticket)}, "commitment_only_internal_serves_another"),
        ({"follows": make.promise(ticket), "follows_why": "objected"}, "commitment_objected_to_is_internal"),
    ]
    for values, name in refused:
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            rows.update(**values)


def test_what_is_promised_to_the_customer_is_none_of_it(ticket, ivana):
    with pytest.raises(ValidationError, match="promised to the customer"):
        asking.give_back(make.promise(ticket), "No.", by=ivana, now=LATER)
    assert commitments.who_answers(ticket) == ivana
