"""One PostgreSQL server as a process of our own: its files, its socket, its end. Standard library only."""

from __future__ import annotations

import ctypes
import hashlib
import os
import pwd
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from config import postgres_binaries as binaries
from config.postgres_binaries import CannotStart

ACCOUNT = "followthrough"
_SOCKET = ".s.PGSQL.5432"
_SPACE_NEEDED = 300_000_000
# Seconds; after a crash the server reads what it wrote last before it takes connections.
_RECOVERY = 300.0
_THROW_AWAY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off", "wal_level=minimal",
               "max_wal_senders=0", "shared_buffers=64MB")  # fmt: skip


# Opened early: a child that has left root's account may no longer be able to read the library's file.
_LIBRARY = ctypes.CDLL(None)


def socket_directory(data_dir: Path) -> Path:
    """Where the server of `data_dir` listens: a pure function of the directory and of who asks."""
    # Short, because a socket's path may not exceed 107 bytes; and the same for all, whatever TMPDIR says.
    return Path("/tmp") / f"followthrough-{os.geteuid()}-{_mark(data_dir)}"


def elsewhere(data_dir: Path) -> Path:
    """Where root's server keeps what its account could not reach otherwise."""
    return Path("/var/tmp") / f"followthrough-{_mark(data_dir)}"


