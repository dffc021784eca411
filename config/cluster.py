"""A django-q2 cluster hardened against the death of any of its parts; `config/supervisor.py` starts it.

Measured on django-q2 1.11: a worker or monitor killed while it holds a multiprocessing lock leaves
the cluster standing still for ever while every process looks healthy, and a killed sentinel leaves
orphans. So every process dies with its parent, and the death of any ends them all; only workers
finish the mail in hand first.
"""

from __future__ import annotations

import contextlib
import ctypes
import logging
import os
import signal
import sys
import time
from collections import deque
from multiprocessing.sharedctypes import RawValue, synchronized
from pathlib import Path
from threading import RLock
from types import FrameType
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.utils import translation
from django_q import cluster, pusher
from django_q.brokers.orm import ORM
from django_q.cluster import Cluster, Sentinel
from django_q.signals import post_execute_in_worker, post_spawn, pre_execute
from django_q.worker import worker

from mail.sending import Draining
from people.models import Organisation

log = logging.getLogger(__name__)

# Finish what is in hand, and end.
STOP = (signal.SIGTERM, signal.SIGINT)
# Finish the mail in hand and leave at once, whatever else is in hand: the cluster is gone.
LEAVE = signal.SIGUSR1
# Begin no other mail: the cluster is asked to stop in good order.
BE_BRIEF = signal.SIGUSR2
# The names of marks in the directory that the supervisor reads: when the last task ended, when the sentinel was last
# on its round, and the rows of the queue that were fetched last.
LAST, GUARD, FETCHED = "last", "guard", "fetched"
# More than a cluster has in hand at any time.
_FETCHED_LAST = 50
_PR_SET_PDEATHSIG = 1
_RECYCLED = -2  # django-q2's mark of a worker that has ended because it has done enough
_LIBRARY = ctypes.CDLL(None)
_parent: list[int] = []


def run(busy: Path, supervisor: int) -> None:
    """Be the cluster until SIGTERM, in a process that was forked by `supervisor` a moment ago, with `STOP` blocked.

    In `busy` stands who is inside a task since when (see `supervisor`).
    """
    os.setsid()  # So that Ctrl-C reaches the supervisor only, and it can end all of us at once.
    _die_with(supervisor)
    signal.signal(BE_BRIEF, signal.SIG_IGN)
    os.register_at_fork(before=_remember_parent, after_in_child=_die_with_forking_parent)
    _Worker(busy).listen()
    _guard_without_shared_locks(busy)
    _end_all_when_a_part_dies()
    # A pusher that can't reach the database ends; not after ten seconds, because the supervisor knows how to wait.
    pusher.sleep = lambda _seconds: None
    processes = Cluster(broker=None if settings.BROKER_URL else _Queue(busy))
    told: list[int] = []
    for number in STOP:
        # django-q2's own handler forgets what it is told while the sentinel is being started.
        signal.signal(number, lambda number, _frame: told.append(number))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP)
    processes.start()
    while processes.sentinel.is_alive() and not told:
        time.sleep(0.05)
    processes.stop()


def _tell_us_of_its_death(by: int) -> None:
    """Have the kernel send `by` when the process that forked us ends, however it ends."""
    if sys.platform == "linux":
        _LIBRARY.prctl(_PR_SET_PDEATHSIG, by)


def _die_with(parent: int) -> None:
    _tell_us_of_its_death(signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)  # It died before the kernel knew.


def _remember_parent() -> None:
    _parent[:] = [os.getpid()]


def _die_with_forking_parent() -> None:
    _die_with(_parent[0])


class _Queue(ORM):
    """The queue in our database. Whatever the pusher fetches it notes: when we die, that is to be forgotten."""

    def __init__(self, busy: Path) -> None:
        super().__init__()
        self._noted = busy / FETCHED
        self._last: deque[int] = deque(maxlen=_FETCHED_LAST)

    def dequeue(self) -> Any:
        fetched = super().dequeue()
        if fetched:
            self._last += [pk for pk, _task in fetched]
            with contextlib.suppress(OSError):
                self._noted.write_text(" ".join(map(str, self._last)))
        return fetched


