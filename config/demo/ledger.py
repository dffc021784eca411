"""What is owed on one ticket, as `tickets.actions.commitments` and `pauses` would keep it, in memory."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from config.demo.company import Company, Crew
from config.demo.rows import Row, Rows
from people.models import User
from standards.due import shift, warning_moments, worked_inside
from standards.models import StandardVersion
from standards.terms import PAUSING, Clock, Kind
from tickets.models import Commitment, Event, Pause, Warning

RUNNING, PAUSED, CONDITIONAL, ENDED = (str(state) for state in Commitment.State)
KEPT, KEPT_LATE, NOT_DONE, MOVED, WITHDRAWN, MERGED = (str(outcome) for outcome in Commitment.Outcome)
STANDARD, PROMISE, INTERNAL = (str(source) for source in Commitment.Source)
FIXED = str(Clock.FIXED)
MINUTE = timedelta(minutes=1)
# What every message has; mass data leaves it out, because the rows themselves say it.
_PLAIN = {"message.written"}


class Ledger:
    """The commitments of one ticket with their events, pauses and warnings."""

    def __init__(self, company: Company, rows: Rows, ticket: Row, crew: Crew, *, brief: bool):
        self.company, self.rows, self.ticket, self.crew, self.brief = company, rows, ticket, crew, brief
        self.open: list[Row] = []
        self.last_resolution: Row | None = None

    def record(
        self, kind: str, moment: datetime, by: User | None = None, commitment: Row | None = None, /, **detail: Any
    ) -> None:
        """An event, as `tickets.actions.events.record` writes it."""
        if self.brief and kind in _PLAIN:
            return
        self.rows.append(
            Event,
            ticket_id=self.ticket.id,
            kind=kind,
            commitment_id=commitment.id if commitment else None,
            by_id=by.pk if by else None,
            at=moment,
            detail={
                name: value.isoformat() if isinstance(value, datetime) else value for name, value in detail.items()
            },
        )

    def owed(self, *kinds: str) -> list[Row]:
        """What is open of these kinds, in the order it began."""
        return [commitment for commitment in self.open if commitment.kind in kinds]

    def start(
        self,
        version: StandardVersion,
        since: datetime,
        *,
        now: datetime,
        due: datetime | None = None,
        follows: Row | None = None,
        why: str = "",
    ) -> Row | None:
        """Begin a standard's commitment, unless an open one of its kind is due earlier; that one ends as merged."""
        due = due or self.company.due(version, since)
        for other in [row for row in self.owed(version.kind) if row.source == STANDARD]:
            if (other.due_at or other.unpaused_due_at) <= due:
                return None
            if other.state == PAUSED:
                self.resume(other, now)
            self.end(other, MERGED, min(now, other.due_at))
        commitment = self._add(
            version.kind,
            STANDARD,
            version.clock,
            since,
            due,
            made_at=now,
            accountable_id=self.ticket.owner_id or self.crew.lead.pk,
            standard_version_id=version.pk,
            window_minutes=version.window_minutes,
            window_days=version.window_days,
            follows_id=follows.id if follows else None,
            follows_why=why,
        )
        self.record("commitment.started", now, None, commitment, due=due, why=why)
        return commitment

    def promise(
        self,
        kind: str,
        words: str,
        due: datetime,
        *,
        by: User,
        at: datetime,
        obstacle: str = "",
        follows: Row | None = None,
        slot_starts_at: datetime | None = None,
    ) -> Row:
        """What `by` told the customer; with `follows` it is the new promise after a miss."""
        if follows is not None and follows.state == RUNNING and at > follows.due_at:
            self.end(follows, NOT_DONE, at, by)
        commitment = self._add(
            kind,
            PROMISE,
            FIXED,
            at,
            due,
            made_at=at,
            made_by_id=by.pk,
            accountable_id=self.ticket.owner_id or by.pk,
            promised_text=words,
            may_get_in_the_way=obstacle,
            follows_id=follows.id if follows else None,
            follows_why="after_a_miss" if follows else "",
            slot_starts_at=slot_starts_at,
        )
        self.record("commitment.promised", at, by, commitment, due=due)
        return commitment

    def ask_colleague(self, words: str, due: datetime, *, by: User, doer: User, at: datetime) -> Row:
        """An internal commitment: what `by` asks a colleague for, by the hours of the colleague's team."""
        team = next(crew.team for crew in self.company.crews.values() if doer in crew.people)
        commitment = self._add(
            Kind.CUSTOM, INTERNAL, FIXED, at, due,
            made_at=at, made_by_id=by.pk, accountable_id=doer.pk, asked_of_id=team.pk, promised_text=words,
        )  # fmt: skip
        self.record("commitment.asked", at, by, commitment, due=due, of=doer.pk, team=team.pk)
        return commitment

    def promise_when(self, condition: str, words: str, days: int, *, by: User, at: datetime) -> Row:
        """A conditional promise: its clock starts when the customer has done their part."""
        commitment = self.rows.add(
            Commitment,
            ticket_id=self.ticket.id, kind=str(Kind.CUSTOM), source=PROMISE, clock=str(Clock.WORKING_DAYS),
            calendar_version_id=self.company.calendar_version.pk, made_by_id=by.pk,
            accountable_id=self.ticket.owner_id or by.pk, promised_text=words, condition=condition, window_days=days,
            made_at=at, state=CONDITIONAL, due_at=None,
        )  # fmt: skip
        self.open.append(commitment)
        self.record("commitment.promised", at, by, commitment)
        return commitment

    def keep(self, commitment: Row, at: datetime, by: User | None = None) -> None:
        """Done at `at`: in time, or late."""
        if commitment.state == PAUSED:
            self.resume(commitment, at)
        self.end(commitment, KEPT if at <= commitment.due_at else KEPT_LATE, at, by)

    def move(self, commitment: Row, due: datetime, words: str, *, by: User, at: datetime) -> Row:
        """Close it as moved; the successor keeps its kind, standard, obstacle and first due time."""
        old_due, counted = commitment.due_at, commitment.counted_due_at
        self.end(commitment, MOVED, at, by)
        same = ("standard_version_id", "window_minutes", "window_days", "may_get_in_the_way")
        successor = self._add(
            commitment.kind,
            commitment.source,
            commitment.clock,
            at,
            due,
            **{name: value for name, value in vars(commitment).items() if name in same},
            made_at=at,
            made_by_id=by.pk,
            accountable_id=commitment.accountable_id,
            promised_text=words,
            replaces_id=commitment.id,
        )
        successor.first_due_at = commitment.first_due_at
        successor.counted_due_at = min(counted, due) if counted else None
        self.record("commitment.moved", at, by, successor, old_due=old_due, due=due)
        return successor

    def withdraw(self, commitment: Row, why: str, *, by: User, at: datetime) -> None:
        """No longer owed."""
        if commitment.state == PAUSED:
            self.resume(commitment, at)
        if commitment.due_at and at > commitment.due_at:
            commitment.approved_by_id = self.crew.lead.pk
        self.end(commitment, WITHDRAWN, at, by, why=why)

    def end(self, commitment: Row, outcome: str, at: datetime, by: User | None = None, why: str = "") -> None:
        """End a commitment that runs; what was announced until then stands in the warnings."""
        self.announce(commitment, at)
        commitment.state, commitment.outcome, commitment.ended_at = ENDED, outcome, at
        if getattr(commitment, "accountable_at_due_id", None) is None:
            commitment.accountable_at_due_id = commitment.accountable_id
        self.open.remove(commitment)
        self.record(f"commitment.{outcome}", at, by, commitment, ended=at, why=why)

    def pause(self, question: Row, at: datetime, ends_by: datetime) -> None:
        """Stop the clocks that can stop."""
        for commitment in self.owed(*PAUSING):
            if (
                commitment.state != RUNNING
                or commitment.clock == FIXED
                or not commitment.started_at <= at < commitment.due_at
            ):
                continue
            self.announce(commitment, at)
            ahead = commitment.counted_due_at is not None and at < commitment.counted_due_at
            commitment.pauses.append(
                self.rows.append(
                    Pause,
                    commitment_id=commitment.id,
                    question_id=question.id,
                    started_at=at,
                    ends_by=ends_by,
                    ended_at=None,
                    counted_due_at=commitment.counted_due_at if ahead else None,
                )
            )
            if ahead:
                commitment.counted_due_at = None
            commitment.state = PAUSED
            commitment.due_at = commitment.warn_at = commitment.last_call_at = None
            self.record("commitment.paused", at, None, commitment, at=at, ends_by=ends_by)

    def resume(self, commitment: Row, at: datetime) -> None:
        """Let a paused clock run on; its times are worked out anew from all its pauses."""
        calendar, pause = self.company.calendar, commitment.pauses[-1]
        pause.ended_at = min(max(at, pause.started_at + datetime.resolution), pause.ends_by)
        paused = worked_inside(calendar, [(span.started_at, span.ended_at) for span in commitment.pauses])
        due = shift(calendar, commitment.unpaused_due_at, paused)
        if pause.counted_due_at is not None:
            this_one = worked_inside(calendar, [(pause.started_at, pause.ended_at)])
            commitment.counted_due_at = shift(calendar, pause.counted_due_at, this_one)
        commitment.state, commitment.due_at = RUNNING, due
        commitment.warn_at, commitment.last_call_at = warning_moments(
            calendar, commitment.clock, commitment.started_at, due, paused, pause.ended_at
        )
        self.record(
            "commitment.resumed", at, None, commitment,
            old_due=commitment.unpaused_due_at, due=due, counted=commitment.counted_due_at, ended=pause.ended_at,
        )  # fmt: skip

    def resume_all(self, at: datetime) -> None:
        """Let every paused clock run on."""
        for commitment in [row for row in self.open if row.state == PAUSED]:
            self.resume(commitment, at)

    def announce(self, commitment: Row, until: datetime) -> None:
        """The warnings that a sweep every minute had given by `until`; each stage once."""
        if commitment.state != RUNNING or until <= commitment.warn_at:
            return
        stages = (
            (Warning.Stage.DUE_SOON, _sweep(commitment.warn_at), commitment.last_call_at),
            (Warning.Stage.LAST_CALL, _sweep(commitment.last_call_at), commitment.due_at),
            (Warning.Stage.OVERDUE, _sweep(commitment.due_at + datetime.resolution), None),
        )
        for stage, at, passed in stages:
            if at >= until or (passed and at >= passed) or stage in commitment.announced:
                continue
            commitment.announced.add(stage)
            self.rows.append(Warning, commitment_id=commitment.id, stage=str(stage), at=at)
            self.record(f"warning.{stage}", at, None, commitment, due=commitment.due_at)

    def _add(self, kind: str, source: str, clock: str, since: datetime, due: datetime, **fields: Any) -> Row:
        calendar = self.company.calendar
        # What has a slot is warned of by its start.
        by = fields.get("slot_starts_at") or due
        if kind == Kind.ACKNOWLEDGE:
            warn_at = last_call_at = due
        else:
            warn_at, last_call_at = warning_moments(calendar, clock, since, by)
        commitment = self.rows.add(
            Commitment,
            ticket_id=self.ticket.id, kind=str(kind), source=source, clock=str(clock),
            calendar_version_id=self.company.calendar_version.pk, started_at=since, first_due_at=due,
            unpaused_due_at=due, counted_due_at=due, warn_at=warn_at, last_call_at=last_call_at, due_at=due,
            state=RUNNING, pauses=[], announced=set(), **fields,
        )  # fmt: skip
        self.open.append(commitment)
        if kind == Kind.RESOLUTION and source == STANDARD:
            self.last_resolution = commitment
        return commitment


def _sweep(moment: datetime) -> datetime:
    """When the sweep that runs every minute, two seconds past it, finds something due at `moment`."""
    tick = moment.replace(second=2, microsecond=0)
    return tick if tick >= moment else tick + MINUTE
