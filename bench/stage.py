"""A throw-away server with mass data, and a signed-in browserless client to time pages with."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from bench.report import percentile
from config import embedded_postgres

if TYPE_CHECKING:
    from django.test import Client


@contextmanager
def database() -> Iterator[None]:
    """Django, set up on an empty PostgreSQL of its own that is gone afterwards. Durable, as in earnest."""
    reports = os.environ.get("DATA_DIR") or ".data"
    base = Path(tempfile.mkdtemp(prefix="followthrough-bench-"))
    base.chmod(0o755)
    server = embedded_postgres.Server(base, base / "socket")
    server.start()
    os.environ |= {
        "DATABASE_URL": f"postgresql://{embedded_postgres.ACCOUNT}@{quote(str(server.socket_dir), safe='')}/postgres",
        "SECRET_KEY": "only-for-measuring-only-for-measuring-only-for-measuring",
        "DEMO": "1",
        "EMAIL_URL": "",
        "DATA_DIR": str(base / "files"),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "ALLOWED_HOSTS": "testserver,localhost",
    }
    try:
        import django
        from django.conf import settings
        from django.core.management import call_command

        django.setup()
        settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        yield
    finally:
        os.environ["DATA_DIR"] = reports
        server.stop(signal.SIGQUIT)
        shutil.rmtree(base, ignore_errors=True)


def copy(name: str) -> None:
    """Another database that begins as this one is now."""
    from django.db import connection

    source = connection.settings_dict["NAME"]
    use("template1")
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {source}")
    use(name)


def use(name: str) -> None:
    """Go on in the database of that name."""
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = name


def load(tickets: int, already: int = 0) -> float:
    """Mass data up to `tickets` in all; the seconds it took."""
    from django.core.management import call_command

    began = perf_counter()
    call_command("load_scale", tickets=tickets - already, stdout=sys.stderr)
    return perf_counter() - began


def manager() -> Client:
    """A client who sees all teams."""
    from django.test import Client

    from people.models import User

    client = Client()
    client.force_login(User.objects.filter(role="manager").first())
    return client


def statements(client: Client, url: str) -> int:
    """How many SQL statements one page takes, once it is warm."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for _ in range(3):
        answer = client.get(url)
    assert answer.status_code == 200, f"{url}: {answer.status_code}"
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    return len(captured)  # at once: the next request empties the log


def times(client: Client, url: str, rounds: int) -> list[float]:
    """Milliseconds for each of some requests after a first one that is not counted."""
    client.get(url)
    found = []
    for _ in range(rounds):
        began = perf_counter()
        client.get(url)
        found.append((perf_counter() - began) * 1000)
    return found


def timed(client: Client, url: str, rounds: int) -> dict[str, Any]:
    """p50 and p95 in milliseconds and the number of SQL statements of one page, warmed up first."""
    asked = statements(client, url)
    found = times(client, url, rounds)
    return {"p50 ms": percentile(found, 0.5), "p95 ms": percentile(found, 0.95), "SQL": asked}