class _Worker:
    """What a worker process does besides its tasks. Made before the fork, used after it."""

    def __init__(self, busy: Path) -> None:
        self._busy = busy
        self._in_hand = self._leaving = False

    def listen(self) -> None:
        """django-q2 says when a worker process starts, and when a task begins and ends in it."""
        post_spawn.connect(self._spawned, weak=False, dispatch_uid="worker.spawned")
        pre_execute.connect(self._begins, weak=False, dispatch_uid="worker.begins")
        post_execute_in_worker.connect(self._ended, weak=False, dispatch_uid="worker.ended")

    def _spawned(self, **_kwargs: Any) -> None:
        signal.signal(LEAVE, self._leave)
        signal.signal(BE_BRIEF, self._be_brief)
        _tell_us_of_its_death(LEAVE)
        if os.getppid() != _parent[0]:
            self._leave(LEAVE, None)

    def _begins(self, **_kwargs: Any) -> None:
        self._in_hand = True
        # What a task writes down for staff, like why a mail has failed, it writes in the language of the house.
        with contextlib.suppress(DatabaseError):
            language = Organisation.objects.values_list("language", flat=True).first()
            translation.activate(language or settings.LANGUAGE_CODE)
        with contextlib.suppress(OSError):
            (self._busy / str(os.getpid())).write_text(str(time.monotonic()))

    def _ended(self, **_kwargs: Any) -> None:
        self._in_hand = False
        with contextlib.suppress(OSError):
            (self._busy / LAST).write_text(str(time.monotonic()))
            (self._busy / str(os.getpid())).unlink(missing_ok=True)
        if self._leaving:
            os._exit(0)

    def _leave(self, _signal: int, _frame: FrameType | None) -> None:
        Draining.now = self._leaving = True
        if not self._in_hand:
            os._exit(0)

    def _be_brief(self, _signal: int, _frame: FrameType | None) -> None:
        Draining.now = True


def _guard_without_shared_locks(busy: Path) -> None:
    """The sentinel must not wait for a lock that a killed worker held, and shows that it does not.

    django-q2 keeps each worker's remaining time in a number that both lock; a worker killed at the end
    of a task leaves it locked, and the sentinel would wait for ever: no death noticed, no schedule.
    Without the lock a reading may be a moment old, which the next task puts right.
    """

    def spawn_worker(sentinel: Any) -> None:
        remaining = synchronized(RawValue("f", -1), RLock())  # type: ignore[call-overload]  # a lock for each process
        sentinel.spawn_process(worker, sentinel.task_queue, sentinel.result_queue, remaining, sentinel.timeout)

    class Mark:
        """Instead of django-q2's status in the cache, which nobody reads: that the sentinel goes its rounds."""

        def __init__(self, _sentinel: Any) -> None:
            pass

        def save(self) -> None:
            with contextlib.suppress(OSError):
                (busy / GUARD).write_text(str(time.monotonic()))

    Sentinel.spawn_worker = spawn_worker
    cluster.Stat = Mark


def _end_all_when_a_part_dies() -> None:
    """Anything but an ordinary recycling of a worker ends the cluster; the supervisor starts it anew."""
    recycle = Sentinel.reincarnate

    def reincarnate(sentinel: Any, process: Any) -> None:
        if process in sentinel.pool and int(process.timer.value) == _RECYCLED:
            recycle(sentinel, process)
            return
        log.critical("process %s of the cluster died (%s): ending all of it", process.pid, process.exitcode)
        os.kill(os.getppid(), signal.SIGKILL)
        # The kernel tells the others: workers leave, pusher and monitor are killed.
        os._exit(1)

    Sentinel.reincarnate = reincarnate
