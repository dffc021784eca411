"""Two people act on the same tickets at the same moment: one merge wins, and no word is lost on the way."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from compliance import audit
from people.terms import Channel
from tests import make
from tests.make import MONDAY_9AM, hours
from tickets.actions import conversation, merging
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)
NOW = MONDAY_9AM + hours(1)


def at_once(*actions: Callable[[], Any]) -> list[Any]:
    """What each gives, or the refusal."""
    ready = Barrier(len(actions))

    def run(action: Callable[[], Any]) -> Any:
        ready.wait()
        try:
            return action()
        except ValidationError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as people:
        return list(people.map(run, actions))


@pytest.mark.parametrize("_try", range(3))
def test_two_tickets_merged_into_each_other_at_once_become_one(_try):
    make.standard()
    first = make.ticket()
    second = make.ticket(customer=first.customer)
    lead = first.team.lead
    done = at_once(
        lambda: merging.merge(first, second, by=lead, now=NOW), lambda: merging.merge(second, first, by=lead, now=NOW)
    )
    assert sorted(type(one).__name__ for one in done) == ["Ticket", "ValidationError"]
    assert Ticket.objects.exclude(merged_into=None).count() == 1
    assert not list(audit.run(NOW))


@pytest.mark.parametrize("_try", range(3))
def test_what_the_customer_writes_while_their_ticket_is_merged_stands_on_the_one_that_stays(_try):
    make.standard()
    first = make.ticket()
    second = make.ticket(customer=first.customer)
    at_once(
        lambda: merging.merge(second, first, by=first.team.lead, now=NOW),
        lambda: conversation.receive(second, "And the toner?", channel=Channel.MAIL, at=NOW, now=NOW),
    )
    assert first.messages.count() == 3
    assert not list(audit.run(NOW))
