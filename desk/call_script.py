"""What to know before a promised call: whom, when, what they asked, what we promised and what was said last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef
from django.db.models.functions import JSONObject

from standards.terms import Kind
from tickets.callbacks import Attempt, Standing, standing
from tickets.certain import certain
from tickets.models import Commitment, Message, Ticket

# So much of what was said last stands beside the phone; all of it is one click away.
SHOWN = 3
# Its attempts, in the query that reads the promised call.
ATTEMPTS = ArraySubquery(
    Message.objects.filter(callback=OuterRef("pk"))
    .order_by("at", "pk")
    .values(facts=JSONObject(at="at", result="result", by=F("author__name")))
)


@dataclass(frozen=True)
class Made:
    """One attempt: when, how it went and whose it was."""

    at: datetime
    result: str
    by: str

    @property
    def went(self) -> str:
        """How it went, in words."""
        return str(Message.Result(self.result).label)


@dataclass(frozen=True)
class CallToMake:
    """A promised call with the attempts at it, and where it stands after them."""

    attempts: list[Made]
    stands: Standing


@dataclass(frozen=True)
class Script:
    """The facts for one call. `asked` is how the ticket began; `said` what was said last, oldest first."""

    callback: Commitment
    call: CallToMake
    asked: Message | None
    said: list[Message]
    promises: list[Commitment]
    stage: str
    dial: str

    @property
    def is_owed(self) -> bool:
        """Whether somebody still has to call."""
        return self.callback.state == Commitment.State.RUNNING


def read(callback: Commitment, ticket: Ticket, open_promises: Iterable[Commitment], *, now: datetime) -> Script:
    """The facts for `callback`, beside what else is open on its ticket; from a fixed number of queries."""
    said = ticket.messages.filter(human=True).select_related("author").order_by("-at", "-pk")
    calls = callback.calls.select_related("author").order_by("at", "pk")
    made = [Made(call.at, call.result, call.author.name if call.author else "") for call in calls]
    return Script(
        callback=callback,
        call=_standing(callback, made),
        asked=ticket.messages.filter(direction=Message.Direction.IN).order_by("at", "pk").first(),
        said=list(said[:SHOWN])[::-1],
        promises=[row for row in open_promises if row != callback and _is_for_the_customer(row)],
        stage=callback.stage(now),
        dial=dialled(ticket.customer.phone),
    )


def to_make(callback: Any) -> CallToMake:
    """A promised call that was read with `ATTEMPTS` as `attempts`: no query."""
    made = [Made(datetime.fromisoformat(one["at"]), one["result"], one["by"] or "") for one in callback.attempts]
    return _standing(callback, made)


def dialled(phone: str) -> str:
    """`phone` as a telephone takes it."""
    return "".join(letter for letter in phone if letter.isdigit() or letter == "+")


def _standing(callback: Commitment, made: list[Made]) -> CallToMake:
    working, tried = callback.calendar_version.working, [Attempt(one.at, one.result) for one in made]
    return CallToMake(made, standing(callback.slot_starts_at, certain(callback.due_at), tried, working))


def _is_for_the_customer(row: Commitment) -> bool:
    return not row.is_internal and row.kind != Kind.ACKNOWLEDGE
