"""Somebody is away: colleagues take what falls due, and what nobody took is the lead's when the absence begins."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from people.actions import absences as people
from tests import make
from tests.make import MONDAY_9AM, hours, zagreb
from tickets.actions import absences, commitments, handover, tickets
from tickets.models import Commitment, HandOver

pytestmark = pytest.mark.django_db

TUESDAY, FRIDAY = zagreb("2026-11-24 00:00"), zagreb("2026-11-27 00:00")


def test_what_falls_due_in_an_absence_goes_to_who_says_yes_or_to_the_lead_and_nothing_comes_back_by_itself():
    team = make.team()
    ivana, marko, nina = (make.user(name=name, teams=[team]) for name in ("Ivana", "Marko", "Nina"))
    ticket = make.ticket(team=team, owner=ivana)

    def promise(words: str, due) -> Commitment:
        return make.promise(ticket, words=words, due=due, by=ivana)

    taken = promise("taken by Marko", zagreb("2026-11-25 12:00"))
    unanswered = promise("asked of Nina", zagreb("2026-11-25 13:00"))
    declined = promise("declined by Nina", zagreb("2026-11-25 14:00"))
    nobody_asked = promise("nobody was asked", zagreb("2026-11-26 10:00"))
    after = promise("due after the return", zagreb("2026-11-27 10:00"))
    rows = [taken, unanswered, declined, nobody_asked, after]

    # Monday: it is marked, and colleagues are asked about what falls due.
    away = people.mark(ivana, starts_at=TUESDAY, ends_at=FRIDAY, by=ivana, now=MONDAY_9AM)
    assert list(absences.falls_due_in(away)) == rows[:4]
    asked = absences.ask_all(
        away, {taken.pk: marko, unanswered.pk: nina, declined.pk: nina, after.pk: nina}, by=ivana, now=MONDAY_9AM
    )
    assert [one.commitment for one in asked] == rows[:3]
    handover.accept(asked[0], by=marko, now=MONDAY_9AM + hours(1))
    handover.decline(asked[2], reason="Two of them are enough.", by=nina, now=MONDAY_9AM + hours(2))
    assert absences.pass_on_all(now=MONDAY_9AM + hours(3)) == 0
    assert answering(rows) == [marko, ivana, ivana, ivana, ivana]

    # Tuesday: what nobody has taken is the lead's, once.
    assert absences.pass_on_all(now=TUESDAY) == 3
    assert absences.pass_on_all(now=TUESDAY + hours(1)) == 0
    assert answering(rows) == [marko, team.lead, team.lead, team.lead, ivana]
    assert list(absences.falls_due_in(away)) == rows[1:4]

    # Who was asked may still take it; what begins meanwhile goes to the lead as well.
    handover.accept(asked[1], by=nina, now=TUESDAY + hours(9))
    new = promise("begun meanwhile", zagreb("2026-11-26 12:00"))
    assert absences.pass_on_all(now=TUESDAY + hours(10)) == 1
    assert answering([unanswered, new]) == [nina, team.lead]

    # Friday: she is back, and nothing comes back by itself.
    assert absences.pass_on_all(now=FRIDAY) == 0
    assert answering([*rows, new]) == [marko, nina, team.lead, team.lead, ivana, team.lead]


def test_a_miss_before_the_absence_stays_with_whoever_missed_it():
    team = make.team()
    ivana = make.user(teams=[team])
    missed = make.promise(make.ticket(team=team, owner=ivana), by=ivana)
    make.absence(ivana, starts_at=TUESDAY, ends_at=FRIDAY)
    absences.pass_on_all(now=TUESDAY)
    missed.refresh_from_db()
    assert (missed.accountable, missed.accountable_at_due) == (team.lead, ivana)


def test_a_lead_who_was_asked_has_it_and_is_asked_no_more():
    team = make.team()
    ivana = make.user(teams=[team])
    promise = make.promise(make.ticket(team=team, owner=ivana), due=TUESDAY + hours(12), by=ivana)
    away = make.absence(ivana, starts_at=TUESDAY, ends_at=FRIDAY)
    absences.ask_all(away, {promise.pk: team.lead}, by=ivana, now=MONDAY_9AM)
    absences.pass_on_all(now=TUESDAY)
    assert not HandOver.objects.waiting().exists()
    assert answering([promise]) == [team.lead]


def test_a_lead_who_is_away_answers_all_the_same():
    team = make.team()
    promise = make.promise(make.ticket(team=team), due=TUESDAY + hours(12))
    make.absence(team.lead, starts_at=TUESDAY, ends_at=FRIDAY)
    assert absences.pass_on_all(now=TUESDAY + hours(1)) == 0
    promise.refresh_from_db()
    assert promise.accountable == team.lead


def test_what_ended_while_the_list_was_open_is_passed_over():
    team = make.team()
    ivana, marko = make.user(teams=[team]), make.user(teams=[team])
    ticket = make.ticket(team=team, owner=ivana)
    kept, owed = (make.promise(ticket, due=TUESDAY + hours(n), by=ivana) for n in (10, 11))
    away = make.absence(ivana, starts_at=TUESDAY, ends_at=FRIDAY)
    commitments.keep(kept, at=MONDAY_9AM + hours(1), now=MONDAY_9AM + hours(1))
    asked = absences.ask_all(away, {kept.pk: marko, owed.pk: marko}, by=ivana, now=MONDAY_9AM + hours(2))
    assert [one.commitment for one in asked] == [owed]
    assert HandOver.objects.get() == asked[0]


def test_whoever_comes_back_early_keeps_what_is_still_theirs():
    team = make.team()
    ivana = make.user(teams=[team])
    ticket = make.ticket(team=team)
    tickets.assign(ticket, ivana, by=ivana, now=MONDAY_9AM)
    away = make.absence(ivana, starts_at=TUESDAY, ends_at=FRIDAY)
    people.end(away, by=ivana, now=TUESDAY + hours(8))
    promise = make.promise(ticket, due=TUESDAY + timedelta(days=1), by=ivana)
    assert absences.pass_on_all(now=TUESDAY + hours(9)) == 0
    promise.refresh_from_db()
    assert promise.accountable == ivana
    with pytest.raises(ValidationError, match="over already"):
        people.end(away, by=ivana, now=TUESDAY + hours(9))


def answering(rows: list[Commitment]) -> list:
    return [Commitment.objects.get(pk=row.pk).accountable for row in rows]
