"""Two workers and six people at the same tickets at once, three hundred clicks of each."""

import time

import pytest

from tests.desk.crowd import PEOPLE, Crowd
from tests.desk.test_crowd import check

ROUNDS, TICKETS = 300, 40


@pytest.mark.django_db(transaction=True)
def test_no_update_is_lost_nothing_ends_twice_and_each_refusal_is_in_words():
    crowd, begun = Crowd(), time.monotonic()
    crowd.press(ROUNDS, tickets=TICKETS)
    took = time.monotonic() - begun
    check(crowd)
    assert sum(crowd.answers.values()) == ROUNDS * PEOPLE
    print(f"{ROUNDS * PEOPLE} clicks in {took:.0f} s: {dict(sorted(crowd.answers.items()))}")
