"""Customers: finding them, what we owe them, and how we kept our word."""

from __future__ import annotations

import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance.customer_record import record
from people.models import Customer, User
from standards.terms import Kind
from tests import make
from tests.desk.looking import NOW, due, page, signed_in
from tests.make import hours
from tickets.actions import commitments, moving
from tickets.actions import tickets as actions
from tickets.models import Commitment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nine_on_monday():
    with time_machine.travel(NOW, tick=False):
        yield


def listed(user: User, query: str = "") -> list[str]:
    html = page(user, f"/desk/customers/{query}")
    return re.findall(r'data-open href="/desk/customers/\d+/">([^<]+)<', html)


def test_they_are_found_by_any_part_with_or_without_accents():
    make.customer(name="Đurđica Šarić", email="d@example.test")
    make.customer(name="Ana Horvat", phone="01 555 0198")
    manager = make.manager()
    assert listed(manager) == ["Ana Horvat", "Đurđica Šarić"]
    for text in ("saric", "ŠARIĆ djur", "d@exam"):
        assert listed(manager, f"?q={text}") == ["Đurđica Šarić"]
    assert listed(manager, "?q=0155501") == ["Ana Horvat"]
    assert "Nobody is found for “Marko”." in page(manager, "/desk/customers/?q=Marko")


def test_the_list_goes_on_where_it_ended():
    for number in range(60):
        make.customer(name=f"Customer-{number:02}")
    manager = make.manager()
    link = re.search(r'href="/desk/customers/(\?after=[^"]*)"', page(manager, "/desk/customers/"))
    assert [*listed(manager), *listed(manager, link.group(1))] == [f"Customer-{number:02}" for number in range(60)]


def kept(at, when, **fields) -> Commitment:
    return commitments.keep(due(at, **fields), at=when, now=when)


def test_the_record_counts_by_the_time_first_promised():
    ticket = make.ticket(now=NOW - hours(100))
    manager = make.manager()
    kept(NOW - hours(2), NOW - hours(2.5), ticket=ticket)
    late = kept(NOW - hours(3), NOW - hours(1), ticket=ticket)
    overdue = due(NOW - hours(1), ticket=ticket)
    due(NOW + hours(1), ticket=ticket)  # not due yet
    commitments.withdraw(due(NOW + hours(2), ticket=ticket), why="not needed", by=manager, now=NOW)
    found = record(ticket.customer_id, user=manager, now=NOW)
    assert (found.due, found.kept) == (3, 1)
    assert found.in_words == "3 promises, 1 kept"
    assert [(missed.commitment, missed.verdict) for missed in found.missed] == [
        (overdue, "overdue"), (late, "kept_late")
    ]  # fmt: skip


def test_a_promise_that_was_moved_counts_by_its_first_date():
    ticket = make.ticket(now=NOW - hours(100))
    first = due(NOW - hours(1), ticket=ticket)
    moved = moving.move(
        first, NOW + hours(4), "It is late.", words="", by=ticket.team.lead, at=NOW - hours(1.5), now=NOW - hours(1.5)
    )  # fmt: skip
    commitments.keep(moved, at=NOW - hours(0.5), now=NOW - hours(0.5))
    manager = make.manager()
    found = record(ticket.customer_id, user=manager, now=NOW)
    assert (found.due, found.kept) == (1, 0)
    assert found.missed[0].is_kept_after_a_move
    assert "Kept after a move" in page(manager, f"/desk/customers/{ticket.customer_id}/")


def test_a_bounced_reply_is_not_on_the_record():
    ticket = make.ticket(now=NOW - hours(100))
    row = kept(NOW - hours(2), NOW - hours(2.5), ticket=ticket)
    Commitment.objects.filter(pk=row.pk).update(voided_at=NOW)
    assert record(ticket.customer_id, user=make.manager(), now=NOW).due == 0


