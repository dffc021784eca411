"""How long a mail waits for its next try, and when it is given up."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from mail.models import Attempt, Delivery

# After a conversation that broke off behind the final dot: that server has trouble, and there is only one repetition.
REPEAT_AFTER = timedelta(minutes=10)
# After each "not now" of the other server, then every hour; a fifth more or less, so that no crowd comes back at once,
# but never sooner than the first: servers that put strangers off (greylisting) count that anew.
BACK_OFF = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60)]
GIVE_UP = timedelta(days=4)


def back_off(times: int) -> timedelta:
    """How long to wait after so many times "not now"."""
    wait = BACK_OFF[min(times, len(BACK_OFF)) - 1]
    return wait * random.uniform(1.0 if wait == BACK_OFF[0] else 0.8, 1.2)  # noqa: S311  spreads load, guards nothing


def next_wait(delivery: Delivery, now: datetime) -> timedelta | None:
    """How long until another try; None when the other server has said "not now" for too long."""
    refused = list(delivery.attempts.filter(outcome=Attempt.Outcome.RETRY).values_list("started_at", flat=True))
    if refused and now - refused[0] >= GIVE_UP:
        return None
    return back_off(len(refused))
