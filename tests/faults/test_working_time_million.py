"""Working time against a count of minutes, a million times over: some minutes on two processors."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from random import Random

from tests.standards.random_cases import differences

CALENDARS, CASES = 10_000, 100


def of_one_calendar(seed: int) -> list[str]:
    # Seeds of the fast suite are small; these are others.
    return differences(Random(f"million {seed}"), CASES)


def test_a_million_random_cases_agree_with_a_count_of_minutes():
    # A fresh process each, not a fork, so that nothing of the suite (such as a connection) is shared.
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        found = [line for lines in processes.map(of_one_calendar, range(CALENDARS), chunksize=50) for line in lines]
    print(f"{CALENDARS * CASES:,} cases with {CALENDARS:,} calendars: {len(found)} differences")
    assert found[:5] == []
