"""P7: "is there work?", asked twice a second, at growing numbers of mails and right after many claims.

Each size is a database of its own and the questions take turns, so that whatever else the machine does
falls on all alike. Nothing is due in any of them.

python -m bench.idle_sweep [small] [large]
"""

from __future__ import annotations

import os
import sys
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

from bench import stage
from bench.report import percentile, table, write

SIZES = [10_000, 1_000_000]
CLAIMS, AT_ONCE = 200_000, 500
TURNS, ROUNDS = 20, 25
LIMIT_MS, GROWTH = 1.0, 1.5


def sent(first: int, last: int, now: datetime) -> None:
    """Mails that have left long ago, one of a hundred still waiting for a later day; and where tickets stand."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO mail_delivery (
                key, purpose, about, recipient, recipient_name, language, subject, body, in_reply_to, "references",
                automatic, at_least_once, state, made_at, next_at, attempts_made, message_id, stop_on, ended_at, reason
            )
            SELECT 'sweep:' || n, 'reply', 'ticket:' || n, 'customer' || n || '@example.test', '', 'en', 'Printer',
                repeat('It is on its way. ', 20), '', '', FALSE, TRUE,
                CASE WHEN n %% 100 = 0 THEN 'queued' ELSE 'sent' END,
                %(now)s, %(now)s + CASE WHEN n %% 100 = 0 THEN interval '30 days' ELSE interval '0' END, 1,
                '<' || n || '@example.test>', '{}', CASE WHEN n %% 100 = 0 THEN NULL ELSE %(now)s END, ''
            FROM generate_series(%(first)s, %(last)s) n
            """,
            {"now": now, "first": first, "last": last},
        )
        cursor.execute("ANALYZE mail_delivery")


def claim_and_give_back(claims: int) -> None:
    """What wears the index out: as many claims and releases, without a pause in which anything could be tidied up."""
    from mail import outbox
    from mail.models import Delivery

    now = outbox.database_now()
    waiting = list(Delivery.objects.filter(state="queued").values_list("pk", flat=True)[:AT_ONCE])
    for _ in range(claims // len(waiting)):
        Delivery.objects.filter(pk__in=waiting).update(next_at=now)
        lease, due = outbox.claim(len(waiting), now=now)
        outbox.release(dict.fromkeys(due, now + timedelta(days=30)), lease)


def ask(rounds: int, now: datetime) -> list[float]:
    """Milliseconds for each of some questions after a first one that is not counted."""
    from config import questions

    found = []
    look = questions.Look()
    for _ in range(rounds + 1):
        began = perf_counter()
        _read_at, tasks = look.at(now)
        found.append((perf_counter() - began) * 1000)
        assert not tasks, tasks
    return found[1:]


def statements(now: datetime) -> int:
    """How many SQL statements one question takes."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        ask(0, now)
    return len(captured)


def fill(sizes: list[int], now: datetime) -> dict[str, int]:
    """A database for each size, the larger begun as a copy of the smaller; the last again, worn out by claims."""
    names, already = {}, 0
    for size in sizes:
        name = f"with_{size}"
        stage.copy(name)
        names[name] = size
        sent(already + 1, size, now)
        already = size
    stage.copy("claimed")
    names["claimed"] = already
    claim_and_give_back(CLAIMS)
    return names


def main() -> int:
    """Measure at each size; 1 where a goal is missed."""
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    with stage.database():
        from django.conf import settings

        from mail.outbox import database_now

        settings.MAIL_TO_CATCHER = False
        now = database_now()
        names = fill(sizes, now)
        found: dict[str, list[float]] = {name: [] for name in names}
        asked = {}
        for _ in range(TURNS):
            for name in reversed(names):
                stage.use(name)
                found[name] += ask(ROUNDS, now)
        for name in names:
            stage.use(name)
            asked[name] = statements(now)
    load = os.getloadavg()[0]
    smallest = percentile(next(iter(found.values())), 0.5)
    rows: list[dict[str, Any]] = [
        {
            "mails": names[name],
            "after claims": CLAIMS if name == "claimed" else 0,
            "best ms": min(times),
            "p50 ms": percentile(times, 0.5),
            "p95 ms": percentile(times, 0.95),
            "SQL": asked[name],
            "growth": percentile(times, 0.5) / smallest,
        }
        for name, times in found.items()
    ]
    table(rows)
    met = all(row["p50 ms"] <= LIMIT_MS and row["growth"] <= GROWTH and row["SQL"] == 1 for row in rows)
    print(
        f"P7: goals one statement, {LIMIT_MS:g} ms, growth {GROWTH:g} times: {'met' if met else 'NOT met'};"
        f" load average {load:.1f}"
    )
    write("idle_sweep", {"goal": "P7", "met": met, "rows": rows, "load average": load})
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
