"""P2: Horizon and the ticket list at growing sizes. Cost grows with the work due, not with the rows stored.

python -m bench.horizon [sizes …]
"""

from __future__ import annotations

import sys

from bench import stage
from bench.report import table, write

SIZES = [10_000, 100_000]
PAGES = {"Horizon, all": "/desk/?whose=all", "ticket list": "/desk/tickets/"}
ROUNDS = 60
GROWTH = 1.5  # p50 at the largest against the smallest


def plan() -> str:
    """How the database finds what needs attention now."""
    from django.utils import timezone

    from tickets.models import Commitment

    return Commitment.objects.needing_attention(timezone.now()).explain()


def main() -> int:
    """Measure each page at each size; 1 where Horizon grew by more than the goal or lost its index."""
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    rows, first, already = [], {}, 0
    with stage.database():
        for size in sizes:
            seconds = stage.load(size, already)
            already = size
            client = stage.manager()
            for page, url in PAGES.items():
                figures = stage.timed(client, url, ROUNDS)
                first.setdefault(page, figures["p50 ms"])
                growth = figures["p50 ms"] / first[page]
                rows.append({"page": page, "tickets": size, **figures, "growth": growth, "loaded in s": seconds})
        explained = plan()
    table(rows)
    print(explained)
    write("horizon", {"rows": rows, "plan": explained})
    horizon = [row for row in rows if row["page"].startswith("Horizon")]
    indexed = "commitment_running_by" in explained
    same = len({row["SQL"] for row in horizon}) == 1 and horizon[0]["SQL"] <= 6
    return 0 if indexed and same and horizon[-1]["growth"] <= GROWTH else 1


if __name__ == "__main__":
    sys.exit(main())
