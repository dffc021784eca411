"""20,000 follow-ups, two workers, twenty times kill -9 and five restarts of PostgreSQL: the bar of delivery holds.

FAULTS_MAILS=2000 tries it with fewer; they then come in as much less time.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.faults import storm
from tests.faults.earnest import Workers, lasting_database, outside

__all__ = ["lasting_database", "outside"]
FOLLOWUPS = int(os.environ.get("FAULTS_MAILS") or 20_000)
# Due in a second: less than two workers can send on two cores, so that the kills meet mails in hand and no heap.
A_SECOND = 30
RESTARTS = 5


@pytest.fixture
def workers(lasting_database, outside, tmp_path) -> Iterator[Workers]:
    both = Workers(2, outside.port, tmp_path)
    yield both
    both.stop()


def test_whatever_dies_no_mail_is_lost_and_none_is_doubled_in_silence(
    workers, outside, tmp_path, lasting_database
) -> None:
    storm.holds(
        workers, outside, tmp_path, followups=FOLLOWUPS, over=timedelta(seconds=max(120, FOLLOWUPS / A_SECOND)),
        data=lasting_database, restarts=RESTARTS,
    )  # fmt: skip
