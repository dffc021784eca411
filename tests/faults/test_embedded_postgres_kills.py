"""kill -9 of whoever holds the embedded server, and of the server: nothing that was committed is lost."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.config import holding


@pytest.fixture
def data() -> Iterator[Path]:
    with holding.data_directory() as place:
        yield place


def _filled(data: Path) -> None:
    holding.execute(data, "CREATE TABLE IF NOT EXISTS kept (n int)")
    holding.execute(data, "INSERT INTO kept SELECT generate_series(1, 100)")


def test_the_next_one_takes_over_the_server_of_the_killed(data: Path) -> None:
    killed = holding.holder(data)
    assert holding.says(killed) == "held"
    _filled(data)
    pid = holding.server_pid(data)
    killed.kill()
    killed.wait()
    assert holding.is_alive(pid)
    heir = holding.holder(data)
    assert holding.says(heir) == "held"
    assert holding.server_pid(data) == pid
    assert holding.execute(data, "SELECT count(*) FROM kept") == [(100,)]
    holding.let_go(heir)
    assert not holding.is_alive(pid)


def test_a_killed_server_is_started_by_the_next_who_comes(data: Path) -> None:
    first = holding.holder(data)
    assert holding.says(first) == "held"
    _filled(data)
    os.kill(holding.server_pid(data), signal.SIGKILL)
    second = holding.holder(data)
    assert holding.says(second) == "held"
    assert holding.execute(data, "SELECT count(*) FROM kept") == [(100,)]
    holding.let_go(first)
    holding.let_go(second)


def test_when_all_are_killed_and_the_number_of_the_dead_server_is_taken_it_starts_again(data: Path) -> None:
    killed = holding.holder(data)
    assert holding.says(killed) == "held"
    _filled(data)
    pid = holding.server_pid(data)
    killed.kill()
    os.kill(pid, signal.SIGKILL)
    killed.wait()
    time.sleep(0.5)
    mark = holding.server(data).data / "postmaster.pid"
    mark.write_text(mark.read_text().replace(str(pid), str(os.getpid()), 1))
    heir = holding.holder(data)
    assert holding.says(heir) == "held"
    assert holding.execute(data, "SELECT count(*) FROM kept") == [(100,)]
    holding.let_go(heir)


def test_killed_while_the_database_is_made_leaves_nothing_that_looks_like_one(data: Path) -> None:
    for pause in (0.15, 0.3, 0.45):
        killed = holding.holder(data)
        time.sleep(pause)
        killed.kill()
        killed.wait()
    last = holding.holder(data)
    assert holding.says(last) == "held"
    _filled(data)
    holding.let_go(last)
