"""What is pressing changes hands only with the receiver's yes; until then it stays with whoever has it."""

from dataclasses import dataclass

import pytest
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from people.actions import teams
from people.models import Team, User
from standards.terms import Kind
from tests import make
from tests.make import MONDAY_9AM, hours
from tickets.actions import commitments, handover, moving, tickets
from tickets.models import Commitment, Event, HandOver, Ticket

pytestmark = pytest.mark.django_db

SOON, LATE = MONDAY_9AM + hours(5.9), MONDAY_9AM + hours(7)


@dataclass
class Crew:
    team: Team
    ivana: User
    marko: User
    nina: User
    ticket: Ticket
    promise: Commitment


@pytest.fixture
def crew() -> Crew:
    """Ivana has a ticket with a promise that falls due at three in the afternoon."""
    team = make.team()
    ivana, marko, nina = (make.user(name=name, teams=[team]) for name in ("Ivana", "Marko", "Nina"))
    ticket = make.ticket(team=team, owner=ivana)
    return Crew(team, ivana, marko, nina, ticket, make.promise(ticket, by=ivana))


def answers(promise: Commitment) -> tuple[User, User | None]:
    promise = Commitment.objects.get(pk=promise.pk)
    return promise.accountable, promise.accountable_at_due


def waiting_for(user: User) -> QuerySet[HandOver]:
    return HandOver.objects.waiting().filter(asked_of=user)


@pytest.mark.parametrize(
    ("how", "at", "asked"),
    [
        ("calm", MONDAY_9AM + hours(1), False),
        ("due soon", MONDAY_9AM + hours(5), True),
        ("on last call", SOON, True),
        ("overdue", LATE, True),
        ("a call, however calm", MONDAY_9AM + hours(1), True),
    ],
)
def test_what_is_pressing_needs_a_yes_and_what_is_calm_does_not(crew, how, at, asked):
    kind = Kind.CALLBACK if "call," in how else Kind.CUSTOM
    promise = make.promise(crew.ticket, kind=kind, by=crew.ivana)
    question = handover.hand_over(promise, crew.marko, by=crew.ivana, now=at)
    assert (question is not None) == asked
    assert answers(promise) == (crew.ivana if asked else crew.marko, None)


def test_a_ticket_that_is_assigned_asks_for_what_is_pressing_and_takes_along_what_is_calm(crew):
    calm = make.promise(crew.ticket, due=MONDAY_9AM + hours(100), by=crew.ivana)
    asked = tickets.assign(crew.ticket, crew.marko, by=crew.team.lead, now=SOON)
    assert [(one.commitment, one.asked_of, one.asked_at) for one in asked] == [(crew.promise, crew.marko, SOON)]
    assert (answers(crew.promise)[0], answers(calm)[0]) == (crew.ivana, crew.marko)
    assert list(waiting_for(crew.marko)) == asked


def test_a_yes_after_due_leaves_the_miss_with_whoever_answered_when_it_fell_due(crew):
    asked = handover.ask(crew.promise, crew.marko, by=crew.ivana, now=SOON)
    handover.accept(asked, by=crew.marko, now=LATE)
    assert answers(crew.promise) == (crew.marko, crew.ivana)
    commitments.keep(crew.promise, at=LATE + hours(1), now=LATE + hours(1), by=crew.marko)
    assert answers(crew.promise) == (crew.marko, crew.ivana)
    assert not waiting_for(crew.marko).exists()


def test_a_yes_in_time_makes_the_receiver_answer_for_it_when_it_falls_due(crew):
    handover.accept(handover.ask(crew.promise, crew.marko, by=crew.ivana, now=SOON), by=crew.marko, now=SOON)
    commitments.keep(crew.promise, at=LATE, now=LATE, by=crew.marko)
    assert answers(crew.promise) == (crew.marko, crew.marko)


def test_a_no_needs_a_reason_and_changes_nothing(crew):
    asked = handover.ask(crew.promise, crew.marko, by=crew.ivana, now=SOON)
    with pytest.raises(ValidationError, match="Say why"):
        handover.decline(asked, reason=" ", by=crew.marko, now=SOON)
    declined = handover.decline(asked, reason="I am in court until five.", by=crew.marko, now=SOON)
    assert (declined.answer, declined.reason) == ("declined", "I am in court until five.")
    assert answers(crew.promise)[0] == crew.ivana
    with pytest.raises(ValidationError, match="answered already: Ivana answers for it"):
        handover.accept(asked, by=crew.marko, now=SOON)
    # Words of a person are no part of an event.
    assert not Event.objects.filter(detail__icontains="court").exists()


