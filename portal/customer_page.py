"""What a customer sees of their request: both sides' next step, each promise with its first date, everything said.

Reads only messages and promises to the customer; internal notes stand in a table it never asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch

from followups.models import SatisfactionAnswer, SatisfactionRequest
from portal import links
from standards.terms import Kind
from tickets.certain import certain
from tickets.models import Commitment, Message, Ticket
from tickets.wording import in_their_words, starts_when


@dataclass(frozen=True)
class Step:
    """One thing that was owed to the customer, in their words."""

    row: Commitment
    name: str
    state: str
    is_next: bool = False

    @property
    def starts_when(self) -> str:
        """When it is due, where that waits for what the customer does first."""
        return starts_when(self.row.condition, self.row.window_minutes, self.row.window_days)

    @property
    def is_done(self) -> bool:
        """Whether it has happened, in time or late."""
        return self.row.outcome in {Commitment.Outcome.KEPT, Commitment.Outcome.KEPT_LATE}

    @property
    def was_moved(self) -> bool:
        """Whether another time was told before the first one had passed."""
        return self.row.replaces_id is not None and self.row.first_due_at != self.row.due_at


@dataclass(frozen=True)
class CustomerPage:
    """All that the page shows.

    `ahead` is what comes next, `late` what should have come already, `anew` what is promised after
    `missed` was not kept. `asked` is the question whether it is settled, where we have asked, and
    `answer` the last answer to it. `merged` are other requests of theirs that go on in this one.
    """

    ticket: Ticket
    ahead: Step | None
    late: Step | None
    anew: Step | None
    missed: Step | None
    steps: list[Step]
    question: Message | None
    letters: Sequence[Message]
    asked: SatisfactionRequest | None
    answer: SatisfactionAnswer | None
    merged: Sequence[Ticket]

    @property
    def starts_with_them(self) -> bool:
        """Whether something begins only when the customer does their part."""
        return any(step.state == Commitment.State.CONDITIONAL for step in self.steps)


def read(ticket: Ticket, *, now: datetime) -> CustomerPage:
    """The page of `ticket` as its customer may see it, from a fixed number of queries."""
    rows = list(
        Commitment.objects.of(ticket)
        .filter(voided_at=None)
        .to_the_customer()
        .exclude(outcome__in=[Commitment.Outcome.MOVED, Commitment.Outcome.MERGED])
        .select_related("follows")
    )
    running = sorted((row for row in rows if row.state == Commitment.State.RUNNING), key=_due)
    late = next((row for row in running if row.stage(now) == "overdue"), None)
    ahead = next((row for row in running if row.stage(now) != "overdue"), None)
    after_a_miss = Commitment.FollowsWhy.AFTER_A_MISS
    anew = next((row for row in running if row.follows_why == after_a_miss and row.stage(now) != "overdue"), None)
    rows.sort(key=lambda row: row.ended_at or row.due_at or row.unpaused_due_at or row.made_at)
    letters = list(
        Message.objects.on_customers_page(ticket)
        .select_related("author")
        .prefetch_related(Prefetch("promises", to_attr="told"), "attachments")
        .order_by("-at", "-pk")
    )
    asked = None if ticket.is_open else links.question_about(ticket)
    return CustomerPage(
        ticket=ticket,
        ahead=_step(ahead, now) if ahead else None,
        late=_step(late, now) if late else None,
        anew=_step(anew, now) if anew else None,
        missed=_step(anew.follows, now) if anew and anew.follows else None,
        steps=[_step(row, now, is_next=row is (ahead or late)) for row in rows],
        question=_open_question(ticket, letters),
        letters=letters,
        asked=asked,
        answer=max(asked.answers.all(), key=lambda answer: (answer.at, answer.pk), default=None) if asked else None,
        merged=list(ticket.merged.order_by("number")),
    )


def _due(row: Commitment) -> datetime:
    return certain(row.due_at)


def _step(row: Commitment, now: datetime, *, is_next: bool = False) -> Step:
    said = row.kind in {Kind.CUSTOM, Kind.CALLBACK} and row.promised_text
    return Step(row=row, name=said or in_their_words(row.kind), state=row.stage(now), is_next=is_next)


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
