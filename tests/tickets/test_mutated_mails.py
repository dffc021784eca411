"""Two hundred mails that nobody wrote; ten thousand of them: tests/faults/test_ten_thousand_mutated_mails.py."""

from __future__ import annotations

import pytest

from tests.mail.mutants import mails, seeds
from tests.tickets.taking_in import accounted, take_in


@pytest.mark.django_db
def test_every_seed_and_what_is_made_of_them_is_kept_and_accounted_for():
    taken = take_in(mails(200, seed=1))
    wrong, states = accounted(taken)
    assert not wrong, "\n".join(wrong)
    assert sum(states.values()) == len(taken) > len(seeds())
    assert max(one.seconds for one in taken) < 10
