"""Promises living at random: what happened to each, and the rows that it left behind.

A `Life` is one promise as its customer knows it, with everything that happened to it in order. Beside it
the rows grow as `tickets.actions` would have written them (docs/architecture.md, "Results"): bulk, but by
the same rules, and the database checks every constraint when they are stored. The office never
closes here, so that working time is plain time and the expected table needs no calendar.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from standards.terms import PAUSING, Clock, Kind
from tests import make
from tickets.models import Commitment, Pause, Ticket

MOMENT, MINUTE, HOUR, DAY = timedelta(microseconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ROUND_THE_CLOCK = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
WINDOWS = [15 * MINUTE, 4 * HOUR, 8 * HOUR, DAY, 2 * DAY, 5 * DAY, 12 * DAY]
STANDARD_KINDS = [Kind.ACKNOWLEDGE, Kind.FIRST_RESPONSE, Kind.NEXT_RESPONSE, Kind.UPDATE, Kind.ANSWER, Kind.RESOLUTION]
PROMISED_KINDS = [Kind.UPDATE, Kind.CALLBACK, Kind.CUSTOM, Kind.RESOLUTION]


@dataclass(frozen=True)
class Happening:
    """`what` happened at `at`; `due` where a time was told."""

    at: datetime
    what: str
    due: datetime | None = None


@dataclass
class Life:
    """One promise: what it was, who answers for it, and all that happened to it."""

    kind: str
    source: str
    team: int
    accountable: int
    happened: list[Happening] = field(default_factory=list)
    taken_when_overdue: int | None = None
    rows: list[int] = field(default_factory=list)


class World:
    """Lives, and the rows that they leave. `store` writes the rows; `lives` is what an observer saw."""

    def __init__(self, rng: Random, now: datetime, *, since: datetime, bulk: int):
        self.rng, self.now, self.since = rng, now, since
        self.lives: list[Life] = []
        self.commitments: list[Commitment] = []
        self.pauses: list[Pause] = []
        self._key = count(1)
        self._settle_down()
        while len(self.commitments) < bulk:
            self._open_a_ticket()

    def store(self) -> None:
        """Write all rows, with every constraint looked at."""
        Ticket.objects.bulk_create(self._tickets, batch_size=2000)
        Commitment.objects.bulk_create(self.commitments, batch_size=2000)
        Pause.objects.bulk_create(self.pauses, batch_size=2000)

    def _settle_down(self) -> None:
        hours = make.calendar(hours=ROUND_THE_CLOCK)
        self._calendar = hours.current
        make.organisation(default_team=make.team(calendar=hours))
        self.teams = [make.team(calendar=hours) for _ in range(3)]
        self.people = [make.user() for _ in range(4)]
        self.customer = make.customer()
        self.categories = [None, make.category(), make.category()]
        self.question = make.ticket(customer=self.customer, now=self.since).messages.get()
        Commitment.objects.all().delete()
        self._tickets: list[Ticket] = []
        self._ticket_key = count(self.question.ticket_id + 1)
        self.versions = {
            kind: make.standard(kind=kind, name=f"Standard of {kind}", now=self.since - 400 * DAY)
            for kind in STANDARD_KINDS
        }  # fmt: skip

    def _open_a_ticket(self) -> None:
        rng = self.rng
        at = self.since + (self.now - self.since) * rng.random()
        if rng.random() < 0.2:  # on the stroke of a minute, an hour, a month
            at = at.replace(second=0, microsecond=0, minute=rng.choice([0, at.minute]))
        key = next(self._ticket_key)
        team = rng.choice(self.teams)
        self._tickets.append(
            Ticket(
                pk=key, number=1_000_000 + key, customer=self.customer, team=team, subject="A pipe", folded="a pipe",
                opened_at=at, category=rng.choice(self.categories), channel=rng.choice(["mail", "phone"]),
                priority=rng.choice(["normal", "high"]),
            )
        )  # fmt: skip
        for kind in rng.sample(STANDARD_KINDS, rng.randint(1, 4)):
            self._live(self._born(kind, "standard", team.pk, key, at), key)
        for _ in range(rng.choice([0, 0, 1, 2])):
            source = rng.choice(["promise", "promise", "promise", "internal"])
            kind = rng.choice(PROMISED_KINDS)
            self._live(self._born(Kind.CUSTOM if source == "internal" else kind, source, team.pk, key, at), key)

    def _born(
        self,
        kind: str,
        source: str,
        team: int,
        ticket: int,
        at: datetime,
        follows: Commitment | None = None,
    ) -> _Author:
        life = Life(str(kind), source, team, self.rng.choice(self.people).pk)
        self.lives.append(life)
        author = _Author(self, life, ticket)
        author.make(at, at + self.rng.choice(WINDOWS) + self.rng.choice([timedelta(0), 7 * MINUTE]), follows)
        return author

    def _live(self, author: _Author, ticket: int) -> None:
        """What happens to a promise until its end, or until now."""
        rng = self.rng
        for _ in range(rng.choice([0, 0, 0, 0, 1, 1, 2, 5])):
            if not author.step(rng):
                break
        author.end(rng)
        again = author.reopen(rng)
        if again is not None:
            life = author.life
            self._live(self._born(life.kind, life.source, life.team, ticket, again, author.row), ticket)


class _Author:
    """Writes a life down twice: as happenings, and as the rows that `tickets.actions` would leave."""

    def __init__(self, world: World, life: Life, ticket: int):
        self.world, self.life, self.ticket = world, life, ticket
        self.row: Commitment
        self.spans: list[Pause] = []
        self.at: datetime

    def _new(self, **values: Any) -> Commitment:
        life, world = self.life, self.world
        is_standard = life.source == "standard"
        row = Commitment(
            pk=next(world._key), ticket_id=self.ticket, kind=life.kind, source=life.source,
            standard_version=world.versions[life.kind] if is_standard else None, calendar_version=world._calendar,
            clock=str(Clock.WORKING_TIME if is_standard else Clock.FIXED), accountable_id=life.accountable,
            made_by_id=None if is_standard else life.accountable, promised_text="" if is_standard else "By then",
            asked_of_id=life.team if life.source == "internal" else None, state="running", **values,
        )  # fmt: skip
        row.warn_at = row.last_call_at = row.due_at
        world.commitments.append(row)
        life.rows.append(row.pk)
        return row

    def note(self, at: datetime, what: str, due: datetime | None = None) -> None:
        self.life.happened.append(Happening(at, what, due))
        self.at = at

    def make(self, at: datetime, due: datetime, follows: Commitment | None) -> None:
        self.row = self._new(
            made_at=at, started_at=at, first_due_at=due, unpaused_due_at=due, counted_due_at=due, due_at=due,
            follows=follows, follows_why="reopened" if follows else "",
        )  # fmt: skip
        self.note(at, "made", due)

    def step(self, rng: Random) -> bool:
        """One thing on the way; False when nothing more can happen up to now."""
        row = self.row
        if row.state == "paused":
            at = self.at + DAY * rng.choice([0.01, 1, 4, 9])
            if at >= self.world.now:
                return False
            self.resume(at)
            return True
        at = self._before_due(rng)
        if at is None:
            return False
        can_pause = row.kind in PAUSING and row.clock != Clock.FIXED
        if can_pause and rng.random() < 0.5:
            self.pause(at)
        else:
            later = rng.random() < 0.75
            due = row.due_at + rng.choice([HOUR, DAY, 3 * DAY, 40 * DAY]) if later else at + (row.due_at - at) / 2
            if due > at and due != row.due_at:
                self.move(at, due)
        return True

    def _before_due(self, rng: Random) -> datetime | None:
        """A moment at which the promise still runs, or None when that is not up to now."""
        left = self.row.due_at - self.at
        at = rng.choice([self.at + left * rng.random(), self.at + left * 0.9, self.row.due_at - MOMENT])
        # After a move its counted time may have passed while it still runs.
        return at if self.at < at < min(self.row.due_at, self.world.now) else None

    def pause(self, at: datetime) -> None:
        row = self.row
        ahead = row.counted_due_at is not None and at < row.counted_due_at
        self.spans.append(
            Pause(
                commitment=row, question=self.world.question, started_at=at, ends_by=at + 10 * DAY,
                counted_due_at=row.counted_due_at if ahead else None,
            )
        )  # fmt: skip
        self.world.pauses.append(self.spans[-1])
        if ahead:
            row.counted_due_at = None
        row.state = "paused"
        row.due_at = row.warn_at = row.last_call_at = None
        self.note(at, "paused")

    def resume(self, at: datetime) -> None:
        row, pause = self.row, self.spans[-1]
        pause.ended_at = at
        row.due_at = row.unpaused_due_at + sum((span.ended_at - span.started_at for span in self.spans), timedelta(0))
        row.warn_at = row.last_call_at = row.due_at
        if pause.counted_due_at is not None:
            row.counted_due_at = pause.counted_due_at + (at - pause.started_at)
        row.state = "running"
        self.note(at, "resumed")

    def move(self, at: datetime, due: datetime) -> None:
        old = self.row
        self._close("moved", at)
        self.spans = []
        self.row = self._new(
            made_at=at, started_at=at, first_due_at=old.first_due_at, unpaused_due_at=due,
            counted_due_at=min(old.counted_due_at, due), due_at=due, replaces=old,
        )  # fmt: skip
        if self.life.source == "standard":
            self.row.made_by_id = self.life.accountable
        self.note(at, "moved", due)

    def _close(self, outcome: str, at: datetime) -> None:
        row = self.row
        row.state, row.outcome, row.ended_at = "ended", outcome, at
        row.accountable_at_due_id = row.accountable_at_due_id or row.accountable_id

    def end(self, rng: Random) -> None:
        """How it ends, if it does before now."""
        row, now = self.row, self.world.now
        if rng.random() < 0.12:
            return  # left as it is
        if row.state == "paused":
            at = self.at + rng.choice([HOUR, 2 * DAY])
            if at >= now:
                return
            self.resume(at)
        what = rng.choices(["kept", "late", "given up", "withdrawn", "merged", "taken"], [60, 14, 7, 8, 5, 6])[0]
        left = row.due_at - self.at
        # The time it counts by, the time agreed last, and the moments beside them.
        edges = [self.at + left * rng.random(), row.due_at, row.counted_due_at or row.due_at]
        before = rng.choice([edge for edge in edges if self.at <= edge <= row.due_at] or [row.due_at])
        after = row.due_at + rng.choice([MOMENT, MINUTE, DAY, 30 * DAY])
        if what == "taken":
            if row.due_at + HOUR < now:
                row.accountable_at_due_id, row.accountable_id = row.accountable_id, rng.choice(self.world.people).pk
            return
        if what in {"late", "given up"}:
            if after < now:
                self._finish("kept" if what == "late" else what, after)
        elif what == "withdrawn" and rng.random() < 0.5:
            if after < now:
                row.approved_by_id = self.life.accountable
                self._finish("withdrawn", after)
        elif before < now:
            self._finish(what, before)
        if row.state == "ended":
            self._afterwards(rng)

    def _finish(self, what: str, at: datetime) -> None:
        in_time = at <= self.row.due_at
        outcome = {"kept": "kept" if in_time else "kept_late", "given up": "not_done"}.get(what, what)
        self._close(outcome, at)
        self.note(at, what)

    def _afterwards(self, rng: Random) -> None:
        row, now = self.row, self.world.now
        if rng.random() < 0.04:
            row.voided_at, row.approved_by_id = min(row.ended_at + DAY, now), self.life.accountable
            self.note(row.voided_at, "voided")
        elif row.outcome in {"kept", "kept_late"} and rng.random() < 0.06 and row.ended_at + HOUR < now:
            self._bounce(rng, row.ended_at + HOUR)

    def _bounce(self, rng: Random, at: datetime) -> None:
        old = self.row
        old.voided_at = at
        self.spans = []
        self.row = self._new(
            made_at=at, started_at=old.started_at, first_due_at=old.first_due_at, unpaused_due_at=old.due_at,
            counted_due_at=old.counted_due_at, due_at=old.due_at, follows=old, follows_why="not_reached",
        )  # fmt: skip
        self.note(at, "bounced")
        again = at + rng.choice([MINUTE, DAY, 9 * DAY])
        if rng.random() < 0.7 and again < self.world.now:
            self._finish("kept", again)

    def reopen(self, rng: Random) -> datetime | None:
        """When the customer had a resolution opened again; at the edge of seven days, too."""
        row = self.row
        if row.kind != Kind.RESOLUTION or row.outcome not in {"kept", "kept_late"} or row.voided_at is not None:
            return None
        if row.source != "standard" or rng.random() < 0.6:
            return None
        at = row.ended_at + rng.choice([HOUR, 3 * DAY, 7 * DAY - MOMENT, 7 * DAY, 7 * DAY + MOMENT, 20 * DAY])
        if at >= self.world.now:
            return None
        self.note(at, "reopened")
        return at
