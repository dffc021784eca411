"""P3: the compliance page and its counts at growing sizes, for a month that has ended and for the one that runs.

Each size is a database of its own and the requests take turns, so that whatever else the machine
does falls on all sizes alike. At the largest size a sample of the figures is compared with their lists.

python -m bench.compliance [sizes …]
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from bench import stage
from bench.horizon import fill, measure
from bench.report import table, write

SIZES = [10_000, 100_000]
TURNS, ROUNDS = 6, 4
GROWTH, RUNNING_MS, MOST_SQL, SAMPLE = 1.5, 300, 12, 60


def pages() -> dict[str, str]:
    """The pages that are measured: the running month, the month before it, and a list behind a figure."""
    first = datetime.now(UTC).replace(day=1) - timedelta(days=1)
    return {
        "running month": "/desk/compliance/",
        "closed month": f"/desk/compliance/?month={first:%Y-%m}",
        "closed month, list": f"/desk/compliance/cases/?month={first:%Y-%m}&buckets=kept_late",
    }


def sampled(client: Any) -> tuple[int, list[str]]:
    """How many figures of the page were compared with the number of their cases, and which differ."""
    from people.models import User
    from tests.desk.figures import figures, held

    viewer = User.objects.get(pk=client.session["_auth_user_id"])
    found = [
        (href, said)
        for url in list(pages().values())[:2]
        for href, said in figures(client.get(url).content.decode()).items()
    ]
    some = found[:: max(len(found) // SAMPLE, 1)]
    return len(some), [f"{href}: {said}, held {there}" for href, said in some if (there := held(viewer, href)) != said]


def main() -> int:
    """Measure; 1 where a goal is missed or a figure is not the length of its list."""
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    with stage.database():
        names = fill(sizes)
        rows = [row for page, url in pages().items() for row in measure(page, url, names, TURNS, ROUNDS)]
        compared, differ = sampled(stage.manager())
    table(rows)
    print(f"{compared} figures compared with their lists at {max(sizes):,} tickets, {len(differ)} differ")
    print("\n".join(differ))
    write("compliance", {"rows": rows, "compared": compared, "differ": differ})
    last = {row["page"]: row for row in rows if row["tickets"] == max(sizes)}
    met = last["closed month"]["growth"] <= GROWTH and last["running month"]["p50 ms"] <= RUNNING_MS
    return 0 if met and not differ and max(row["SQL"] for row in rows) <= MOST_SQL else 1


if __name__ == "__main__":
    sys.exit(main())
