"""A last call is taken up by whoever answers for it or their lead; the managers see those that nobody has taken up."""

import pytest
import time_machine
from django.core.exceptions import ValidationError

from desk import last_calls as listed
from tests import make
from tests.desk.looking import page, signed_in
from tests.make import MONDAY_9AM, hours, zagreb
from tests.tickets.telling import LAST_CALL, MINUTE, OVERDUE, SOON, ivanas_ticket
from tickets.actions import handover, last_calls, notes, warnings
from tickets.models import Commitment, Event, Ticket, Warning

pytestmark = pytest.mark.django_db


@pytest.fixture
def promise() -> Commitment:
    """Ivana's, on last call and announced."""
    ticket = ivanas_ticket()
    warnings.announce_all(now=LAST_CALL)
    return ticket.commitments.get()


def see(promise: Commitment, by, now=LAST_CALL + MINUTE) -> Warning:
    return last_calls.see(promise, by=by, now=now)


def is_listed(now=LAST_CALL + 5 * MINUTE) -> bool:
    return Warning.objects.not_taken_up().exists()


def test_whoever_answers_for_it_takes_it_up_with_one_click(promise):
    assert is_listed()
    warning = see(promise, promise.accountable)
    assert (warning.seen_at, warning.seen_by) == (LAST_CALL + MINUTE, promise.accountable)
    assert Event.objects.get(kind="warning.seen").by == promise.accountable
    assert not is_listed()


def test_so_does_the_lead_and_who_was_first_stays(promise):
    see(promise, promise.lead)
    assert see(promise, promise.accountable, now=LAST_CALL + 2 * MINUTE).seen_by == promise.lead
    assert Event.objects.filter(kind="warning.seen").count() == 1


def test_the_page_may_be_faster_than_the_worker():
    ticket = ivanas_ticket()
    assert see(ticket.commitments.get(), ticket.owner).stage == "last_call"
    assert Warning.objects.get().untold, "the lead is told all the same"


def test_others_cannot_say_it_for_them(promise):
    colleague = make.user(teams=[promise.ticket.team])
    with pytest.raises(ValidationError, match="Only whoever answers for it"):
        see(promise, colleague)


@pytest.mark.parametrize("now", [SOON, OVERDUE])
def test_only_a_last_call_is_seen(promise, now):
    with pytest.raises(ValidationError, match="not on last call"):
        see(promise, promise.accountable, now=now)


def test_whatever_they_do_about_it_takes_it_up(promise):
    notes.note(promise.ticket, "The van is on its way.", by=promise.accountable, now=LAST_CALL + MINUTE)
    assert not is_listed()


def test_what_a_colleague_does_or_what_they_did_before_does_not(promise):
    colleague = make.user(teams=[promise.ticket.team])
    notes.note(promise.ticket, "Poor Ana.", by=colleague, now=LAST_CALL + MINUTE)
    notes.note(promise.ticket, "I begin.", by=promise.accountable, now=SOON)
    assert is_listed()


def test_whoever_takes_it_over_has_taken_it_up(promise):
    handover.take(promise, by=make.user(teams=[promise.ticket.team]), now=LAST_CALL + MINUTE)
    assert not is_listed()


def test_to_be_given_it_is_not_to_take_it_up_and_is_told(promise):
    Warning.objects.update(untold=False)
    handover.pass_to_lead(promise, now=LAST_CALL + MINUTE)
    assert is_listed()
    assert Warning.objects.get().untold


def test_what_has_ended_is_on_no_list(promise):
    Commitment.objects.update(state="ended", outcome="kept", ended_at=LAST_CALL + MINUTE)
    assert not is_listed()


def test_the_figures_of_a_team_count_what_was_taken_up_before_it_was_due(promise):
    late = zagreb("2026-11-23 15:00")
    (team,) = [one for one in listed.look(make.manager(), now=OVERDUE) if one.team == promise.ticket.team]
    assert (team.lately, team.taken_up, len(team.lines)) == (1, 0, 1)
    notes.note(promise.ticket, "At last.", by=promise.accountable, now=late)
    (team,) = [one for one in listed.look(make.manager(), now=late) if one.team == promise.ticket.team]
    assert (team.lately, team.taken_up, len(team.lines)) == (1, 0, 0), "late is late"
    Warning.objects.update(seen_at=LAST_CALL, seen_by=promise.lead)
    (team,) = [one for one in listed.look(make.manager(), now=late) if one.team == promise.ticket.team]
    assert (team.lately, team.taken_up) == (1, 1)


def test_the_list_says_what_when_warned_who_and_where_it_stands_now(promise):
    Warning.objects.get(stage="last_call").told.add(promise.accountable)
    with time_machine.travel(OVERDUE, tick=False):
        html = page(make.manager(), "/desk/last-calls/")
    for words in (
        "Printer does not print",
        "First response",
        "today 12:42",
        "mail to Ivana",
        "Overdue",
        "Led by Petra",
    ):
        assert words in html, words
    assert "scalation" not in html


def test_from_horizon_one_click_says_it_and_the_row_answers(promise):
    with time_machine.travel(LAST_CALL + MINUTE, tick=False):
        assert "I have seen it" in page(promise.accountable)
        address = f"/desk/commitments/{promise.pk}/seen/"
        row = signed_in(promise.accountable, by_htmx=True).post(address).content.decode()
        assert f'id="commitment-{promise.pk}"' in row
        assert "I have seen it" not in row
        assert "I have seen it" not in page(promise.lead)


def test_on_the_ticket_a_plain_form_says_it_and_comes_back(promise):
    number = Ticket.objects.get().number
    with time_machine.travel(LAST_CALL + MINUTE, tick=False):
        assert "I have seen it" in page(promise.lead, f"/desk/tickets/{number}/")
        assert "I have seen it" not in page(make.manager(), f"/desk/tickets/{number}/"), (
            "a manager is neither of the two"
        )
        back = f"/desk/tickets/{number}/#commitment-{promise.pk}"
        answer = signed_in(promise.lead).post(f"/desk/commitments/{promise.pk}/seen/", {"next": back})
        assert (answer.status_code, answer["Location"]) == (303, back)
        assert "Petra has seen the last call." in page(promise.lead, f"/desk/tickets/{number}/")
    assert Warning.objects.get(stage="last_call").seen_at == LAST_CALL + MINUTE


def test_to_open_the_page_from_the_mail_says_nothing(promise):
    with time_machine.travel(LAST_CALL + MINUTE, tick=False):
        assert signed_in(promise.accountable).get(f"/desk/commitments/{promise.pk}/seen/").status_code == 405
    assert is_listed()


def test_a_successor_has_a_last_call_of_its_own():
    moved = make.promise(due=MONDAY_9AM + hours(6))
    warnings.announce(moved, now=MONDAY_9AM + hours(5.9))
    assert is_listed()
