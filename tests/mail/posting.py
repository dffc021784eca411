"""Mails for tests about mail: planned ones, and ones that a sender has in hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from mail import outbox
from mail.models import Attempt, Delivery
from tests import make
from tests.make import MONDAY_9AM

_number = count(1)
State, Outcome = Delivery.State, Attempt.Outcome


def after(**delta: float) -> datetime:
    """So much later than Monday, nine in the morning."""
    return MONDAY_9AM + timedelta(**delta)


def planned(**fields: Any) -> Delivery:
    """A person's reply to a customer, due at once on Monday at nine."""
    make.organisation()
    number = next(_number)
    given = {
        "key": f"mail:{number}",
        "purpose": "reply",
        "about": f"ticket:{number}",
        "recipient": f"customer{number}@example.test",
        "language": "en",
        "subject": "Printer does not print",
        "body": "We look at it today.",
        "now": MONDAY_9AM,
        "due_at": MONDAY_9AM,
        "automatic": False,
        "at_least_once": True,
    }
    return outbox.enqueue(**{**given, **fields})


def question(**fields: Any) -> Delivery:
    """A mail that nobody wrote by hand, sent at most once, untrue once the customer has written."""
    return planned(
        **{
            "purpose": "settled_question",
            "automatic": True,
            "at_least_once": False,
            "stop_on": ["customer_wrote"],
            **fields,
        }
    )


def begun(delivery: Delivery, *, now: datetime = MONDAY_9AM) -> tuple[Attempt, Any]:
    """`delivery` as a sender has it in hand between begin and finish: the attempt and the lease."""
    lease, ids = outbox.claim(50, now=now)
    assert delivery.pk in ids
    attempt = outbox.begin(delivery.pk, lease, now=now)
    assert attempt is not None
    return attempt, lease


def again(delivery: Delivery) -> Delivery:
    """`delivery` as it stands in the database now."""
    return Delivery.objects.get(pk=delivery.pk)


def state(delivery: Delivery) -> str:
    return again(delivery).state
