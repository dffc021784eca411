"""Two workers and six people at the same tickets at once: no update is lost, nothing ends twice, no page fails.

A moment of it; `tests/faults/test_crowd_for_long.py` goes on for three hundred rounds.
"""

import pytest
from django.utils import timezone

from compliance import audit, retold
from tests.desk.crowd import Crowd
from tickets.models import Commitment, Event, Message

pytestmark = pytest.mark.django_db(transaction=True)


def check(crowd: Crowd) -> None:
    assert crowd.faults == []
    assert crowd.ended_twice() == []
    assert [(found.check.name, found.rows) for found in audit.run(timezone.now())] == []
    assert list(retold.differing(Commitment.objects.order_by("pk"))) == []
    # Each message that a page accepted has its event, and each event its message.
    written = Event.objects.filter(kind__in=["message.written", "call.logged"]).values_list(
        "detail__message", flat=True
    )
    assert sorted(written) == sorted(Message.objects.filter(direction="out").values_list("pk", flat=True))


def test_a_crowd_at_two_tickets_leaves_everything_in_order():
    crowd = Crowd()
    crowd.press(4, tickets=2)
    check(crowd)
    assert sum(crowd.answers.values()) == 24
