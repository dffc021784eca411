"""One migrated database for all processes of a run to copy, kept as a dump while the migrations stay the same.

Migrating takes seven seconds of a run, also of one that is about a single test. A fresh clone migrates for real, once.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import psycopg
from django.conf import settings

from config import postgres_binaries

TEMPLATE = "migrated"
_CHECKOUT = Path(__file__).parents[1]
_MIGRATES = (*_CHECKOUT.glob("*/migrations/*.py"), _CHECKOUT / "requirements.lock")


def provide(kept_in: Path | None) -> None:
    """Have a database called `TEMPLATE` on the server of this run; where it comes from a dump, that is `kept_in`."""
    with (Path(settings.DATA_DIR).parent / "in-use.migrated").open("w") as mark:
        fcntl.flock(mark, fcntl.LOCK_EX)  # the workers of one run: the first makes it, the others find it
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
            if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone():
                return
            server.execute(f"CREATE DATABASE {TEMPLATE}")
        dump = kept_in / f"{_hash()}.sql" if kept_in and _program("psql") and _program("pg_dump") else None
        if dump and dump.exists():
            _run(_program("psql"), "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction", f"--file={dump}")
            return
        _run(sys.executable, "manage.py", "migrate", "--verbosity=0")
        if dump:
            for outdated in dump.parent.glob("*.sql"):
                outdated.unlink()
            unfinished = dump.with_suffix(".unfinished")
            _run(_program("pg_dump"), "--no-owner", "--no-privileges", f"--file={unfinished}")
            unfinished.rename(dump)


def _hash() -> str:
    found = hashlib.sha256()
    for file in sorted(_MIGRATES):
        found.update(file.name.encode() + file.read_bytes())
    return found.hexdigest()


def _program(name: str) -> str:
    given = os.environ.get("TEST_POSTGRES_BIN")
    path = (Path(given) if given else postgres_binaries.find(Path(settings.DATA_DIR))) / name
    return str(path) if path.exists() else ""


def _run(*command: str) -> None:
    parts = psycopg.conninfo.conninfo_to_dict(os.environ["DATABASE_URL"])
    where = {"PGHOST": str(parts["host"]), "PGUSER": str(parts["user"]), "PGDATABASE": TEMPLATE}
    address = os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{TEMPLATE}"
    environment = {**os.environ, **where, "DATABASE_URL": address}
    done = subprocess.run(command, cwd=_CHECKOUT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr[-2000:]}")
