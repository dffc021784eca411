"""What a ticket is about, and what a message tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from config.demo.company import Crew
from config.demo.rows import Row
from people.terms import Channel
from standards.terms import Kind

MAIL, PHONE, PAGE = str(Channel.MAIL), str(Channel.PHONE), str(Channel.PAGE)


@dataclass(frozen=True)
class Said:
    """A date that a message tells."""

    words: str
    due_at: datetime | None
    kind: str = str(Kind.UPDATE)
    obstacle: str = ""
    moves: Row | None = None
    follows: Row | None = None
    reason: str = ""
    slot_starts_at: datetime | None = None
    condition: str = ""
    days: int | None = None


@dataclass(frozen=True)
class Matter:
    """What a ticket is about, and how it came."""

    customer: Any
    crew: Crew
    category: str
    ticket_type: str
    subject: str
    asks: str
    channel: str = MAIL
    priority: str = "normal"
    expected_by: datetime | None = None
