"""2,000 follow-ups, two workers, twenty times kill -9: the bar of docs/architecture.md, "Delivery", holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.faults import storm
from tests.faults.earnest import Workers, lasting_database, outside

__all__ = ["lasting_database", "outside"]


@pytest.fixture
def workers(lasting_database, outside, tmp_path) -> Iterator[Workers]:
    both = Workers(2, outside.port, tmp_path)
    yield both
    both.stop()


def test_whoever_is_killed_no_mail_is_lost_and_none_is_doubled_in_silence(
    workers, outside, tmp_path, lasting_database
) -> None:
    storm.holds(workers, outside, tmp_path, followups=2000, over=timedelta(seconds=120), data=lasting_database)
