"""Processes that hold an embedded server, for tests that end them in every way."""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config import embedded_postgres
from tests.source import CHECKOUT


@contextmanager
def data_directory() -> Iterator[Path]:
    """A data directory that every account can reach; it and its server's files are gone afterwards."""
    place = Path(tempfile.mkdtemp(prefix="followthrough-held-"))
    place.chmod(0o755)
    data = place / "data"
    try:
        yield data
    finally:
        held = server(data)
        held.stop(signal.SIGQUIT)
        for left in (held.home, held.elsewhere, held.socket_dir, place):
            shutil.rmtree(left, ignore_errors=True)


_CODE = """
import os, sys
from pathlib import Path
sys.path[:0] = [{checkout!r}]
from config import embedded_postgres
try:
    embedded_postgres.hold(Path({data!r}))
except embedded_postgres.CannotStart as reason:
    print("refused:", str(reason).replace(chr(10), " "), flush=True)
    sys.exit(1)
print("held", flush=True)
{then}
sys.stdin.read()
"""


def holder(data: Path, then: str = "") -> subprocess.Popen[bytes]:
    """A process that holds the server of `data`, or says why not; it ends when its input does."""
    code = _CODE.format(checkout=str(CHECKOUT), data=str(data), then=then)
    return subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, cwd="/"
    )  # fmt: skip


def says(process: subprocess.Popen[bytes]) -> str:
    """Its next line."""
    assert process.stdout
    ready, _, _ = select.select([process.stdout], [], [], 30)
    assert ready, "nothing was said for half a minute"
    return process.stdout.readline().decode().strip()


def let_go(process: subprocess.Popen[bytes]) -> None:
    """Have it end in good order."""
    assert process.stdin
    process.stdin.close()
    process.wait(60)


def server(data: Path) -> embedded_postgres.Server:
    return embedded_postgres.Server(data, embedded_postgres.socket_directory(data))


def server_pid(data: Path) -> int:
    return int((server(data).data / "postmaster.pid").read_text().split("\n", 1)[0])


def is_alive(pid: int) -> bool:
    """Whether that process runs; a dead one that nobody has buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1][0] != "Z"
    except OSError:
        return False


def execute(data: Path, statement: str) -> list[tuple[object, ...]]:
    """Run one statement on the server of `data`."""
    import psycopg

    host = str(embedded_postgres.socket_directory(data))
    account, database = embedded_postgres.ACCOUNT, embedded_postgres.DATABASE
    with psycopg.connect(host=host, user=account, dbname=database, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def is_root() -> bool:
    return os.geteuid() == 0
