"""`make run` as somebody uses it who stops it in every way there is."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.config import holding
from tests.source import CHECKOUT

READY = "Ctrl-C stops everything."


class Run:
    """One `dev.py run` on a data directory and ports of its own."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port, self.mail_port = _free_port(), _free_port()
        self.log = data.parent / "log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, **more: str) -> None:
        """Start it, and wait until it says that it runs or has ended."""
        ours = {
            "DATABASE_URL",
            "SECRET_KEY",
            "EMAIL_URL",
            "DEMO",
            "SITE_URL",
            "ALLOWED_HOSTS",
            "DJANGO_SETTINGS_MODULE",
        }
        clean = {name: value for name, value in os.environ.items() if name not in ours}
        clean |= {"DATA_DIR": str(self.data), "PORT": str(self.port), "MAIL_CATCHER_PORT": str(self.mail_port), **more}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, CHECKOUT / "dev.py", "run"], cwd="/", env=clean, stdout=log, stderr=log
            )  # fmt: skip
        _until(lambda: READY in self.said() or self.process.poll() is not None, 120)

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def children(self) -> dict[str, int]:
        """Its children by what they are."""
        found = {}
        for name, mark in {"web": "gunicorn", "worker": "manage.py worker", "catcher": "catch_mail"}.items():
            for pid in _children_of(self.process.pid):
                if mark in _command(pid):
                    found[name] = pid
        return found

    def answers(self) -> bool:
        """Whether a page comes that needs the database."""
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{self.port}/en/", timeout=5).status == 200
        except (OSError, urllib.error.HTTPError):
            return False

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(how)
        return self.process.wait(90)


@pytest.fixture
def run() -> Iterator[Run]:
    with holding.data_directory() as data:
        one = Run(data)
        yield one
        if one.process and one.process.poll() is None:
            one.stop()


def test_it_starts_comes_back_after_every_kill_and_stops_with_ctrl_c(run: Run) -> None:
    run.start()
    assert READY in run.said(), run.said()
    assert "ivana@demo.test" in run.said()
    assert run.answers()
    _until(lambda: len(run.children()) == 3, 20)

    for name in ("web", "worker", "catcher"):
        before = run.children()[name]
        os.kill(before, signal.SIGKILL)
        _until(lambda name=name, before=before: run.children().get(name, before) != before, 30)
    os.kill(holding.server_pid(run.data), signal.SIGKILL)
    _until(run.answers, 30)
    assert len(re.findall("SIGKILL", run.said())) == 3

    began = time.monotonic()
    assert run.stop() == 0
    assert time.monotonic() - began < 60
    assert not holding.server(run.data).is_running()


def test_after_kill_9_of_the_whole_of_it_the_next_start_works_and_has_everything(run: Run) -> None:
    run.start()
    assert READY in run.said(), run.said()
    _until(lambda: len(run.children()) == 3, 20)
    tickets = holding.execute(run.data, "SELECT count(*) FROM tickets_ticket")
    left = [run.process.pid, *run.children().values(), holding.server_pid(run.data)]
    assert tickets != [(0,)]
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    run.process.wait()
    run.start()
    assert READY in run.said(), run.said()
    assert "Filling in the demo" not in run.said()
    assert holding.execute(run.data, "SELECT count(*) FROM tickets_ticket") == tickets
    assert run.stop(signal.SIGTERM) == 0


def test_children_do_not_outlive_it(run: Run) -> None:
    run.start()
    assert READY in run.said(), run.said()
    _until(lambda: len(run.children()) == 3, 20)
    children = list(run.children().values())
    run.process.kill()
    run.process.wait()
    _until(lambda: not any(map(holding.is_alive, children)), 60)


def test_it_refuses_with_a_sentence_that_says_what_to_do(run: Run) -> None:
    cases = {
        "Set SECRET_KEY": {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"},
        "can't be reached": {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "SECRET_KEY": "x" * 50},
        "would send invented mail": {"EMAIL_URL": "smtp://mail.example.test"},
        "PORT must be a number": {"PORT": "eighty"},
    }
    for sentence, environment in cases.items():
        run.start(**environment)
        assert run.process.wait() == 1
        assert sentence in run.said()
        assert "Traceback" not in run.said()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", run.port))
        taken.listen()
        run.start()
        assert run.process.wait() == 1
        assert f"Port {run.port} on 127.0.0.1 can't be used" in run.said()
    assert not run.data.exists()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _until(holds: Callable[[], object], seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return
        time.sleep(0.1)
    pytest.fail(f"still not so after {seconds} s")


def _children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""
