"""What happened: the evidence under every timeline."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from people.models import User
from tickets.models import Commitment, Event, Ticket


def record(
    ticket: Ticket,
    kind: str,
    *,
    now: datetime,
    by: User | None = None,
    commitment: Commitment | None = None,
    **detail: Any,
) -> Event:
    """Write down that `kind` happened at `now`. `detail` holds ids, codes and times, never words of a person."""
    event = entry(ticket, kind, now=now, by=by, commitment=commitment, **detail)
    event.save(force_insert=True)
    return event


def entry(
    ticket: Ticket,
    kind: str,
    *,
    now: datetime,
    by: User | None = None,
    commitment: Commitment | None = None,
    **detail: Any,
) -> Event:
    """The same, not yet written: for those who write several at once."""
    plain = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in detail.items()}
    return Event(ticket=ticket, kind=kind, commitment=commitment, by=by, at=now, detail=plain)
