"""What a customer sees of their request: both sides' next step, each promise with its first date, everything said.

Reads only messages and promises to the customer; internal notes stand in a table it never asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from standards.terms import Kind
from tickets.certain import certain
from tickets.models import Commitment, Message, Ticket


@dataclass(frozen=True)
class Step:
    """One thing that was owed to the customer, in their words."""

    name: str
    state: str
    done_at: datetime | None
    due_at: datetime | None
    first_due_at: datetime | None
    is_next: bool = False


@dataclass(frozen=True)
class CustomerPage:
    """All that the page shows."""

    ticket: Ticket
    next_due: Commitment | None
    steps: list[Step]
    question: Message | None
    letters: Sequence[Message]


def read(ticket: Ticket, *, now: datetime) -> CustomerPage:
    """The page of `ticket` as its customer may see it, from a fixed number of queries."""
    rows = list(
        ticket.commitments.exclude(source=Commitment.Source.INTERNAL)
        .exclude(outcome__in=[Commitment.Outcome.MOVED, Commitment.Outcome.MERGED])
        .select_related("replaces")
    )
    running = [row for row in rows if row.state == Commitment.State.RUNNING]
    ahead = min(running, key=lambda row: certain(row.due_at), default=None)
    rows.sort(key=lambda row: row.ended_at or row.due_at or row.unpaused_due_at or row.made_at)
    letters = list(
        Message.objects.on_customers_page(ticket)
        .select_related("author")
        .prefetch_related(Prefetch("promises", to_attr="told"), "attachments")
        .order_by("-at", "-pk")
    )
    return CustomerPage(
        ticket=ticket,
        next_due=ahead,
        steps=[_step(row, now, is_next=row is ahead) for row in rows],
        question=_open_question(ticket, letters),
        letters=letters,
    )


def _step(row: Commitment, now: datetime, *, is_next: bool) -> Step:
    moved = row.replaces is not None and row.first_due_at != row.due_at
    return Step(
        name=row.promised_text if row.kind == Kind.CUSTOM else _in_their_words(row.kind),
        state=row.stage(now),
        done_at=row.ended_at,
        due_at=row.due_at,
        first_due_at=row.first_due_at if moved else None,
        is_next=is_next,
    )


def _in_their_words(kind: str) -> str:
    return {
        Kind.ACKNOWLEDGE: _("Confirmation that your message is here"),
        Kind.FIRST_RESPONSE: _("First answer"),
        Kind.NEXT_RESPONSE: _("Answer to your message"),
        Kind.UPDATE: _("News from us"),
        Kind.CALLBACK: pgettext("a step for the customer", "Call"),
        Kind.ANSWER: _("Our decision"),
        Kind.RESOLUTION: _("Solution"),
    }.get(Kind(kind), _("What we promised"))


def _open_question(ticket: Ticket, letters: Sequence[Message]) -> Message | None:
    """What we wait for, where we do: the newest question that the customer has not answered."""
    if ticket.state != Ticket.State.WAITING_ON_CUSTOMER:
        return None
    for letter in letters:
        if not letter.is_ours:
            return None
        if letter.asks:
            return letter
    return None
