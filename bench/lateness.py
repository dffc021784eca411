"""P8: how long after it was due a mail is accepted, through the real worker: single ones, and many at one instant.

python -m bench.lateness [singles] [many]
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random

from bench import sink, stage
from bench.outbox import plan
from bench.report import percentile, table, write
from bench.sink import Sink

SINGLES, MANY = 40, 1_000
P95, LONGEST, LAST_OF_MANY = 2.0, 3.0, 5.0  # seconds
# Between two single mails: the system is idle again, and each falls into another part of the second.
PAUSE = (1.5, 2.5)


@contextmanager
def worker(server: Sink) -> Iterator[int]:
    """`manage.py worker`, which sends to `server`, as its process; its heart beats when this is entered."""
    from mail.models import Heartbeat

    Heartbeat.objects.all().delete()
    environment = os.environ | {"EMAIL_URL": f"smtp://{sink.HOST}:{server.port}"}
    process = subprocess.Popen([sys.executable, "manage.py", "worker"], env=environment)
    try:
        while not Heartbeat.objects.exists():
            time.sleep(0.1)
        time.sleep(3)  # It catches up first.
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def lateness(server: Sink, names: list[str], mails: int) -> list[float]:
    """Seconds from due to accepted of every mail whose plan has one of these names, once all are there."""
    wanted = {f"{name}:{number}" for name in names for number in range(mails)}
    due = dict(_due_times(wanted))
    end = time.monotonic() + 120
    while not wanted <= (accepted := server.accepted()).keys():
        assert time.monotonic() < end, "not all mails have left within two minutes"
        time.sleep(0.1)
    return [accepted[key] - due[key] for key in wanted]


def singles(server: Sink, mails: int) -> list[float]:
    """One mail after the other."""
    from mail.outbox import database_now

    random = Random(8)
    late = []
    for number in range(mails):
        plan(1, database_now(), f"single-{number}")
        late += lateness(server, [f"single-{number}"], 1)
        time.sleep(random.uniform(*PAUSE))
    return late


def many(server: Sink, mails: int) -> list[float]:
    """All due at one instant, planned some seconds before."""
    from mail.outbox import database_now

    plan(mails, database_now() + timedelta(seconds=5), "many")
    return lateness(server, ["many"], mails)


def main() -> int:
    """Measure both; 1 where a goal is missed."""
    numbers = [int(number) for number in sys.argv[1:]]
    of_one, of_many = numbers if len(numbers) == 2 else (SINGLES, MANY)
    with (
        stage.database(),
        tempfile.TemporaryDirectory() as directory,
        sink.running(Path(directory)) as server,
        worker(server),
    ):
        found = {"one at a time": singles(server, of_one)}
        idle_load = os.getloadavg()[0]
        found["all at one instant"] = many(server, of_many)
    rows = [
        {
            "due": name,
            "mails": len(late),
            "p50 s": percentile(late, 0.5),
            "p95 s": percentile(late, 0.95),
            "max s": max(late),
        }
        for name, late in found.items()
    ]
    table(rows)
    single, crowd = rows
    met = single["p95 s"] <= P95 and single["max s"] <= LONGEST and crowd["max s"] <= LAST_OF_MANY
    print(
        f"P8: goals p95 {P95:g} s, max {LONGEST:g} s, last of many {LAST_OF_MANY:g} s: {'met' if met else 'NOT met'};"
        f" load average {idle_load:.1f} while it should be idle"
    )
    write("lateness", {"goal": "P8", "met": met, "rows": rows, "load average": idle_load})
    return 0 if met else 1


def _due_times(keys: set[str]) -> list[tuple[str, float]]:
    """Seconds since 1970 at which each was due. What is made to be due at once is due when it is made."""
    from mail.models import Delivery

    rows = Delivery.objects.filter(key__in=keys).values_list("key", "made_at")
    return [(key, made_at.timestamp()) for key, made_at in rows]


if __name__ == "__main__":
    sys.exit(main())
