"""A million follow-ups planned for later: what the sweeps cost, and what a page of the list by day costs.

Each size is a database of its own and they take turns, so that whatever else the machine does falls on all
alike; goals are about the best of them. A hundred are due at each size; the rest is planned for the next year.

python -m bench.followups [small] [large]
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import datetime
from time import perf_counter
from typing import Any

from bench import stage
from bench.report import percentile, table, write

SIZES = [10_000, 1_000_000]
DUE = 100
TICKETS = 500
TURNS = 10
LIMIT_MS, GROWTH = 100.0, 2.0


def planned(first: int, last: int, now: datetime) -> None:
    """Follow-ups on the tickets that there are, one in a second of the year to come; the first hundred due."""
    from django.db import connection

    from followups.models import FollowUp, PlaybookStep

    columns = [field.column for field in FollowUp._meta.concrete_fields if field.column != "id"]
    given = {
        "ticket_id": "(SELECT ids[1 + n %% array_length(ids, 1)] FROM tickets)",
        "step": "'closing'",
        "playbook_step_id": str(PlaybookStep.objects.in_use().get(name="closing").pk),
        "cycle": "1000 + n",
        "channel": "'mail'",
        "due_at": "%(now)s::timestamptz + CASE WHEN n <= %(due)s THEN interval '-1 minute'"
        " ELSE interval '1 day' + (n %% 31000000) * interval '1 second' END",
        "state": "'scheduled'",
        "reason": "''",
        "body": "''",
        "what": "''",
        "made_at": "%(now)s",
    }
    values = ", ".join(given.get(column, "NULL") for column in columns)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(
            f"WITH tickets AS (SELECT array_agg(id) AS ids FROM tickets_ticket)"
            f" INSERT INTO followups_followup ({', '.join(columns)})"
            f" SELECT {values} FROM generate_series(%(first)s, %(last)s) n",
            {"now": now, "first": first, "last": last, "due": DUE},
        )
        cursor.execute("ANALYZE followups_followup")
        cursor.execute("RESET statement_timeout")


def asked(now: datetime) -> dict[str, Callable[[], Any]]:
    """What is measured."""
    from django.utils import timezone

    from desk import planned as listed
    from followups.actions import holding
    from followups.models import FollowUp
    from people.models import User
    from tickets.models import Ticket

    zone, manager = timezone.get_default_timezone(), User.objects.filter(role="manager").earliest("pk")
    return {
        "is there work": lambda: FollowUp.objects.due(now).values("pk")[:1].exists(),
        "what is due": lambda: list(FollowUp.objects.due(now).select_related("ticket")[:200]),
        "has it piled up": lambda: holding.hold_what_piled_up(now=now),
        "what to finish": lambda: list(FollowUp.objects.to_finish()[:500]),
        "what to plan": lambda: list(Ticket.objects.filter(unplanned=True).order_by("pk")[:500]),
        "list by day": lambda: listed.calendar(manager, mine=False, after="", zone=zone, now=now),
    }


def time_all(now: datetime) -> dict[str, list[float]]:
    """Milliseconds of each question, asked five times after a first one that is not counted."""
    found: dict[str, list[float]] = {}
    for name, question in asked(now).items():
        question()
        for _ in range(5):
            began = perf_counter()
            question()
            found.setdefault(name, []).append((perf_counter() - began) * 1000)
    return found


def main() -> int:
    """Measure at each size; 1 where a goal is missed."""
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    with stage.database():
        from mail.outbox import database_now

        stage.load(TICKETS)
        now, already, names = database_now(), 0, {}
        for size in sizes:
            name = f"with_{size}"
            stage.copy(name)
            began = perf_counter()
            planned(already + 1, size, now)
            print(f"{size:,} planned in {perf_counter() - began:.0f} s")
            names[name], already = size, size
        found: dict[str, dict[str, list[float]]] = {name: {} for name in names}
        for _ in range(TURNS):
            for name in reversed(names):
                stage.use(name)
                for question, times in time_all(now).items():
                    found[name].setdefault(question, []).extend(times)
    first = next(iter(found.values()))
    rows: list[dict[str, Any]] = [
        {
            "question": question,
            "planned": names[name],
            "best ms": min(times),
            "p50 ms": percentile(times, 0.5),
            "p95 ms": percentile(times, 0.95),
            "growth": min(times) / min(first[question]),
        }
        for name, questions in found.items()
        for question, times in questions.items()
    ]
    table(rows)
    met = all(row["best ms"] <= LIMIT_MS and row["growth"] <= GROWTH for row in rows)
    print(
        f"goals {LIMIT_MS:g} ms, growth {GROWTH:g} times: {'met' if met else 'NOT met'}; load {os.getloadavg()[0]:.1f}"
    )
    write("followups", rows)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
