"""When customers said they need something, beside what a standard would promise them. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from standards.models import StandardVersion
from tickets.models import Ticket

LOOKED_BACK = timedelta(days=90)
MOST = 5000  # the newest
ENOUGH = 5  # fewer say nothing about all


@dataclass(frozen=True)
class Expected:
    """So many said when they need it, and half of them within that time of writing."""

    n: int
    half: timedelta


def expected(draft: StandardVersion, *, now: datetime) -> Expected | None:
    """What was said in the last 90 days by those the draft is for; None where hardly anybody said anything."""
    like = {
        "type": draft.ticket_type,
        "category": draft.category_id,
        "priority": draft.priority,
        "channel": draft.channel,
        "customer__group": draft.customer_group,
    }
    said = Ticket.objects.filter(
        **{name: value for name, value in like.items() if value},
        opened_at__gte=now - LOOKED_BACK,
        expected_by__isnull=False,
    )
    newest = said.order_by("-opened_at").values_list("opened_at", "expected_by")[:MOST]
    waits = sorted(by - opened for opened, by in newest if by and by > opened)
    return Expected(len(waits), waits[(len(waits) - 1) // 2]) if len(waits) >= ENOUGH else None
