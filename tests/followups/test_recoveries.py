"""A missed promise is owned: opened at once, told with all its parts, fixed, and never taken off the record."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.urls import URLPattern, get_resolver

from followups import tasks
from followups.actions import followups, owning, preventing, recoveries
from followups.apology import Apology
from followups.models import CallTask, FollowUp, PreventionAction, Recovery
from people.models import Organisation, User
from people.terms import Channel
from standards.terms import TicketType
from tests import make
from tests.followups.playing import accepted
from tests.make import zagreb
from tickets.actions import commitments, conversation, merging, setting_aside, tickets, warnings
from tickets.actions.conversation import Told
from tickets.models import Commitment, Event, Ticket

pytestmark = pytest.mark.django_db

PROMISED = zagreb("2026-11-23 09:00")
DUE = zagreb("2026-11-23 14:00")
LATER = zagreb("2026-11-23 14:20")
NEW = zagreb("2026-11-24 12:00")
WORDS = {"en": "The technician is with you", "hr": "Tehničar dolazi k Vama"}
SAID = {
    "en": owning.Parts(
        why="The visit was not entered in the plan.", fix="The technician has it in the plan now.",
        prevention="The plan is checked each morning at seven.", promise_words=WORDS["en"], new_due_at=NEW,
        remedy="The visit costs you nothing.",
    ),
    "hr": owning.Parts(
        why="Posjet nije bio upisan u raspored.", fix="Posjet je sada u rasporedu.",
        prevention="Raspored provjeravamo svako jutro u sedam.", promise_words=WORDS["hr"], new_due_at=NEW,
        remedy="Posjet Vam ne naplaćujemo.",
    ),
}  # fmt: skip


def missed(ticket: Ticket | None = None, *, language: str = "en", **customer: str) -> Commitment:
    """A visit that was promised for Monday at two; nobody came, and the worker has looked at it."""
    if ticket is None:
        ticket = make.ticket(customer=make.customer(language=language, **customer))
        tickets.assign(ticket, ticket.team.lead, by=None, now=PROMISED)
    promise = make.promise(ticket, at=PROMISED, due=DUE, words=WORDS[ticket.customer.language])
    worked()
    return promise


def worked() -> None:
    warnings.announce_all(now=LATER)
    for ticket in Ticket.objects.filter(unplanned=True):
        followups.plan(ticket, now=LATER)


def thought(by: User) -> owning.Prepared:
    return owning.Prepared("forgotten", "", "", "Check the plan at seven", by, NEW.date())


def prepared(promise: Commitment, language: str = "en", **parts: Any) -> tuple[Recovery, User]:
    recovery = Recovery.objects.get(commitment=promise)
    by = recovery.owner
    return owning.write_down(recovery, thought(by), replace(SAID[language], **parts), by=by, now=LATER), by


def test_a_miss_opens_one_recovery_with_its_owner_however_often_it_is_looked_at():
    promise = missed()
    worked()
    Ticket.objects.update(unplanned=True)
    assert tasks.plan() == 1
    recovery = Recovery.objects.get()
    assert (recovery.commitment, recovery.owner) == (promise, promise.accountable)
    assert recovery.own_by == zagreb("2026-11-24 10:00")  # four working hours
    assert FollowUp.objects.filter(step="recovery", state="drafted").count() == 1
    assert recoveries.open_now(promise, now=LATER) == recovery


def test_what_is_kept_late_without_having_been_announced_is_owned_too():
    ticket = make.ticket()
    promise = make.promise(ticket, at=PROMISED, due=DUE)
    commitments.keep(promise, at=LATER, now=LATER)
    worked()
    assert Recovery.objects.get().fixed_at is None
    Ticket.objects.update(unplanned=True)
    worked()
    assert Recovery.objects.get().fixed_at == LATER


def test_the_lead_owns_it_for_whoever_is_away():
    ticket = make.ticket()
    agent = make.user()
    tickets.assign(ticket, agent, by=None, now=PROMISED)
    make.absence(agent, starts_at=PROMISED)
    missed(ticket)
    assert Recovery.objects.get().owner == ticket.team.lead


def test_neither_what_is_on_time_nor_what_was_set_aside_opens_one():
    make.promise(make.ticket(), at=PROMISED, due=NEW)
    spam = make.ticket()
    make.promise(spam, at=PROMISED, due=DUE)
    warnings.announce_all(now=LATER)
    setting_aside.set_aside(spam, Ticket.SetAside.SPAM, by=spam.team.lead, now=LATER)
    worked()
    assert not Recovery.objects.exists()


def test_what_a_merge_ends_as_missed_is_owned_on_the_ticket_that_stays():
    customer = make.customer()
    one, other = make.ticket(customer=customer), make.ticket(customer=customer)
    merging.merge(missed(one).ticket, other, by=one.team.lead, now=LATER)
    worked()
    assert Recovery.objects.get().ticket == other
    assert FollowUp.objects.get(step="recovery").ticket == other


@pytest.mark.parametrize("language", ["en", "hr"])
def test_the_letter_has_its_five_parts_and_gives_the_new_promise_when_it_is_accepted(language):
    promise = missed(language=language)
    recovery, by = prepared(promise, language)
    apology = Apology(recovery, by)
    text = apology.letter
    assert apology.lacks == []
    assert all(getattr(SAID[language], part) in text for part in ("why", "fix", "prevention", "remedy"))
    assert WORDS[language] in text

    message = owning.apologise(recovery, by=by, now=LATER, key=uuid4())
    assert not Commitment.objects.filter(follows=promise).exists()
    accepted(message.delivery, at=LATER)
    worked()
    promise.refresh_from_db()
    again = Commitment.objects.get(follows=promise)
    assert (promise.outcome, again.due_at, again.follows_why) == ("not_done", NEW, "after_a_miss")
    assert Recovery.objects.get().told_at == LATER

    commitments.keep(again, at=NEW, now=NEW)
    worked()
    assert Recovery.objects.get().ended_how == "owned"


@pytest.mark.parametrize("part", ["why", "fix", "prevention"])
def test_a_letter_without_a_part_does_not_leave_and_says_which(part):
    recovery, by = prepared(missed(), **{part: ""})
    with pytest.raises(ValidationError) as refusal:
        owning.apologise(recovery, by=by, now=LATER, key=uuid4())
    assert "body" in refusal.value.message_dict


@pytest.mark.parametrize("word", ["if this was a nuisance", "but it was not easy"])
def test_nothing_takes_back_the_apology(word):
    recovery, by = prepared(missed())
    recovery.body = Apology(recovery, by).made.replace("we are sorry.", f"we are sorry {word}.")
    assert Apology(recovery, by).lacks


def test_nobody_writes_before_thinking():
    recovery = Recovery.objects.get(commitment=missed())
    with pytest.raises(ValidationError) as refusal:
        owning.apologise(recovery, by=recovery.owner, now=LATER, key=uuid4())
    assert set(refusal.value.message_dict) == {"cause", "change"}


def test_a_letter_that_is_taken_back_can_be_sent_again_and_one_that_comes_back_is_owed_again():
    recovery, by = prepared(missed())
    message = owning.apologise(recovery, by=by, now=LATER, key=uuid4())
    conversation.undo(message, by=by, now=LATER)
    recovery.refresh_from_db()
    assert recovery.letter_in_hand is None
    second = owning.apologise(recovery, by=by, now=LATER, key=uuid4())
    accepted(second.delivery, at=LATER)
    worked()
    second.refresh_from_db()
    second.not_reached_at = LATER
    second.save()
    Ticket.objects.update(unplanned=True)
    worked()
    assert Recovery.objects.get().told_at is None


def test_a_remedy_over_the_limit_waits_for_the_lead():
    Organisation.objects.update(remedy_limit=10)
    ticket = make.ticket()
    agent = make.user()
    tickets.assign(ticket, agent, by=None, now=PROMISED)
    Organisation.objects.update(remedy_limit=10)
    recovery, by = prepared(missed(ticket), remedy_amount=Decimal("10.01"))
    assert by == agent
    assert list(Recovery.objects.to_approve()) == [recovery]
    with pytest.raises(ValidationError, match="waits for the team's lead"):
        owning.apologise(recovery, by=by, now=LATER, key=uuid4())
    with pytest.raises(ValidationError, match="Only the team's lead"):
        owning.approve(recovery, by=by, now=LATER)
    owning.approve(recovery, by=ticket.team.lead, now=LATER)
    assert owning.apologise(recovery, by=by, now=LATER, key=uuid4())


def test_a_complaint_and_a_second_miss_are_told_on_the_phone_first():
    customer = make.customer(phone="01 555 0142")
    first = missed(make.ticket(customer=customer))
    assert not CallTask.objects.exists()
    assert not first.recovery.by_phone_first
    recovery, by = prepared(missed(make.ticket(customer=customer)))
    assert CallTask.objects.get().followup.step == "recovery"
    with pytest.raises(ValidationError, match="The call comes first"):
        owning.apologise(recovery, by=by, now=LATER, key=uuid4())
    told = Told(words="The technician comes", due_at=NEW, follows=recovery.commitment)
    conversation.log_call(recovery.ticket, "Told her.", "reached", None, told=[told], by=by, now=LATER)
    assert owning.apologise(recovery, by=by, now=LATER, key=uuid4())

    wants_text = make.customer(phone="01 555 0143", channel=Channel.SMS)
    assert not missed(make.ticket(customer=wants_text, ticket_type=TicketType.COMPLAINT)).recovery.by_phone_first
    calls = make.customer(phone="01 555 0144")
    assert missed(make.ticket(customer=calls, ticket_type=TicketType.COMPLAINT)).recovery.by_phone_first


def test_after_an_owned_miss_we_ask_three_working_days_after_the_solution_whether_it_holds():
    promise = missed()
    recovery, by = prepared(promise)
    accepted(owning.apologise(recovery, by=by, now=LATER, key=uuid4()).delivery, at=LATER)
    worked()
    tickets.resolve(promise.ticket, at=NEW, now=NEW, by=by)
    followups.plan(promise.ticket, now=NEW)
    asked = Recovery.objects.get().check_back
    assert (asked.step, asked.due_at) == ("check_back", zagreb("2026-11-27 12:00"))
    assert not FollowUp.objects.filter(step="settled_question").exists()


def test_the_same_cause_within_90_days_opens_what_was_done_against_it():
    recovery, by = prepared(missed())
    action = preventing.done(PreventionAction.objects.get(), by=by, now=LATER)
    ticket = make.ticket(team=recovery.ticket.team)
    for days, reopens in ((91, False), (89, True)):
        due = LATER + timedelta(days=days)
        promise = make.promise(ticket, at=due - timedelta(hours=2), due=due)
        recoveries.open_now(promise, now=due + timedelta(minutes=5))
        preventing.say_why(promise, "forgotten", by=ticket.team.lead, now=due + timedelta(minutes=6))
        action.refresh_from_db()
        assert (action.done_at is None) == reopens
    assert Event.objects.filter(kind="prevention.reopened").count() == 1
    assert action.reopened_from_id == promise.pk


def test_only_a_lead_decides_that_nobody_says_sorry_and_the_miss_stays():
    ticket = make.ticket()
    agent = make.user()
    tickets.assign(ticket, agent, by=None, now=PROMISED)
    promise = missed(ticket)
    with pytest.raises(ValidationError, match="Only the team's lead"):
        recoveries.skip(promise.recovery, because="Too small", by=agent, now=LATER)
    with pytest.raises(ValidationError, match="Say why"):
        recoveries.skip(promise.recovery, because=" ", by=ticket.team.lead, now=LATER)
    recoveries.skip(promise.recovery, because="They asked us not to write.", by=ticket.team.lead, now=LATER)
    assert promise.is_overdue(LATER)
    assert FollowUp.objects.get(step="recovery").state == "skipped"


def test_no_role_can_delete_a_miss():
    promise = missed()
    prepared(promise)
    for table in ("followups_preventionaction", "followups_recovery", "tickets_event"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")
    names = [str(each.name) for each in _routes(get_resolver().url_patterns)]
    assert not [name for name in names if name.startswith(("recovery", "commitment")) and "delete" in name]
    assert Recovery.objects.filter(commitment=promise).exists()


def _routes(patterns):
    for each in patterns:
        if isinstance(each, URLPattern):
            yield each
        else:
            yield from _routes(each.url_patterns)
