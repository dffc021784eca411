"""The promises of a ticket as its page shows them: where each stands, how long is left, and why it is due then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Q, Subquery, prefetch_related_objects
from django.db.models.functions import JSONObject

from desk import call_script, came
from desk.came import Came
from desk.row_facts import LED_BY, SEEN_BY
from mail import meaning
from people.models import Organisation
from standards.due import worked_inside
from standards.explain import why_due
from standards.terms import Clock, Kind
from standards.working_time import working_time_between
from tickets.actions import asking
from tickets.actions.thanks import NO_REPLY_NEEDED, is_about_an_ordinary_word
from tickets.certain import certain
from tickets.models import Commitment, DelayNotice, Event, HandOver, Note, Ticket
from tickets.wording import starts_when

# Why a mail that kept a commitment, or was meant to, did not arrive; also for the row that follows it.
_NOT_REACHED = Subquery(
    Event.objects.filter(
        Q(commitment=OuterRef("pk")) | Q(commitment=OuterRef("follows")), kind="commitment.not_reached"
    )
    .order_by("-pk")
    .values(facts=JSONObject(commitment="commitment_id", status="detail__status"))[:1]
)
# Why it is no longer owed, where that is so.
_WHY_WITHDRAWN = Subquery(
    Event.objects.filter(commitment=OuterRef("pk"), kind="commitment.withdrawn").values("detail__why")[:1]
)

# Written in the act that ticked off what a colleague had asked, so at the same moment.
_DONE_WORDS = Subquery(Note.objects.filter(ticket=OuterRef("ticket"), at=OuterRef("ended_at")).values("body")[:1])

# What its customer has yet to be told, of a delay that concerns many.
_DELAY_NOTICE = Subquery(
    DelayNotice.objects.untold().filter(commitment=OuterRef("pk")).order_by("-pk").values("pk")[:1]
)

# Who was last asked to take it, and what they said.
_ASKED = Subquery(
    HandOver.objects.filter(commitment=OuterRef("pk"))
    .order_by("-pk")
    .values(
        facts=JSONObject(
            pk="pk", of="asked_of", name="asked_of__name", by="asked_by__name", at="asked_at", answer="answer",
            reason="reason",
        )
    )[:1]
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """That somebody was asked to take it: still open, or declined with a reason."""

    pk: int
    of: int
    name: str
    by: str
    at: datetime
    reason: str


@dataclass
class Line:
    """One commitment on the page: where it stands, how long is left or was taken, and why it is due then."""

    commitment: Commitment
    stage: str
    left: timedelta | None
    taken: timedelta | None
    window: timedelta | None
    why: list[str]
    moved_from: Commitment | None
    not_reached: str = ""
    asked: Asked | None = None
    is_tried_again: bool = False  # a call whose slot is over, while a second try may still keep it
    is_objected_to: bool = False
    serves: Commitment | None = None
    came: Came | None = None

    @property
    def look(self) -> str:
        """The stage as style sheets spell it."""
        return self.stage.replace("_", "-")

    @property
    def is_open(self) -> bool:
        """Whether it is still owed."""
        return self.commitment.state != Commitment.State.ENDED

    @property
    def is_void(self) -> bool:
        """Whether it counts no more: what had kept it never arrived, or it was no promise at all."""
        return self.commitment.voided_at is not None

    @property
    def can_move(self) -> bool:
        """Whether its time may still be changed: only while it runs, and before it is due."""
        return self.stage in {"on_track", "due_soon", "last_call"} and not self.is_tried_again

    @property
    def may_need_no_reply(self) -> bool:
        """Whether a person may say that the customer's word asks for no answer."""
        return self.stage in {"on_track", "due_soon", "last_call"} and is_about_an_ordinary_word(self.commitment)

    @property
    def needed_no_reply(self) -> bool:
        """Whether somebody has said so."""
        row: Any = self.commitment
        return row.why_withdrawn == NO_REPLY_NEEDED and row.kind == Kind.NEXT_RESPONSE

    @property
    def is_done_by_hand(self) -> bool:
        """Whether a person ticks it off, because no message can tell."""
        return self.commitment.kind == Kind.CUSTOM

    @property
    def call(self) -> call_script.CallToMake | None:
        """The call that was promised, while it is owed."""
        row = self.commitment
        owed = row.kind == Kind.CALLBACK and row.state == Commitment.State.RUNNING
        return call_script.to_make(row) if owed else None

    @property
    def starts_when(self) -> str:
        """When a promise falls due that waits for what the customer does first; empty for others."""
        row = self.commitment
        return starts_when(row.condition, row.window_minutes, row.window_days) if row.condition else ""

    @property
    def is_back(self) -> bool:
        """Of what was asked: whether it lies with who asked, because nobody else does it."""
        return asking.is_back(self.commitment)

    @property
    def can_be_given_back(self) -> bool:
        """Of what was asked: whether there is still time to find somebody else."""
        return self.stage in {"on_track", "due_soon"} and not self.is_back

    @property
    def serves_what(self) -> str:
        """Of what was asked: the promise that it serves, in a few words; empty where it serves none."""
        row = self.serves
        return (row.promised_text or str(row.get_kind_display())) if row else ""

    @property
    def comes_too_late(self) -> bool:
        """Of what was asked: whether its time does not help to keep the promise that it serves."""
        due = self.commitment.due_at
        return due is not None and asking.comes_too_late(due, self.serves)

    @property
    def objections_until(self) -> datetime | None:
        """Of what was asked and ticked off: up to when it can be objected to; None where it was already."""
        return None if self.is_objected_to else asking.objections_until(self.commitment)

    def is_to_look_at(self, now: datetime) -> bool:
        """Whether it is done, and may still be said not to be what was asked for."""
        until = self.objections_until
        return not self.is_open and until is not None and now <= until


