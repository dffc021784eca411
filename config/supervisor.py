"""The worker: a django-q2 cluster that is watched, and restarted as a whole when any part of it dies.

Measured on django-q2 1.11: a worker or monitor killed while it holds a multiprocessing lock leaves
the cluster standing still for ever while every process looks healthy, and a killed sentinel leaves
orphans. So the cluster runs in a process group of its own, every child dies with its parent, and the
death of any child ends the whole group; the outer process starts it anew. Mail that was in hand
waits for its lease. See docs/architecture.md, "The worker".
"""

from __future__ import annotations

import contextlib
import ctypes
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import Any

from django.db import DatabaseError, close_old_connections, connection

from config.schedule import QUESTIONS

log = logging.getLogger(__name__)
MANAGE = Path(__file__).resolve().parent.parent / "manage.py"

LOOK_EVERY = 1.0  # seconds between two looks for work
DRAIN_WITHIN = 60.0  # a batch has its budget, so this is plenty
SHORTEST_PAUSE, LONGEST_PAUSE = 0.5, 10.0  # between restarts
STUCK_AFTER = timedelta(seconds=150)  # no heartbeat from inside the cluster for that long

_LIBRARY = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1


def run() -> None:
    """Keep a cluster running and tell it of work until SIGTERM or SIGINT; then drain and return."""
    stopping: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _frame: stopping.append(received))
    pause = SHORTEST_PAUSE
    while not stopping:
        started = time.monotonic()
        cluster = subprocess.Popen([sys.executable, str(MANAGE), "worker", "--cluster"], start_new_session=True)
        _watch(cluster, stopping, started)
        _end(cluster, gently=bool(stopping))
        if stopping:
            break
        long_lived = time.monotonic() - started > LONGEST_PAUSE
        pause = SHORTEST_PAUSE if long_lived else min(LONGEST_PAUSE, pause * 2)
        log.error("the cluster ended; starting it again in %.1f s", pause)
        _sleep(pause, stopping)


def _watch(cluster: subprocess.Popen[bytes], stopping: list[int], started: float) -> None:
    """Look for work every second while the cluster lives; end it when nothing inside has run for long."""
    while cluster.poll() is None and not stopping:
        try:
            tell_of_work()
            if time.monotonic() - started > STUCK_AFTER.total_seconds() and _is_stuck():
                log.critical("nothing has run for %s: restarting the cluster", STUCK_AFTER)
                return
        except DatabaseError as error:
            log.error("the database does not answer: %s", error)
            close_old_connections()
            connection.close()
        _sleep(LOOK_EVERY, stopping, while_true=lambda: cluster.poll() is None)


def tell_of_work() -> list[str]:
    """Enqueue the sweep of every question that says yes, unless it waits in the queue already; returns them.

    One statement asks all of them. Enqueueing is a hurry, not a duty: the minute sweeps find the
    same work.
    """
    from django_q.models import OrmQ
    from django_q.tasks import async_task

    from mail.outbox import database_now

    now = database_now()
    asked = ", ".join(f"EXISTS({question})" for _task, question in QUESTIONS)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {asked}", {"now": now})
        answers = cursor.fetchone()
    wanted = [task for (task, _question), yes in zip(QUESTIONS, answers, strict=True) if yes]
    if not wanted:
        return []
    waiting = {queued.func() for queued in OrmQ.objects.filter(lock__lte=now)[:100]}
    new = [task for task in wanted if task not in waiting]
    for task in new:
        async_task(task)
    return new


def _is_stuck() -> bool:
    from mail.models import Heartbeat
    from mail.outbox import database_now

    last = Heartbeat.objects.filter(name="worker").first()
    return last is None or database_now() - last.at > STUCK_AFTER


def _end(cluster: subprocess.Popen[bytes], *, gently: bool) -> None:
    """Let the cluster finish what is in hand, then make sure that none of its group is left."""
    if gently and cluster.poll() is None:
        cluster.terminate()
        try:
            cluster.wait(DRAIN_WITHIN)
        except subprocess.TimeoutExpired:
            log.error("the cluster did not drain within %.0f s", DRAIN_WITHIN)
    elif cluster.poll() is not None:
        # Workers whose sentinel died finish the mail in hand by themselves.
        end = time.monotonic() + 15
        while time.monotonic() < end and _group_lives(cluster.pid):
            time.sleep(0.05)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(cluster.pid, signal.SIGKILL)
    cluster.wait()


def _group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def _sleep(seconds: float, stopping: list[int], while_true: Callable[[], bool] = lambda: True) -> None:
    """Short naps: one long sleep is resumed after a signal, so that stopping would have to wait for it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not stopping and while_true():
        time.sleep(0.05)


# --- Inside the cluster ---------------------------------------------------------------------------


def run_cluster() -> None:
    """The cluster itself, hardened; what `run` starts."""
    from django_q.cluster import Cluster

    _die_with_parent()
    os.register_at_fork(after_in_child=_die_with_parent)
    _drain_workers_on_signal()
    _end_group_when_a_part_dies()
    Cluster().start()


def _die_with_parent(with_signal: int = signal.SIGKILL) -> None:
    if sys.platform == "linux":
        _LIBRARY.prctl(_PR_SET_PDEATHSIG, with_signal)


def _drain_workers_on_signal() -> None:
    """A worker whose sentinel dies finishes the task in hand, begins no other mail, and leaves."""
    from django_q.signals import post_execute_in_worker, post_spawn, pre_execute

    from mail.sending import Draining

    in_hand: list[bool] = []

    def drain(_signal: int, _frame: FrameType | None) -> None:
        Draining.now = True
        if not in_hand:
            os._exit(0)

    def spawned(**_kwargs: Any) -> None:
        signal.signal(signal.SIGUSR1, drain)
        _die_with_parent(signal.SIGUSR1)

    def done(**_kwargs: Any) -> None:
        in_hand.clear()
        if Draining.now:
            os._exit(0)

    post_spawn.connect(spawned, weak=False, dispatch_uid="drain.spawned")
    pre_execute.connect(lambda **_kwargs: in_hand.append(True), weak=False, dispatch_uid="drain.begin")
    post_execute_in_worker.connect(done, weak=False, dispatch_uid="drain.done")


def _end_group_when_a_part_dies() -> None:
    """Anything but an ordinary recycling of a worker drains the others and ends the whole group."""
    from django_q.cluster import Sentinel

    recycle = Sentinel.reincarnate

    def reincarnate(sentinel: Any, process: Any) -> Any:
        if process in sentinel.pool and int(process.timer.value) == -2:  # django-q2's mark of a recycled worker
            return recycle(sentinel, process)
        log.critical("process %s of the cluster died (%s): ending all of it", process.pid, process.exitcode)
        for worker in sentinel.pool:
            if worker.is_alive():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(worker.pid, signal.SIGUSR1)
        end = time.monotonic() + 12
        while time.monotonic() < end and any(worker.is_alive() for worker in sentinel.pool):
            time.sleep(0.02)
        os.killpg(os.getpgid(0), signal.SIGKILL)
        return None

    Sentinel.reincarnate = reincarnate
