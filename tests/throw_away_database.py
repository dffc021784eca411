"""A pytest plugin: a real PostgreSQL for this run, gone afterwards, also when pytest is killed.

It stands before pytest-django in the order of things, so that the settings find it. Whatever the environment or a
`.env` says about databases, mail or data does not reach the tests.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import tempfile
from base64 import b64encode
from pathlib import Path
from urllib.parse import quote

import pytest

from config import embedded_postgres

_ROOM = 400_000_000
_PREFIX = "followthrough-tests-"
_running: list[tuple[embedded_postgres.Server, Path]] = []


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Start the server; the workers of pytest-xdist inherit where it is."""
    if hasattr(early_config, "workerinput") or os.environ.get("PYTEST_XDIST_WORKER"):
        return
    place = _place()
    _sweep(place)
    base = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=place))
    base.chmod(0o755)
    mark = os.open(base / "in-use", os.O_RDWR | os.O_CREAT)
    fcntl.flock(mark, fcntl.LOCK_EX)
    given = os.environ.get("TEST_POSTGRES_BIN")
    server = embedded_postgres.Server(
        base, base / "socket", throw_away=True, programs=Path(given) if given else None
    )  # fmt: skip
    try:
        server.start()
    except embedded_postgres.CannotStart as reason:
        _remove(base)
        pytest.exit(str(reason), returncode=2)
    _running.append((server, base))
    os.environ.update(
        DATABASE_URL=f"postgresql://{embedded_postgres.ACCOUNT}@{quote(str(server.socket_dir), safe='')}/postgres",
        SECRET_KEY="only-for-tests-only-for-tests-only-for-tests-only-for-tests",
        ENCRYPTION_KEYS=b64encode(b"only-for-tests-only-for-tests-32").decode(),
        MAIL_CA_FILE="",
        INBOUND_PROVIDER="",
        ANYMAIL="",
        INBOUND_SECRETS="whsec_b25seS1mb3ItdGVzdHMtb25seS1mb3ItdGVzdHM=",
        DATA_DIR=str(base / "files"),
        SITE_URL="http://localhost:8000",
        DEMO="0",
        DEBUG="",
        EMAIL_URL="smtp://127.0.0.1:1",
        BROKER_URL="",
        ALLOWED_HOSTS="",
        TRUSTED_PROXIES="",
    )


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Stop it at once; nothing in it is worth keeping."""
    for server, base in _running:
        server.stop(signal.SIGQUIT)
        _remove(base)
    _running.clear()


def _sweep(place: Path) -> None:
    """Remove what killed runs have left behind; the kernel has taken their marks back."""
    for left in place.glob(f"{_PREFIX}*"):
        try:
            with (left / "in-use").open() as mark:
                fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _remove(left)
        except OSError:
            continue


def _remove(base: Path) -> None:
    """All of a run: its files, and the copy of the binaries that root's server may have needed."""
    shutil.rmtree(embedded_postgres.elsewhere(base), ignore_errors=True)
    shutil.rmtree(base, ignore_errors=True)


def _place() -> Path:
    """Memory if there is enough of it, which is little in many containers; else the usual place."""
    memory = Path("/dev/shm")
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _ROOM:
        return memory
    return Path(tempfile.gettempdir())