def commitments_of(ticket: Ticket) -> list[Commitment]:
    """Each row with what the page says of it; pauses are asked for only where a clock has stood still."""
    rows: list[Commitment] = list(
        Commitment.objects.of(ticket)
        .select_related(
            "standard_version__standard",
            "calendar_version__calendar",
            "made_by",
            "accountable",
            "replaces",
            "asked_of",
            "serves",
        )
        .annotate(lost=_NOT_REACHED, why_withdrawn=_WHY_WITHDRAWN, delay_notice=_DELAY_NOTICE, asked=_ASKED)
        .annotate(done_words=_DONE_WORDS, attempts=call_script.ATTEMPTS, came=came.FIRST)
        .annotate(seen_by=SEEN_BY, led_by=LED_BY)
        .order_by("-made_at", "-pk")
    )
    stood_still = [row for row in rows if row.state == Commitment.State.PAUSED or row.due_at != row.unpaused_due_at]
    prefetch_related_objects(stood_still, "pauses")
    return rows


def draw(rows: list[Commitment], *, now: datetime, zone: str) -> list[Line]:
    """The next due first, ended ones newest first; a moved one stands on its successor."""
    moved = {row.pk for row in rows if row.outcome == Commitment.Outcome.MOVED}
    lines = [_line(row, now=now, zone=zone) for row in rows if row.pk not in moved]
    objected_to = {row.follows_id for row in rows if row.follows_why == Commitment.FollowsWhy.OBJECTED}
    took_over = {row.replaces_id: row for row in rows if row.replaces_id}
    for line in lines:
        line.came = came.of(line.commitment)
        line.is_objected_to = line.commitment.pk in objected_to
        line.serves = line.commitment.serves
        while line.serves is not None and line.serves.pk in took_over:
            line.serves = took_over[line.serves.pk]
    running = [line for line in lines if line.commitment.state != Commitment.State.ENDED]
    ended = [line for line in lines if line.commitment.state == Commitment.State.ENDED]
    running.sort(key=lambda line: (line.commitment.due_at is None, line.commitment.due_at or now, line.commitment.pk))
    # What the customer may just have started is asked about right below what is due next.
    asked_about = [line for line in running[1:] if line.came]
    running = running[:1] + asked_about + [line for line in running[1:] if not line.came]
    ended.sort(key=lambda line: certain(line.commitment.ended_at), reverse=True)
    return running + ended


def _line(row: Commitment, *, now: datetime, zone: str) -> Line:
    calendar = row.calendar_version.working
    stage = row.stage(now)
    known = "pauses" in getattr(row, "_prefetched_objects_cache", {})
    spans = [(pause.started_at, pause.ended_at or now) for pause in row.pauses.all()] if known else []
    paused = worked_inside(calendar, spans)
    left = taken = window = None
    due = row.due_at or row.unpaused_due_at
    if row.started_at and due:
        window = _time_between(row, row.started_at, due) - paused
        if row.state == Commitment.State.ENDED and row.ended_at:
            taken = max(_time_between(row, row.started_at, row.ended_at) - paused, timedelta(0))
        elif row.state == Commitment.State.PAUSED and spans:
            left = _time_between(row, spans[-1][0], due)
        elif row.due_at:
            left = _time_between(row, now, row.due_at) if now <= row.due_at else -_time_between(row, row.due_at, now)
    again = row.may_be_tried_again(now)
    if again:
        left = _time_between(row, now, certain(row.second_try_by))
    why = why_due(
        clock=row.clock,
        minutes=row.window_minutes,
        days=row.window_days,
        calendar=calendar,
        start=row.started_at,
        due=due,
        # Calendar days end at midnight where the organisation is, wherever the reader is.
        zone=Organisation.objects.the().zone_info if row.clock == Clock.CALENDAR_DAYS else ZoneInfo(zone),
        paused=paused,
    ) if row.started_at and row.clock != Clock.FIXED and row.replaces_id is None and due else []  # fmt: skip
    return Line(row, stage, left, taken, window, why, row.replaces, _why_not_reached(row), _asked(row), again)


def _asked(row: Commitment) -> Asked | None:
    """The question that is open, or the last one where it was declined: whoever has it still needs somebody."""
    facts: dict[str, Any] | None = row.asked  # type: ignore[attr-defined]  # annotated
    if facts is None or row.state == Commitment.State.ENDED:
        return None
    if facts.pop("answer") not in {"", HandOver.Answer.DECLINED}:
        return None
    at = datetime.fromisoformat(facts.pop("at"))
    return Asked(**facts, at=at)


def _why_not_reached(row: Commitment) -> str:
    """Why the customer was not reached with what was to keep it, in words; empty where they were, or are since."""
    lost: dict[str, Any] | None = row.lost  # type: ignore[attr-defined]  # annotated
    owed_again = row.follows_why == Commitment.FollowsWhy.NOT_REACHED
    if lost is None or not (lost["commitment"] == row.pk or owed_again):
        return ""
    if row.state == Commitment.State.ENDED and row.voided_at is None:
        return ""
    return meaning.of_status(lost["status"])


def _time_between(row: Commitment, start: datetime, end: datetime) -> timedelta:
    if row.clock == Clock.WALL:
        return max(end - start, timedelta(0))
    return working_time_between(row.calendar_version.working, start, end)
