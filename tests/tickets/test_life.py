"""Whatever happens in whatever order: nothing that ended changes, events tell what rows say, the audit is empty.

Two short sequences; `tests/faults/test_two_hundred_lives.py` has many and long ones.
"""

import pytest

from tests.tickets.life import Life


@pytest.mark.django_db
@pytest.mark.parametrize("seed", ["monday", "tuesday"])
def test_forty_actions_by_chance_leave_everything_in_order(seed):
    life = Life(seed)
    life.live(40, look_every=20)
    assert life.done.total() > 40 / 3, life.refused
