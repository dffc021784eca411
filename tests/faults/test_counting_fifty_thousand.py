"""Every figure about 50,000 commitments against the table written out by hand from what happened."""

from __future__ import annotations

import pytest

from tests.compliance.counting import FROM_EVER, MONTHS, differences, world
from tickets.models import Commitment


@pytest.mark.django_db
def test_every_figure_about_fifty_thousand_commitments_is_the_one_written_out_by_hand():
    of = world("fifty thousand", 50_000)
    found = differences(of, [*MONTHS, FROM_EVER])
    print(f"{Commitment.objects.count():,} commitments, {len(of.lives):,} promises: {len(found)} differences")
    assert found[:5] == []