def test_one_person_is_asked_at_a_time_and_twice_is_one_question(crew):
    first = handover.ask(crew.promise, crew.marko, by=crew.ivana, now=SOON)
    assert handover.ask(crew.promise, crew.marko, by=crew.ivana, now=LATE) == first
    handover.ask(crew.promise, crew.nina, by=crew.ivana, now=LATE)
    first.refresh_from_db()
    assert first.answer == HandOver.Answer.OVERTAKEN
    with pytest.raises(ValidationError, match="answered already"):
        handover.accept(first, by=crew.marko, now=LATE)
    with pytest.raises(ValidationError, match="Nina was asked, not you"):
        handover.accept(HandOver.objects.waiting().get(), by=crew.marko, now=LATE)


def test_whoever_takes_it_themselves_answers_the_question(crew):
    asked = handover.ask(crew.promise, crew.marko, by=crew.ivana, now=SOON)
    handover.take(crew.promise, by=crew.nina, now=SOON, seen=crew.ivana.pk)
    asked.refresh_from_db()
    assert asked.answer == HandOver.Answer.OVERTAKEN
    with pytest.raises(ValidationError, match="Nina answers for it"):
        handover.accept(asked, by=crew.marko, now=SOON)


def test_whoever_was_slower_is_told_who_has_it(crew):
    handover.take(crew.promise, by=crew.nina, now=SOON, seen=crew.ivana.pk)
    with pytest.raises(ValidationError, match="Nina has taken it meanwhile"):
        handover.take(crew.promise, by=crew.marko, now=SOON, seen=crew.ivana.pk)
    untaken = make.ticket(team=crew.team)
    tickets.take(untaken, by=crew.nina, now=SOON)
    with pytest.raises(ValidationError, match="Nina has taken it meanwhile"):
        tickets.take(untaken, by=crew.marko, now=SOON)


def test_a_question_goes_along_when_the_promise_is_moved_and_ends_with_it(crew):
    asked = handover.ask(crew.promise, crew.marko, by=crew.ivana, now=SOON)
    moved = moving.move(crew.promise, LATE + hours(20), "The part is late.", words="", by=crew.ivana, at=SOON, now=SOON)
    assert waiting_for(crew.marko).get().commitment == moved
    assert handover.accept(asked, by=crew.marko, now=SOON) == moved
    handover.ask(moved, crew.ivana, by=crew.marko, now=SOON)
    commitments.keep(moved, at=LATE, now=LATE, by=crew.marko)
    assert not waiting_for(crew.ivana).exists()


def test_it_can_be_called_off_and_whoever_cannot_see_it_is_not_asked(crew):
    asked = handover.ask(crew.promise, crew.marko, by=crew.ivana, now=SOON)
    handover.call_off(asked, by=crew.ivana, now=SOON)
    assert not HandOver.objects.waiting().exists()
    with pytest.raises(ValidationError, match="cannot see this ticket"):
        handover.ask(crew.promise, make.user(), by=crew.ivana, now=SOON)
    with pytest.raises(ValidationError, match="answers for it already"):
        handover.ask(crew.promise, crew.ivana, by=crew.marko, now=SOON)


def test_what_nobody_has_taken_goes_to_another_lead_and_what_is_pressing_is_asked_for(crew):
    before, untaken = crew.team.lead, make.ticket(team=crew.team)
    calm = make.promise(untaken, due=MONDAY_9AM + hours(100), by=before)
    pressing = make.promise(untaken, words="Today", by=before)
    teams.change(crew.team, name=crew.team.name, lead=crew.nina)
    handover.lead_changed(Team.objects.get(pk=crew.team.pk), before, by=crew.marko, now=SOON)
    assert (answers(calm)[0], answers(pressing)[0]) == (crew.nina, before)
    assert [one.commitment for one in waiting_for(crew.nina)] == [pressing]
    assert answers(crew.promise)[0] == crew.ivana


def test_nobody_is_asked_any_more_who_can_no_longer_sign_in(crew):
    handover.ask(crew.promise, crew.marko, by=crew.ivana, now=SOON)
    handover.deactivate(crew.marko, by=make.administrator(), now=SOON)
    assert not HandOver.objects.waiting().exists()
    assert answers(crew.promise)[0] == crew.ivana
