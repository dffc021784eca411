"""Somebody else holds a ticket for longer than one waits: the answer is in words, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import OperationalError, connection, transaction
from django.http import HttpResponse
from psycopg import errors

from config.middleware import InWordsWhenHeld
from tests import make
from tests.desk.looking import signed_in
from tests.make import MONDAY_9AM
from tickets.actions import merging, other_customer
from tickets.models import Note, Ticket

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def held_by_another(ticket: Ticket) -> Iterator[None]:
    """A connection of its own holds the row of `ticket`; ours waits no longer than a moment."""
    has_it, may_go = Event(), Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                Ticket.objects.select_for_update().get(pk=ticket.pk)
                has_it.set()
                may_go.wait(20)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        holding = other.submit(hold)
        assert has_it.wait(10)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '100ms'")
        try:
            yield
        finally:
            may_go.set()
            holding.result()
            with connection.cursor() as cursor:
                cursor.execute("RESET lock_timeout")


def test_a_note_meets_a_held_ticket_and_is_kept_to_be_sent_again():
    make.organisation()
    ticket = make.ticket()
    browser, to = signed_in(ticket.team.lead), f"/desk/tickets/{ticket.number}/note/"
    typed = {"key": str(uuid4()), "body": 'She said "not before Monday".', "csrfmiddlewaretoken": "old"}
    with held_by_another(ticket):
        answer = browser.post(to, typed)
    shown = answer.content.decode()
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "Somebody else is changing this right now" in shown
    assert "She said &quot;not before Monday&quot;." in shown
    assert f'action="{to}"' in shown
    assert 'value="old"' not in shown
    assert not Note.objects.exists()
    assert browser.post(to, typed).status_code == 302
    assert Note.objects.count() == 1


def test_another_customer_is_not_given_a_ticket_while_somebody_acts_on_a_part_of_it():
    make.organisation()
    ticket = make.ticket()
    part, lead = make.ticket(customer=ticket.customer, team=ticket.team), ticket.team.lead
    merging.merge(part, ticket, by=lead, now=MONDAY_9AM)
    with held_by_another(part), pytest.raises(ValidationError, match="at this very moment"):
        other_customer.give_to(ticket, make.customer(), by=lead, now=MONDAY_9AM)
    other = make.customer()
    other_customer.give_to(ticket, other, by=lead, now=MONDAY_9AM)
    assert set(Ticket.objects.filter(pk__in=[ticket.pk, part.pk]).values_list("customer", flat=True)) == {other.pk}


@pytest.mark.parametrize(
    ("cause", "answered"),
    [(errors.DeadlockDetected(), 503), (errors.LockNotAvailable(), 503), (errors.DiskFull(), None)],
)
def test_two_that_wait_for_each_other_are_answered_in_words_and_a_broken_database_is_not(rf, cause, answered):
    error = OperationalError("as told by the database")
    error.__cause__ = cause
    request = rf.post("/desk/", {"body": "Typed", "password": "secret"})
    request.user = AnonymousUser()
    answer = InWordsWhenHeld(lambda request: HttpResponse()).process_exception(request, error)
    assert (answer and answer.status_code) == answered
    if answer:
        assert b"Typed" in answer.content
        assert b"secret" not in answer.content
