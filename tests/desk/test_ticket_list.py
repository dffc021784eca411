"""The ticket list: whom it shows what, how it is narrowed, and what it costs."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from people.models import User
from people.terms import Channel
from standards.terms import Kind, Priority, TicketType
from tests import make
from tests.desk.looking import NOW, due, page, signed_in
from tests.make import hours
from tickets.actions import conversation, tickets
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _nine_on_monday():
    with time_machine.travel(NOW, tick=False):
        yield


def shown(user: User, query: str = "") -> list[int]:
    """The numbers of the tickets on the page, in order."""
    html = page(user, f"/desk/tickets/{query}")
    return [int(number) for number in re.findall(r'data-open href="/desk/tickets/(\d+)/"', html)]


def resolved(ticket: Ticket) -> Ticket:
    return tickets.resolve(ticket, at=NOW, now=NOW, by=ticket.team.lead)


def test_open_tickets_stand_by_what_is_due_next():
    calm, nothing_due, pressing = make.ticket(), make.ticket(), make.ticket()
    resolved(make.ticket())
    due(NOW + hours(5), ticket=calm)
    due(NOW + hours(7), ticket=pressing)
    due(NOW - hours(1), ticket=pressing)
    assert shown(make.manager()) == [pressing.number, calm.number, nothing_due.number]


def test_the_earliest_commitment_stands_with_its_badge():
    ticket = make.ticket()
    due(NOW - hours(1), ticket=ticket, kind=Kind.UPDATE)
    html = page(make.manager(), "/desk/tickets/")
    assert "badge--overdue" in html
    assert "Progress update" in html


def test_done_ones_come_newest_first():
    older = resolved(make.ticket(now=NOW - hours(5)))
    newer = resolved(make.ticket(now=NOW - hours(1)))
    assert shown(make.manager(), "?state=resolved") == [newer.number, older.number]
    still_open = make.ticket(now=NOW)
    assert shown(make.manager(), "?state=any") == [still_open.number, newer.number, older.number]


def test_nobody_sees_tickets_of_teams_they_do_not_belong_to():
    mine, theirs = make.team(), make.team()
    own, other = make.ticket(team=mine), make.ticket(team=theirs)
    assert shown(mine.lead) == [own.number]
    assert set(shown(make.manager())) == {own.number, other.number}
    assert shown(mine.lead, f"?q={other.number}") == []
    assert shown(mine.lead, f"?team={theirs.pk}") == [], "a team that is not theirs cannot be chosen"


def test_each_filter_narrows_the_list():
    team = make.team()
    category = make.category()
    wanted = make.ticket(
        team=team, owner=team.lead, category=category, ticket_type=TicketType.COMPLAINT, priority=Priority.URGENT,
        channel=Channel.PHONE, subject="Đurđica's meter",
    )  # fmt: skip
    other = make.ticket()
    manager = make.manager()
    for query in (
        f"team={team.pk}", f"owner={team.lead.pk}", f"category={category.pk}", "type=complaint", "priority=urgent",
        "channel=phone", "q=djurdjica", f"q=T-{wanted.number}",
    ):  # fmt: skip
        assert shown(manager, f"?{query}") == [wanted.number], query
    assert shown(manager, "?owner=nobody") == [other.number]
    assert shown(team.lead, "?owner=me") == [wanted.number]


def test_an_address_cannot_ask_for_what_is_no_filter():
    ticket = make.ticket()
    answer = signed_in(make.manager()).get("/desk/tickets/?owner__password=x&customer=1&type=question")
    assert answer["Location"] == "/desk/tickets/?type=question"
    assert shown(make.manager(), "?type=question") == [ticket.number]
    assert shown(make.manager(), "?type=made-up") == []
    assert shown(make.manager(), "?owner=1+OR+1") == []


def test_empty_parts_of_the_form_do_not_stay_in_the_address():
    make.organisation()
    manager = make.manager()
    answer = signed_in(manager).get("/desk/tickets/?q=&owner=nobody&team=&state=")
    assert answer["Location"] == "/desk/tickets/?owner=nobody"
    live = signed_in(manager, by_htmx=True).get("/desk/tickets/results/?q=meter&owner=&team=&state=")
    assert live["HX-Replace-Url"] == "/desk/tickets/?q=meter"
    assert b"<html" not in live.content


def test_states_are_counted_under_the_other_filters():
    team = make.team()
    make.ticket(team=team)
    tickets.change_state(make.ticket(team=team), Ticket.State.WAITING_ON_OTHERS, by=team.lead, now=NOW)
    make.ticket()
    html = page(make.manager(), f"/desk/tickets/?team={team.pk}&state=open")
    assert re.search(r">Open 1<", html)
    assert re.search(r">Waiting on others 1<", html)
    assert re.search(r">Waiting on customer 0<", html)
    assert "1 ticket ·" in html


def test_what_is_empty_says_why():
    make.organisation()
    manager = make.manager()
    assert "No ticket is open." in page(manager, "/desk/tickets/")
    assert "No ticket matches." in page(manager, "/desk/tickets/?q=nothing")


def test_the_list_goes_on_where_it_ended():
    team = make.team()
    customer = make.customer()
    made = [make.ticket(customer=customer, team=team, now=NOW - MINUTE * number) for number in range(60)]
    due(NOW + hours(1), ticket=made[30])
    manager = make.manager()
    for query in ("", "?state=any"):
        first = page(manager, f"/desk/tickets/{query}")
        link = re.search(r'href="/desk/tickets/(\?[^"]*after=[^"]*)"', first)
        seen = shown(manager, query) + shown(manager, link.group(1).replace("&amp;", "&"))
        assert len(seen) == 60
        assert set(seen) == {ticket.number for ticket in made}


def test_the_page_costs_the_same_few_queries_for_five_tickets_and_for_sixty():
    team, customer = make.team(), make.customer()
    client = signed_in(make.manager())
    cost = []
    for number in (5, 55):
        for _ in range(number):
            due(NOW + hours(1), ticket=make.ticket(customer=customer, team=team))
        for path in ("/desk/tickets/", "/desk/tickets/?state=any", "/desk/tickets/results/?q=printer"):
            with CaptureQueriesContext(connection) as queries:
                client.get(path)
            cost.append(len(queries))
    assert cost[:3] == cost[3:]
    assert max(cost) <= 12, cost


def test_a_customers_word_that_came_by_mail_leaves_the_order_alone():
    first, second = make.ticket(), make.ticket()
    due(NOW + hours(1), ticket=first)
    due(NOW + hours(2), ticket=second)
    before = shown(make.manager())
    conversation.receive(second, "Any news?", at=NOW, now=NOW, channel=Channel.MAIL)
    assert shown(make.manager()) == before == [first.number, second.number]
