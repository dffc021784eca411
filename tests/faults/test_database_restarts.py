"""PostgreSQL is restarted under the worker, in good order and not: all go on by themselves, and nothing is lost."""

from __future__ import annotations

import random
from datetime import timedelta

from django.utils import timezone

from tests import make
from tests.faults import bar, town
from tests.faults.earnest import Outside, Workers, lasting_database, outside
from tests.faults.restarting import FAST, IMMEDIATE, restart
from tests.mail.running import until

__all__ = ["lasting_database", "outside"]

FOLLOWUPS = 150
BACK_WITHIN = 10.0


def back_after(workers: Workers, outside: Outside) -> float:
    """The seconds until a mail has left and a task was carried out, both due now."""
    now = timezone.now()
    probe = make.delivery(now=now, due_at=now)
    assert workers.carries_out(0, [], 60), "no task is carried out"
    assert until(lambda: probe.key in outside.taken(), 60), "no mail leaves"
    return (timezone.now() - now).total_seconds()


def test_the_worker_comes_back_and_nothing_is_lost(lasting_database, outside, tmp_path) -> None:
    now = timezone.now()
    town.open_desk(now)
    town.plan_followups(
        [f"customer{number}@example.test" for number in range(FOLLOWUPS)],
        start=now + timedelta(seconds=4), over=timedelta(seconds=30), now=now, dice=random.Random(1),
    )  # fmt: skip
    workers = Workers(1, outside.port, tmp_path / "worker")
    try:
        supervisor = workers.supervisor(0)
        waits = {}
        for how in (FAST, IMMEDIATE):
            so_far = len(outside.taken())
            assert until(lambda so_far=so_far: len(outside.taken()) > so_far + 20, 60), "no mail leaves"
            restart(lasting_database, how)
            waits[how.name] = back_after(workers, outside)
        assert until(bar.nothing_is_in_hand, 240), "something is in hand for ever"
        assert workers.supervisor(0) == supervisor
    finally:
        workers.stop()
    assert workers.left_over() == []
    repeats, unknown = bar.holds(outside.taken(), followups=FOLLOWUPS)
    told = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in waits.items())
    print(f"\nback after PostgreSQL's restart: {told}; {repeats} repeats, {unknown} attempts unknown")
    assert max(waits.values()) <= BACK_WITHIN