class Server:
    """One server: its files, its socket, its process. Callers see to it that only one of them starts or stops it."""

    def __init__(self, data_dir: Path, socket_dir: Path, *, throw_away: bool = False, programs: Path | None = None):
        self.throw_away = throw_away
        self.socket_dir = socket_dir
        self.account = _account_for_root() if os.geteuid() == 0 else None
        self.home = data_dir / "postgres"
        self.elsewhere = elsewhere(data_dir)
        if self.account and not binaries.reachable(data_dir):
            self.home = self.elsewhere / "postgres"
        self.data = self.home / "data"
        self.log = self.home / "log"
        self._given = programs
        self._process: subprocess.Popen[bytes] | None = None

    def is_running(self) -> bool:
        """Whether it is up and takes connections."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[7].strip() == "ready" and self._listens()

    def start(self) -> None:
        """Make the database if there is none, and start; a crash before is recovered from."""
        if self.home.parent == self.elsewhere:
            self._own(self.elsewhere)
        self._own(self.home)
        self._own(self.socket_dir)
        programs = self._reachable_binaries()
        if not (self.data / "PG_VERSION").exists():
            self._initialise(programs)
        if self._is_on_its_way():
            return
        self._forget_dead()
        settings = [f"unix_socket_directories={self.socket_dir}", "listen_addresses=", "max_connections=100",
                    "logging_collector=off", *(_THROW_AWAY if self.throw_away else ())]  # fmt: skip
        command = [programs / "postgres", "-D", self.data, *(part for s in settings for part in ("-c", s))]
        for attempt in range(20):
            with self.log.open("ab") as log:
                log.truncate(0)
                self._process = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                    preexec_fn=_die_with_parent if self.throw_away else None, **self._as_account(),
                )  # fmt: skip
            if self._becomes_ready():
                return
            # After kill -9 of the server its own children need a moment to notice; they hold its shared memory.
            if "shared memory block" not in self.log_tail() or attempt == 19:
                break
            time.sleep(0.5)
        raise CannotStart(
            f"PostgreSQL did not start. It says (whole text in {self.log}):\n\n{self.log_tail()}\n"
            f"Free space on its disk: {shutil.disk_usage(self.home).free // 1_000_000} MB."
        )

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it (SIGINT: orderly and at once) and wait until it is gone."""
        with suppress(OSError, ValueError):
            if self._lives():
                os.kill(self._pid(), how)
        end = time.monotonic() + 60
        while time.monotonic() < end and self._lives():
            time.sleep(0.01)
        if self._process:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(10)
        shutil.rmtree(self.socket_dir, ignore_errors=True)

    def log_tail(self) -> str:
        """The last lines it wrote."""
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-12:])
        except OSError:
            return ""

    def _initialise(self, programs: Path) -> None:
        free = shutil.disk_usage(self.home).free
        if free < _SPACE_NEEDED:
            raise CannotStart(
                f"No disk space: {self.home} has {free // 1_000_000} MB left, a new database needs"
                f" {_SPACE_NEEDED // 1_000_000} MB. Free some, or set DATA_DIR to a place with more."
            )
        # Under a name of our own first: an initdb that was killed, or whose starter was, leaves nothing that looks
        # like a database and writes into nothing of ours.
        for left in self.home.glob("data.new.*"):
            shutil.rmtree(left, ignore_errors=True)
        fresh = self.home / f"data.new.{os.getpid()}"
        self._own(fresh)
        made = subprocess.run(
            [programs / "initdb", "-D", fresh, "-U", ACCOUNT, "-A", "trust", "-E", "UTF8", "--no-locale",
             "--no-instructions", *(["--no-sync"] if self.throw_away else [])],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, **self._as_account(),
        )  # fmt: skip
        if made.returncode:
            raise CannotStart(f"The database could not be made in {fresh}:\n\n{made.stdout.decode(errors='replace')}")
        fresh.rename(self.data)

    def _reachable_binaries(self) -> Path:
        found = self._given or binaries.find(self.data)
        if not self.account or binaries.reachable(found):
            return found
        # The virtual environment stands where the account can't go (below /root): it gets a copy.
        self._own(self.elsewhere)
        return binaries.copy_of(found, self.elsewhere)

    def _is_on_its_way(self) -> bool:
        """Whether one that another process started (and did not live to see ready) comes up by itself."""
        end = time.monotonic() + _RECOVERY
        while self._lives() and time.monotonic() < end:
            if self.is_running():
                return True
            time.sleep(0.05)
        return False

    def _pid(self) -> int:
        return int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])

    def _lives(self) -> bool:
        """Whether the process that the mark names is a server, and not dead: its number may be another program's by
        now (a container that restarted), and a dead one stands in the list until somebody buries it."""
        try:
            pid = self._pid()
            os.kill(pid, 0)
            if sys.platform != "linux":
                return True
            found = re.search(r"\((.*)\) (\S)", Path(f"/proc/{pid}/stat").read_text())
        except (OSError, ValueError):
            return False
        return bool(found and found[1].startswith("postgres") and found[2] != "Z")

    def _forget_dead(self) -> None:
        """Take the number of a dead server out of its marks, because PostgreSQL asks only whether the number lives."""
        mark = self.data / "postmaster.pid"
        if sys.platform != "linux" or not mark.exists():
            return
        (self.socket_dir / f"{_SOCKET}.lock").unlink(missing_ok=True)
        # The rest stays: by it the new server knows that no child of the old one still writes. PostgreSQL overlooks
        # the number of whoever starts it.
        _pid, rest = mark.read_text().split("\n", 1)
        with mark.open("r+") as file:
            file.write(f"{os.getpid()}\n{rest}")
            file.truncate()

    def _becomes_ready(self) -> bool:
        """Wait for connections to be taken; recovery after a crash may take its time."""
        assert self._process
        end = time.monotonic() + _RECOVERY
        while time.monotonic() < end:
            if self._process.poll() is not None:
                return False
            if self.is_running():
                return True
            time.sleep(0.01)
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(30)
        return False

    def _listens(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(5)
            try:
                probe.connect(str(self.socket_dir / _SOCKET))
            except OSError:
                return False
        return True

    def _own(self, directory: Path) -> None:
        """Make `directory` for us alone; one that somebody else has put there is refused."""
        if not directory.is_dir():
            with suppress(FileExistsError):
                directory.mkdir(parents=True, mode=0o700)
                if self.account:
                    os.chown(directory, self.account.pw_uid, self.account.pw_gid)
        owner = self.account.pw_uid if self.account else os.geteuid()
        found = directory.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner:
            raise CannotStart(
                f"{directory} belongs to {name_of(found.st_uid)}, not to {name_of(owner)}."
                f" Run this as the user who made it, remove it, or set DATA_DIR to another place."
            )
        if stat.S_IMODE(found.st_mode) != 0o700:
            directory.chmod(0o700)

    def _as_account(self) -> dict[str, Any]:
        keywords: dict[str, Any] = {"cwd": "/", "env": {**os.environ, "LC_ALL": "C", "TZ": "UTC"}}
        if self.account:
            keywords.update(user=self.account.pw_uid, group=self.account.pw_gid, extra_groups=[])
        return keywords


def name_of(uid: int) -> str:
    """The name of an account, for a sentence."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _account_for_root() -> pwd.struct_passwd:
    """PostgreSQL refuses to run as root; these accounts exist everywhere, so none has to be made."""
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise CannotStart("PostgreSQL can't run as root, and there is no account postgres or nobody. Run this as a user.")


def _mark(data_dir: Path) -> str:
    return hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:10]


def _die_with_parent() -> None:
    """For a throw-away server: killed parent, no server left. After the change of account, which would undo it."""
    if sys.platform == "linux":
        _LIBRARY.prctl(1, signal.SIGQUIT)
