"""Whatever happens in whatever order: nothing that ended changes, events tell what rows say, the audit is empty.

One short sequence; `tests/faults/test_two_hundred_lives.py` has many and long ones.
"""

import pytest

from tests.tickets.life import Life


@pytest.mark.django_db
def test_forty_actions_by_chance_leave_everything_in_order():
    life = Life("monday")
    life.live(40, look_every=20)
    assert life.done.total() > 40 / 3, life.refused
