"""As in earnest: a PostgreSQL that keeps what it has confirmed, a mail server outside, and workers that are watched."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django_q.tasks import async_task

from config import embedded_postgres
from config.children import Child, stop_all
from tests.config import holding
from tests.mail.running import children_of, free_port, worker_environment
from tests.source import CHECKOUT

# By business id: the Message-ID and the moment of each copy that was taken.
type_taken = dict[str, list[tuple[str, datetime]]]
# The processes of one cluster, in the order in which they are started.
PARTS = ("cluster", "sentinel", "worker", "worker", "worker", "monitor", "pusher")


@pytest.fixture
def lasting_database(django_db_blocker) -> Iterator[Path]:
    """Django on an empty server of its own with fsync and all, on disk; yields the directory of its data."""
    there = connection.settings_dict
    before = dict(there)
    with holding.data_directory() as data, django_db_blocker.unblock():
        # It stops the server, also when pytest is killed.
        keeper = holding.holder(data)
        assert holding.says(keeper) == "held"
        connection.close()
        there |= {
            "HOST": str(embedded_postgres.socket_directory(data)), "USER": embedded_postgres.ACCOUNT,
            "NAME": embedded_postgres.DATABASE,
        }  # fmt: skip
        try:
            call_command("migrate", verbosity=0)
            ContentType.objects.clear_cache()
            yield data
        finally:
            connection.close()
            there |= before
            ContentType.objects.clear_cache()
            holding.let_go(keeper)


class Outside:
    """The mail server outside, and what it has written down."""

    def __init__(self, log: Path) -> None:
        self.port = free_port()
        self._log = log
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.outside", str(self.port), str(log)],
            cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert self._process.stdout
        assert select.select([self._process.stdout], [], [], 30)[0], "the mail server did not start"

    def stop(self) -> None:
        self._process.communicate(timeout=10)

    def talks_with(self, pid: int) -> bool:
        """Whether that process has a connection to the server."""
        with suppress(OSError):
            held = {os.readlink(path) for path in Path(f"/proc/{pid}/fd").iterdir()}
            connections = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
            here = f":{self.port:04X}"
            return any(f"socket:[{parts[9]}]" in held for parts in connections if parts[2].endswith(here))
        return False

    def taken(self) -> type_taken:
        """Everything so far."""
        found: type_taken = defaultdict(list)
        for line in self._log.read_text().splitlines() if self._log.exists() else ():
            mail = json.loads(line)
            found[mail["key"]].append((mail["message_id"], datetime.fromtimestamp(mail["at"], UTC)))
        return found


@pytest.fixture
def outside(tmp_path) -> Iterator[Outside]:
    """A mail server that outlives every worker."""
    server = Outside(tmp_path / "taken.jsonl")
    yield server
    server.stop()


class Workers:
    """Some supervisors, looked after as `make run` or systemd do: one that dies is started again within a second."""

    def __init__(self, number: int, port: int, directory: Path) -> None:
        self._port, self._directory = port, directory
        directory.mkdir(exist_ok=True)
        self._over = threading.Event()
        self._children = [self._child(place) for place in range(number)]
        for child in self._children:
            child.start()
        self._keeper = threading.Thread(target=self._keep)
        self._keeper.start()

    def family(self, place: int) -> list[int]:
        """The processes of one cluster in the order of `PARTS`; fewer while it is not complete."""
        pid = self._children[place].pid
        return children_of(pid) if pid else []

    def supervisor(self, place: int) -> int:
        return self._children[place].pid

    def is_in_a_task(self, place: int, pid: int) -> bool:
        """Whether that worker is carrying something out."""
        return any(self._marks(place).glob(f"*/*/{pid}"))

    def carries_out(self, place: int, family: list[int], seconds: float) -> bool:
        """Whether the cluster there, of which nobody must be of that `family`, carries out a task enqueued now."""
        end, roll = time.monotonic() + seconds, Path(tempfile.mkdtemp(dir=self._directory))
        while time.monotonic() < end:
            async_task("tests.faults.roll_call.present", str(roll))
            present = {int(path.name) for path in roll.iterdir()}
            if (present & set(self.family(place))) - set(family):
                return True
            time.sleep(0.25)
        return False

    def left_over(self) -> list[int]:
        """Who is there of all who belong to us; each has inherited where we keep our files."""
        found, ours = [], str(self._directory).encode()
        for path in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if ours in (path / "environ").read_bytes() and holding.is_alive(int(path.name)):
                    found.append(int(path.name))
        return found

    def stop(self) -> None:
        """In good order."""
        if not self._over.is_set():
            self._over.set()
            self._keeper.join()
            stop_all(self._children, patience=50)

    def _child(self, place: int) -> Child:
        marks = self._marks(place)
        marks.mkdir()
        environment = worker_environment(self._port, self._directory) | {"TMPDIR": str(marks)}
        return Child("worker", [sys.executable, "manage.py", "worker"], CHECKOUT, environment)

    def _marks(self, place: int) -> Path:
        return self._directory / f"worker{place}"

    def _keep(self) -> None:
        while not self._over.wait(0.1):
            for child in self._children:
                child.watch()
