"""P2: Horizon and the ticket list at growing sizes. Cost grows with the work due, not with the rows stored.

Each size is a database of its own and the requests take turns, so that whatever else the machine
does falls on all sizes alike.

python -m bench.horizon [sizes …]
"""

from __future__ import annotations

import sys
from typing import Any

from bench import stage
from bench.report import percentile, table, write

SIZES = [10_000, 100_000]
PAGES = {"Horizon, all": "/desk/?whose=all", "ticket list": "/desk/tickets/"}
TURNS, ROUNDS = 12, 10
GROWTH = 1.5  # p50 at the largest against the smallest


def plan() -> str:
    """How the database finds what needs attention now."""
    from django.utils import timezone

    from tickets.models import Commitment

    return Commitment.objects.needing_attention(timezone.now()).explain()


def fill(sizes: list[int]) -> dict[int, str]:
    """A database for each size, the larger begun as a copy of the smaller."""
    names, already = {}, 0
    for size in sizes:
        names[size] = f"with_{size}"
        stage.copy(names[size])
        seconds = stage.load(size, already)
        print(f"{size:,} tickets loaded in {seconds:.0f} s", flush=True)
        already = size
    return names


def main() -> int:
    """Measure each page at each size; 1 where Horizon grew by more than the goal or lost its index."""
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    with stage.database():
        names = fill(sizes)
        rows = [row for page, url in PAGES.items() for row in measure(page, url, names)]
        explained = plan()
    table(rows)
    print(explained)
    write("horizon", {"rows": rows, "plan": explained})
    horizon = [row for row in rows if row["page"].startswith("Horizon")]
    indexed = "commitment_running_by" in explained
    same = len({row["SQL"] for row in horizon}) == 1 and horizon[0]["SQL"] <= 6
    return 0 if indexed and same and horizon[-1]["growth"] <= GROWTH else 1


def measure(
    page: str, url: str, names: dict[int, str], turns: int = TURNS, rounds: int = ROUNDS
) -> list[dict[str, Any]]:
    """One page at every size, in turns."""
    found: dict[int, list[float]] = {size: [] for size in names}
    clients, asked = {}, {}
    for size, name in names.items():
        stage.use(name)
        clients[size] = stage.manager()
        asked[size] = stage.statements(clients[size], url)
    for _ in range(turns):
        for size, name in names.items():
            stage.use(name)
            found[size] += stage.times(clients[size], url, rounds)
    smallest = percentile(found[min(names)], 0.5)
    return [
        {
            "page": page,
            "tickets": size,
            "p50 ms": percentile(found[size], 0.5),
            "p95 ms": percentile(found[size], 0.95),
            "SQL": asked[size],
            "growth": percentile(found[size], 0.5) / smallest,
        }
        for size in names
    ]


if __name__ == "__main__":
    sys.exit(main())
