"""Horizon while it is open: when it says that something changed, and what can be done from a row."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.http import HttpResponse

from desk import horizon
from people.actions import teams as team_actions
from people.models import User
from tests import make
from tests.desk.looking import NOW, due, look, page, signed_in
from tests.make import hours
from tickets.actions import handover, tickets

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _nine_on_monday():
    with time_machine.travel(NOW, tick=False):
        yield


def test_the_tag_stays_while_nothing_changes():
    due(NOW + hours(2))
    manager = make.manager()
    assert look(manager).tag == look(manager, now=NOW + MINUTE).tag


def test_time_alone_changes_the_tag():
    row = due(NOW + hours(2))
    manager = make.manager()
    before, after = look(manager, now=row.warn_at - MINUTE), look(manager, now=row.warn_at)
    assert before.tag != after.tag
    assert horizon.changes(before.tag, after.tag) == 1


def test_who_answers_and_counts_of_far_lanes_change_the_tag():
    row = due(NOW + hours(2))
    manager = make.manager()
    before = look(manager).tag
    handover.take(row, by=manager, now=NOW)
    taken = look(manager).tag
    due(NOW + hours(100))
    with_a_far_one = look(manager).tag
    assert len({before, taken, with_a_far_one}) == 3
    assert horizon.changes(before, taken) == 1
    assert horizon.changes(taken, with_a_far_one) == 0


def poll(user: User, tag: str, seen: str = "") -> HttpResponse:
    return signed_in(user, by_htmx=True).get("/desk/horizon/rows/", {"tag": tag, "seen": seen or tag})


def test_polling_is_answered_with_nothing_until_something_changes():
    due(NOW + hours(2))
    manager = make.manager()
    tag = look(manager).tag
    assert poll(manager, tag).status_code == 204
    due(NOW + hours(1)), due(NOW - hours(1))
    answer = poll(manager, tag)
    assert answer.status_code == 200
    html = answer.content.decode()
    assert "Show 2 changes" in html
    assert "<title>(1) Horizon" in html
    assert 'class="row' not in html, "the list waits until somebody asks"
    assert poll(manager, tag, look(manager).tag).status_code == 204


def test_the_changes_are_shown_when_asked_for():
    row = due(NOW + hours(1))
    html = page(make.manager(), "/desk/horizon/lanes/", by_htmx=True)
    assert f'id="commitment-{row.pk}"' in html
    assert "<html" not in html


def test_taking_it_swaps_the_row():
    team = make.team()
    agent = make.user()
    row = due(NOW - hours(1), team=team)
    team_actions.change(team, name=team.name, lead=team.lead, members=[team.lead, agent])
    client = signed_in(agent, by_htmx=True)
    html = client.post(f"/desk/commitments/{row.pk}/take/").content.decode()
    row.refresh_from_db()
    assert row.accountable == agent
    assert row.ticket.owner == agent, "nobody had the ticket, so all of it is taken"
    assert html.lstrip().startswith("<li")
    assert f'id="commitment-{row.pk}"' in html
    assert f"{agent.name} answers for it" in html
    assert "You answer for it now." in html


def test_taking_one_of_another_persons_ticket_leaves_the_ticket_with_them():
    team, manager = make.team(), make.manager()
    row = due(NOW - hours(1), team=team)
    tickets.assign(row.ticket, team.lead, by=team.lead, now=NOW)
    client = signed_in(manager)
    answer = client.post(f"/desk/commitments/{row.pk}/take/", {"next": "https://elsewhere.example/"})
    assert (answer.status_code, answer["Location"]) == (303, "/desk/")
    row.refresh_from_db()
    assert (row.accountable, row.ticket.owner) == (manager, team.lead)
    assert row.accountable_at_due == team.lead


def test_nobody_takes_what_they_may_not_see():
    row, stranger = due(NOW), make.team().lead
    client = signed_in(stranger)
    assert client.post(f"/desk/commitments/{row.pk}/take/").status_code == 404
    assert client.get(f"/desk/commitments/{row.pk}/take/").status_code == 405


def test_an_overdue_promise_is_not_offered_to_be_moved():
    row = due(NOW - hours(1))
    html = page(make.manager())
    assert f"/desk/commitments/{row.pk}/move/" not in html
    assert f"/desk/recoveries/{row.pk}/" in html


def test_words_of_customers_cannot_draw_anything():
    row = due(NOW + MINUTE, ticket=make.ticket(subject="<b>⟦csrf⟧ & co", now=NOW - hours(3)), words="<i>soon</i>")
    html = page(make.manager())
    assert "&lt;b&gt;⟦csrf⟧ &amp; co" in html
    assert "&lt;i&gt;soon&lt;/i&gt;" in html
    assert f'id="commitment-{row.pk}"' in html
