"""P4: the ticket page with 500 messages. The other side's figure is the peers' own (docs/performance.md).

python -m bench.ticket
"""

from __future__ import annotations

import sys
from datetime import timedelta

from bench import stage
from bench.report import table, write

SIZES = [5, 50, 500]
# What a comparable desk needs for its ticket page, measured on the same kind of machine.
PEER_MS = 56.0
TIMES_FASTER = 4


def main() -> int:
    """Measure the page with more and more said; 1 where it misses the goal."""
    rows = []
    with stage.database():
        stage.load(200)
        from tickets.models import Message, Ticket

        ticket = Ticket.objects.open().order_by("number")[0]
        client = stage.manager()
        for size in SIZES:
            missing = size - ticket.messages.count()
            Message.objects.bulk_create(
                Message(
                    ticket=ticket,
                    direction="in",
                    channel="mail",
                    body=f"Message {number}. " + "It still does not print. " * 8,
                    at=ticket.opened_at + timedelta(minutes=number),
                )
                for number in range(max(missing, 0))
            )
            figures = stage.timed(client, f"/desk/tickets/{ticket.number}/", 60)
            rows.append({"page": "ticket", "messages": size, **figures, "peer / ours": PEER_MS / figures["p50 ms"]})
    table(rows)
    write("ticket", {"rows": rows, "peer ms": PEER_MS})
    return 0 if rows[-1]["peer / ours"] >= TIMES_FASTER and rows[-1]["SQL"] <= 12 else 1


if __name__ == "__main__":
    sys.exit(main())
