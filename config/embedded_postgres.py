"""PostgreSQL as a process of our own: no installation, no configuration, no port. Standard library only.

Everybody who uses the server of a data directory *holds* it. The first starts it, the last one out stops it; both
under locks that the kernel takes back when a process is killed, so nothing has to be cleaned up by hand. The server
belongs to nobody's session: neither Ctrl-C nor the end of whoever started it reaches it.
"""

from __future__ import annotations

import atexit
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from config.postgres_binaries import CannotStart
from config.postgres_server import ACCOUNT, Server, elsewhere, name_of, socket_directory

__all__ = ["ACCOUNT", "DATABASE", "CannotStart", "Server", "elsewhere", "ensure_running", "hold", "socket_directory"]

DATABASE = "postgres"

_held: dict[Path, int] = {}


def hold(data_dir: Path) -> None:
    """Start the server of `data_dir` unless it runs, and keep it running until this process ends.

    A child forked later holds it too. May be called again; what is held stays held.
    """
    data_dir = data_dir.resolve()
    if data_dir in _held:
        return
    _make_data_dir(data_dir)
    _held[data_dir] = _share(data_dir)
    ensure_running(data_dir)
    if len(_held) == 1:
        os.register_at_fork(after_in_child=_hold_anew)
        atexit.register(_let_go)


def ensure_running(data_dir: Path) -> bool:
    """Start the server of `data_dir` if it is not there (somebody killed it); whether that was necessary."""
    data_dir = data_dir.resolve()
    with _starting(data_dir):
        server = Server(data_dir, socket_directory(data_dir))
        if server.is_running():
            return False
        server.start()
        return True


def _share(data_dir: Path) -> int:
    """Be counted as a user; waits while the last one out stops the server."""
    users = os.open(data_dir / "postgres.users", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(users, fcntl.LOCK_SH)
    return users


def _hold_anew() -> None:
    """In a forked child: a lock of its own instead of its parent's, whose end it may outlive."""
    for data_dir, inherited in list(_held.items()):
        # Closed first: the parent may be leaving, and would wait for ever for a lock that we share with it.
        os.close(inherited)
        del _held[data_dir]
        with suppress(OSError, CannotStart):
            _held[data_dir] = _share(data_dir)
            ensure_running(data_dir)


def _let_go() -> None:
    """Stop the server if nobody else uses it, before letting go."""
    for data_dir, users in list(_held.items()):
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            pass
        else:
            with _starting(data_dir):
                Server(data_dir, socket_directory(data_dir)).stop()
        fcntl.flock(users, fcntl.LOCK_UN)
        os.close(users)
        del _held[data_dir]


@contextmanager
def _starting(data_dir: Path) -> Iterator[None]:
    lock = os.open(data_dir / "postgres.starting", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _make_data_dir(data_dir: Path) -> None:
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        found = data_dir.stat()
        if found.st_uid == os.geteuid() and os.access(data_dir, os.W_OK):
            return
    except OSError as error:
        raise CannotStart(f"{data_dir} can't be made: {error.strerror}. Set DATA_DIR to another place.") from error
    raise CannotStart(
        f"{data_dir} belongs to {name_of(found.st_uid)}, not to {name_of(os.geteuid())}."
        " Run this as that user, or set DATA_DIR to another place."
    )