def test_what_was_opened_again_within_seven_days_did_not_hold_here_as_in_the_results():
    make.standard(kind=Kind.RESOLUTION, window_minutes=480, now=NOW - hours(200))
    ticket = make.ticket(now=NOW - hours(100))
    actions.resolve(ticket, at=NOW - hours(99), now=NOW - hours(99), by=ticket.team.lead)
    manager = make.manager()
    assert record(ticket.customer_id, user=manager, now=NOW).in_words == "1 promise, 1 kept"
    actions.reopen(ticket, at=NOW - hours(2), now=NOW - hours(2))
    assert record(ticket.customer_id, user=manager, now=NOW).in_words == "1 promise, 0 kept"
    assert "Opened again" in page(manager, f"/desk/customers/{ticket.customer_id}/")


def test_misses_are_told_as_plainly_as_what_was_kept():
    ticket = make.ticket(now=NOW - hours(100))
    due(NOW - hours(1), ticket=ticket)
    html = page(make.manager(), f"/desk/customers/{ticket.customer_id}/")
    assert "1 promise, 0 kept" in html
    assert "badge--overdue" in html


def test_the_page_shows_what_is_owed_and_offers_a_new_ticket():
    ticket = make.ticket()
    row = due(NOW + hours(1), ticket=ticket)
    html = page(make.manager(), f"/desk/customers/{ticket.customer_id}/")
    assert f'id="commitment-{row.pk}"' in html
    assert f"/desk/tickets/new/?customer={ticket.customer_id}" in html
    assert ticket.customer.email in html


def test_tickets_of_other_teams_stay_out_of_the_page_and_of_the_record():
    ticket = make.ticket(team=make.team(), now=NOW - hours(100))
    due(NOW - hours(1), ticket=ticket)
    stranger = make.team().lead
    html = page(stranger, f"/desk/customers/{ticket.customer_id}/")
    assert f"T-{ticket.number}" not in html
    assert "Nothing that we promised has come due yet." in html
    assert "1 ticket" not in html


FIELDS = {
    "name": "Ana Horvat", "form_of_address": "Mrs", "email": "ana@example.test", "phone": "", "channel": "mail",
    "language": "hr", "zone": "Europe/London", "group": "business",
}  # fmt: skip


def test_what_we_know_can_be_changed():
    customer = make.customer()
    answer = signed_in(make.user()).post(f"/desk/customers/{customer.pk}/edit/", FIELDS)
    assert answer["Location"] == f"/desk/customers/{customer.pk}/"
    customer.refresh_from_db()
    assert {name: getattr(customer, name) for name in FIELDS} == FIELDS


def test_a_refusal_keeps_what_was_typed():
    make.customer(name="Boris", email="ana@example.test")
    customer = make.customer()
    answer = signed_in(make.user()).post(f"/desk/customers/{customer.pk}/edit/", FIELDS)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "Boris has this e-mail already." in html
    assert 'value="Ana Horvat"' in html


def test_somebody_new_can_be_taken_down():
    make.organisation()
    answer = signed_in(make.user()).post("/desk/customers/new/", FIELDS)
    assert answer["Location"] == f"/desk/customers/{Customer.objects.get(name='Ana Horvat').pk}/"


def test_the_page_costs_the_same_few_queries_for_five_promises_and_for_sixty():
    make.standard(now=NOW - hours(200))
    customer = make.customer()
    client = signed_in(make.manager())
    cost = []
    for number in (5, 55):
        for _ in range(number):
            ticket = make.ticket(customer=customer, now=NOW - hours(100))
            due(NOW - hours(1), ticket=ticket, kind=Kind.UPDATE)
        for path in (f"/desk/customers/{customer.pk}/", "/desk/customers/"):
            with CaptureQueriesContext(connection) as queries:
                client.get(path)
            cost.append(len(queries))
    assert cost[:2] == cost[2:]
    assert max(cost) <= 12, cost
