"""Sequences of two hundred actions each, in any order, through the real actions.

After each action nothing that had ended is another, but for `voided_at`, set once; after each twenty the audit is
empty, what is replayed from events is what the rows say, and results come out the same from either. A seed that
fails is in the message: it fails again.

LIVES says how many sequences, 40 without it: they end within ten minutes on a quiet machine. With LIVES=200 it is
a thing for a night.
"""

import os
from collections import Counter

import pytest
from django.db import transaction

from tests.tickets.life import Life

LIVES, ACTIONS, LOOK_EVERY, TOGETHER = int(os.environ.get("LIVES", "40")), 200, 20, 10


@pytest.mark.django_db
@pytest.mark.parametrize("first", range(0, LIVES, TOGETHER))
def test_whatever_happens_in_whatever_order_all_stays_in_order(first):
    done, refused = Counter(), Counter()
    numbers = range(first, min(first + TOGETHER, LIVES))
    for number in numbers:
        before = transaction.savepoint()
        life = Life(f"life {number}")
        life.live(ACTIONS, look_every=LOOK_EVERY)
        transaction.savepoint_rollback(before)
        done += life.done
        refused += life.refused
    share = refused.total() / (done.total() + refused.total())
    print(f"{len(numbers)} lives: {done.total()} actions done, {share:.0%} refused, mostly {refused.most_common(3)}")
    assert share < 2 / 3
