"""What the ticket page shows: its promises, what was said, and who it is about. Reads only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Prefetch, Q, Subquery, prefetch_related_objects
from django.db.models.functions import JSONObject
from django.urls import reverse

from desk import followed, mail_log
from desk.followed import Followed
from desk.forms.composer import fresh_key
from desk.mail_log import Entry
from desk.record import Record, figures
from followups.models import CallTask, FollowUp
from mail import meaning
from mail.models import Delivery
from people.models import Organisation, User
from standards.due import worked_inside
from standards.explain import why_due
from standards.models import CalendarVersion
from standards.terms import Clock, Kind
from standards.working_time import working_time_between
from tickets.certain import certain
from tickets.models import Attachment, Commitment, Draft, Event, Message, Note, Ticket, UnverifiedMail, Upload
from ui.files import Files, ShownFile

# So many things said stand open on the page; the older ones are one click away.
SHOWN = 20
# Why a mail that kept a commitment, or was meant to, did not arrive; also for the row that follows it.
_NOT_REACHED = Subquery(
    Event.objects.filter(
        Q(commitment=OuterRef("pk")) | Q(commitment=OuterRef("follows")), kind="commitment.not_reached"
    )
    .order_by("-pk")
    .values(facts=JSONObject(commitment="commitment_id", status="detail__status"))[:1]
)
# What came with each message, in the query that reads it.
_FILES = ArraySubquery(
    Attachment.objects.filter(message=OuterRef("pk")).values(
        facts=JSONObject(pk="pk", name="name", size="size", preview="preview")
    )
)

# What somebody has chosen to send along, in the query that reads their draft.
_CHOSEN = ArraySubquery(
    Upload.objects.filter(form=OuterRef("files_of"), owner=OuterRef("author"))
    .order_by("pk")
    .values(facts=JSONObject(pk="pk", name="name", size="size"))
)


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

    @property
    def look(self) -> str:
        """The stage as style sheets spell it."""
        return self.stage.replace("_", "-")

    @property
    def is_void(self) -> bool:
        """Whether it counts no more: what had kept it never arrived, or it was no promise at all."""
        return self.commitment.voided_at is not None

    @property
    def can_move(self) -> bool:
        """Whether its time may still be changed: only while it runs, and before it is due."""
        return self.stage in {"on_track", "due_soon", "last_call"}

    @property
    def is_done_by_hand(self) -> bool:
        """Whether a person ticks it off, because no message can tell."""
        return self.commitment.kind in {Kind.CUSTOM, Kind.CALLBACK} or self.commitment.source == "internal"


@dataclass
class Said:
    """One thing in the conversation: a message with what became of it, a note, or a mail of an unverified sender."""

    at: datetime
    message: Message | None = None
    note: Note | None = None
    entry: UnverifiedMail | None = None
    files: Files | None = None

    @property
    def log(self) -> list[Entry]:
        """What became of its mail, step by step."""
        message: Any = self.message
        return mail_log.read(message.delivery, message.tries, message.reports) if message and message.delivery else []

    @property
    def is_delayed(self) -> bool:
        """Whether its mail waits somewhere on its way."""
        message: Any = self.message
        return bool(message and message.delivery) and mail_log.is_delayed(message.delivery, message.reports)

    @property
    def can_be_sent_again(self) -> bool:
        """Whether a person may try: its mail did not arrive, and nobody has sent the words again."""
        message: Any = self.message
        return message is not None and message.did_not_arrive and not message.was_repeated

    @property
    def key(self) -> str:
        """Of the form that sends the words again: pressed twice, it acts once."""
        return fresh_key()

    @property
    def is_held(self) -> bool:
        """Whether it can still be undone."""
        delivery = self.message.delivery if self.message else None
        return delivery is not None and delivery.state in {Delivery.State.QUEUED, Delivery.State.CLAIMED}


@dataclass
class TicketPage:
    """All that the page shows, from a fixed number of queries."""

    ticket: Ticket
    open_lines: list[Line]
    ended_lines: list[Line]
    said: list[Said]
    older: bool
    drafts: dict[str, Draft]
    followups_ahead: list[FollowUp]
    followups_ended: list[Followed]
    calls_to_make: list[CallTask]
    others: list[Ticket]
    merged: list[Ticket]
    record: Record
    now: datetime
    zone: str
    calendar: CalendarVersion | None
    next_due: datetime | None = field(init=False)
    followups_in_trouble: bool = field(init=False)
    in_hand: bool = field(init=False)

    def __post_init__(self) -> None:
        dues = [line.commitment.due_at for line in self.open_lines if line.commitment.due_at]
        self.next_due = min(dues, default=None)
        self.followups_in_trouble = any(one.is_trouble for one in self.followups_ended)
        self.in_hand = any(one.message.unsettled for one in self.said if one.message)


def read(ticket: Ticket, *, user: User, now: datetime, zone: str, everything: bool = False) -> TicketPage:
    """The page of `ticket` for `user`; what was said long ago only with `everything`."""
    rows = _commitments(ticket)
    lines = _lines(rows, now=now, zone=zone)
    said, older = _said(ticket, None if everything else SHOWN)
    drafts: dict[str, Draft] = {
        draft.kind: draft for draft in ticket.drafts.filter(author=user).annotate(chosen=_CHOSEN)
    }
    others = Ticket.objects.visible_to(user).open().filter(customer=ticket.customer).exclude(pk=ticket.pk)
    ahead, calls, ended = followed.read(ticket)
    return TicketPage(
        ticket=ticket,
        open_lines=[line for line in lines if line.commitment.state != Commitment.State.ENDED],
        ended_lines=[line for line in lines if line.commitment.state == Commitment.State.ENDED],
        said=said,
        older=older,
        drafts=drafts,
        followups_ahead=ahead,
        followups_ended=ended,
        calls_to_make=calls,
        others=list(others.order_by("-opened_at")[:5]),
        merged=list(ticket.merged.order_by("number")) if getattr(ticket, "has_merged", True) else [],
        record=figures(ticket.customer_id, user=user, now=now),
        now=now,
        zone=zone,
        calendar=rows[0].calendar_version if rows else None,
    )


def _commitments(ticket: Ticket) -> list[Commitment]:
    """Each row with what the page says of it; pauses are asked for only where a clock has stood still."""
    rows: list[Commitment] = list(
        Commitment.objects.of(ticket)
        .select_related(
            "standard_version__standard", "calendar_version__calendar", "made_by", "accountable", "replaces"
        )
        .annotate(lost=_NOT_REACHED)
        .order_by("-made_at", "-pk")
    )
    stood_still = [row for row in rows if row.state == Commitment.State.PAUSED or row.due_at != row.unpaused_due_at]
    prefetch_related_objects(stood_still, "pauses")
    return rows


def _lines(rows: list[Commitment], *, now: datetime, zone: str) -> list[Line]:
    """The next due first, ended ones newest first; a moved one stands on its successor."""
    moved = {row.pk for row in rows if row.outcome == Commitment.Outcome.MOVED}
    lines = [_line(row, now=now, zone=zone) for row in rows if row.pk not in moved]
    running = [line for line in lines if line.commitment.state != Commitment.State.ENDED]
    ended = [line for line in lines if line.commitment.state == Commitment.State.ENDED]
    running.sort(key=lambda line: (line.commitment.due_at is None, line.commitment.due_at or now, line.commitment.pk))
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
    return Line(row, stage, left, taken, window, why, row.replaces, _why_not_reached(row))


def _why_not_reached(row: Commitment) -> str:
    """Why the customer was not reached with what was to keep it, in words; empty where they were, or are since."""
    lost: dict[str, Any] | None = row.lost  # type: ignore[attr-defined]
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


def _files(message: Any) -> Files:
    """What came with `message`; it was read along with it."""
    return Files([_file(Attachment(**facts)) for facts in message.files])


def _file(file: Attachment) -> ShownFile:
    preview = reverse("desk:attachment-preview", args=[file.pk]) if file.preview else ""
    address = reverse("desk:attachment", args=[file.pk])
    return ShownFile(file.name, file.looks.words, file.looks.icon, file.size, address, preview)


def _said(ticket: Ticket, newest: int | None) -> tuple[list[Said], bool]:
    """The newest of what was said and noted in order, and whether there is older.

    A reply that was taken back is no part of the conversation; a mail that waits for a decision always is.
    """
    messages = (
        ticket.messages.exclude(delivery__state=Delivery.State.CANCELLED)
        .select_related("author", "delivery")
        .annotate(from_is=F("inbound__from_is"))
        .annotate(files=_FILES, was_repeated=Exists(Message.objects.filter(repeats=OuterRef("pk"))), **mail_log.STEPS)
        .prefetch_related(Prefetch("promises", to_attr="told"))
        .order_by("-at", "-pk")
    )
    notes = ticket.notes.select_related("author").order_by("-at", "-pk")
    most = None if newest is None else newest + 1
    said = [Said(message.at, message=message, files=_files(message)) for message in messages[:most]]
    said += [Said(note.at, note=note) for note in notes[:most]]
    if getattr(ticket, "has_unverified", True):
        entries = ticket.unverified.beside().select_related("decided_by", "inbound__message__ticket")
        entries = entries.defer("inbound__raw").order_by("outcome", "-at", "-pk")
        said += [Said(entry.at, entry=entry) for entry in entries[:most]]
    said.sort(key=lambda one: one.at)
    if newest is None:
        return said, False
    waiting = [one for one in said[:-newest] if one.entry and one.entry.is_waiting]
    return [*waiting, *said[-newest:]], len(said) > newest
