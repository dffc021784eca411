"""PostgreSQL is restarted under the worker, in good order and not: all go on by themselves, and nothing is lost."""

from __future__ import annotations

import os
import random
import signal
import time
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from config import embedded_postgres
from tests import make
from tests.config import holding
from tests.faults import bar, town
from tests.faults.earnest import Outside, Workers, lasting_database, outside
from tests.mail.running import until

__all__ = ["lasting_database", "outside"]

FOLLOWUPS = 150
# In the words of PostgreSQL: how it is shut down.
FAST, IMMEDIATE = signal.SIGINT, signal.SIGQUIT
BACK_WITHIN = 10.0


def restart(data, how: signal.Signals) -> None:
    """Shut the server down, leave it so for two seconds, and start it."""
    pid = holding.server_pid(data)
    os.kill(pid, how)
    assert until(lambda: not holding.is_alive(pid), 30)
    time.sleep(2)
    connection.close()
    embedded_postgres.ensure_running(data)


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
