"""The worker's outer process: keeps a cluster running, and tells it twice a second whether there is work.

The cluster lives in a process group of its own and is ended and started as a whole (why:
`config/cluster.py`). First line: it ends by itself when any of its parts dies. Second line: it is
ended when nothing has run in it for a minute. Any number of these may run, on any number of machines.

It is forked, not started as a program: what the supervisor has loaded (`config/preloading.py`) all its
processes share, and one that takes the place of another has nothing to load. That is safe because the
supervisor has one thread, so that nobody can have a lock in hand at that moment; it closes its
connection to the database before; and what holds the embedded database, a fork takes anew.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path

from django.conf import settings
from django.db import connection, connections

from config import questions
from config.cluster import BE_BRIEF, FETCHED, GUARD, LAST, STOP
from config.cluster import run as run_cluster
from config.schedule import BEAT, BEAT_EVERY, EVERY_MINUTE

log = logging.getLogger(__name__)

LOOK_EVERY = 0.5  # seconds between two looks for work
STUCK_AFTER = 60.0  # seconds in which nothing ended in the cluster, though there is a beat every ten
DRAIN_WITHIN = 35.0  # seconds for the task in hand after SIGTERM
LEAVE_WITHIN = 60.0  # seconds for workers whose cluster is gone and who finish the mail in hand
SHORTEST_PAUSE, LONGEST_PAUSE = 0.5, 10.0  # between restarts; longer and longer for one that can't do anything


class Running:
    """One cluster: its processes, and what they have shown of life."""

    def __init__(self, place: Path) -> None:
        self.has_caught_up = False
        self.started = time.monotonic()
        # Of its own: what is left of the one before still finishes the mail in hand.
        self._busy = Path(tempfile.mkdtemp(dir=place))
        # A connection that two processes hold would give each the other's answers.
        connections.close_all()
        self._process = get_context("fork").Process(target=run_cluster, args=(self._busy, os.getpid()))
        # Our handlers are not for it: what it is told before it has its own waits until then.
        signal.pthread_sigmask(signal.SIG_BLOCK, STOP)
        try:
            self._process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP)

    @property
    def lives(self) -> bool:
        """Whether its first process is there."""
        return self._process.is_alive()

    @property
    def has_worked(self) -> bool:
        """Whether it has carried anything out."""
        return (self._busy / LAST).exists()

    @property
    def fetched(self) -> list[int]:
        """The rows of the queue that it has fetched last, done or not."""
        try:
            return [int(pk) for pk in (self._busy / FETCHED).read_text().split()]
        except FileNotFoundError:
            return []

    @property
    def is_stuck(self) -> bool:
        """Nothing has ended in it for a minute, and nobody is inside a task that may still take its time.

        Or nobody guards it: then tasks may still be carried out, but no death would be noticed.
        """
        now = time.monotonic()
        if now - self.started < STUCK_AFTER:
            return False
        ages = {}
        for mark in self._busy.iterdir():
            if mark.name == FETCHED:
                continue
            with contextlib.suppress(FileNotFoundError):
                # Empty while it is being written.
                ages[mark.name] = now - float(mark.read_text() or now)
        if ages.pop(GUARD, STUCK_AFTER) >= STUCK_AFTER:
            return True
        ended = ages.pop(LAST, STUCK_AFTER)
        return ended >= STUCK_AFTER and not any(age < settings.Q_CLUSTER["timeout"] for age in ages.values())

    def group_lives(self) -> bool:
        """Whether anybody of it is left."""
        return self._tell_group(0)

    def drain(self) -> None:
        """Finish the mail in hand, begin no other, and end."""
        self._tell_group(BE_BRIEF)
        self._process.terminate()

    def kill(self) -> None:
        """End whatever is left of it, now."""
        self._tell_group(signal.SIGKILL)
        # It has no group yet a moment after its start.
        self._process.kill()
        self._process.join()
        shutil.rmtree(self._busy, ignore_errors=True)

    def _tell_group(self, number: int) -> bool:
        """Whether there was anybody to tell."""
        assert self._process.pid, "started"
        try:
            os.killpg(self._process.pid, number)
        except ProcessLookupError:
            return False
        return True


class Supervisor:
    """Keeps one cluster running until told to stop."""

    def __init__(self) -> None:
        self._stop = False
        self._leaving: list[tuple[float, Running]] = []
        self._clock: questions.Clock | None = None
        self._look: questions.Look | None = None
        self._beat_at = 0.0
        self._has_forgotten_the_dead = False
        self._answered = True

    def run(self) -> None:
        """Until SIGTERM or SIGINT; then drain and return."""
        for number in STOP:
            signal.signal(number, self._told_to_stop)
        pause = SHORTEST_PAUSE
        with tempfile.TemporaryDirectory(prefix="followthrough-worker-") as place:
            while not self._stop:
                cluster = Running(Path(place))
                self._watch(cluster)
                if self._stop:
                    self._drain(cluster)
                    break
                has_worked, fetched = cluster.has_worked, cluster.fetched
                if cluster.lives:
                    log.critical("nothing has run in the cluster for %.0f s: ending all of it", STUCK_AFTER)
                    cluster.kill()
                self._forget(fetched)
                self._leaving.append((time.monotonic() + LEAVE_WITHIN, cluster))
                pause = SHORTEST_PAUSE if has_worked else min(pause * 2, LONGEST_PAUSE)
                log.error("the cluster ended; starting it again in %.1f s", pause)
                self._sleep(pause)
            for _until, cluster in self._leaving:
                self._sleep(DRAIN_WITHIN, while_true=cluster.group_lives, even_when_stopping=True)
                cluster.kill()

    def _watch(self, cluster: Running) -> None:
        try:
            while cluster.lives and not self._stop:
                self._look_for_work(cluster)
                if cluster.is_stuck:
                    return
                self._see_off()
                self._sleep(LOOK_EVERY, while_true=lambda: cluster.lives)
        except BaseException:
            # Else we would end only when it does: multiprocessing waits for it.
            cluster.kill()
            raise

    def _look_for_work(self, cluster: Running) -> None:
        """Never the reason why the worker ends: the minute sweeps find the same work."""
        try:
            self._clock = self._clock or questions.Clock()
            now = self._clock.now()
            self._look = self._look or questions.Look()
            read_at, tasks = self._look.at(now)
            self._clock.set(read_at)
            if time.monotonic() >= self._beat_at:
                self._beat_at = time.monotonic() + BEAT_EVERY
                tasks.append(BEAT)
                questions.forget_what_nobody_has(now=read_at)
            if not cluster.has_caught_up:
                # Whatever has fallen due while nobody was there; the first minute sweep is half a minute away.
                tasks = [*EVERY_MINUTE]
            questions.hurry(tasks, now=read_at, in_hand=cluster.has_caught_up or self._has_forgotten_the_dead)
            cluster.has_caught_up = True
            self._answered = True
        except Exception as error:
            if self._answered:
                log.error("looking for work failed: %s", error)
            self._answered = False
            connection.close()

    def _forget(self, fetched: list[int]) -> None:
        try:
            questions.forget(fetched)
            self._has_forgotten_the_dead = True
        except Exception as error:
            log.error("the queue still holds what died with the cluster: %s", error)
            self._has_forgotten_the_dead = False
            connection.close()

    def _see_off(self) -> None:
        """What is left of clusters that ended: workers finish the mail in hand, but not for ever."""
        for until, cluster in list(self._leaving):
            if time.monotonic() > until or not cluster.group_lives():
                cluster.kill()
                self._leaving.remove((until, cluster))

    def _drain(self, cluster: Running) -> None:
        cluster.drain()
        self._sleep(DRAIN_WITHIN, while_true=lambda: cluster.lives, even_when_stopping=True)
        if cluster.lives:
            log.error("the cluster did not drain within %.0f s", DRAIN_WITHIN)
        cluster.kill()

    def _told_to_stop(self, *_: object) -> None:
        self._stop = True

    def _sleep(
        self, seconds: float, while_true: Callable[[], bool] = lambda: True, even_when_stopping: bool = False
    ) -> None:
        """Short naps: one long sleep is resumed after a signal, so that stopping would have to wait for it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and while_true() and (even_when_stopping or not self._stop):
            time.sleep(0.05)
