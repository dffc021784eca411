"""What the ticket page shows: its promises, what was said, and who it is about. Reads only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Exists, F, OuterRef, Prefetch, When
from django.db.models.functions import JSONObject
from django.urls import reverse

from compliance.customer_record import Record, figures
from desk import followed, lines, mail_log
from desk.followed import Followed
from desk.forms.moments import fresh_key
from desk.lines import Line
from desk.mail_log import Entry
from desk.planned import Planned
from followups import wishes
from followups.models import CallTask
from followups.wishes import Wishes
from mail.models import Delivery
from people.models import User
from standards.models import CalendarVersion
from tickets.actions import call_notes
from tickets.actions.thanks import CAN_BE_TAKEN_BACK_FOR
from tickets.models import Attachment, Draft, Message, Note, Ticket, UnverifiedMail, Upload
from tickets.thanks import reads_like_thanks
from ui.files import Files, ShownFile

# So many things said stand open on the page; the older ones are one click away.
SHOWN = 20
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
    asks: list[Line]
    done_asks: list[Line]
    ended_asks: list[Line]
    said: list[Said]
    older: bool
    drafts: dict[str, Draft]
    followups_ahead: list[Planned]
    followups_ended: list[Followed]
    calls_to_make: list[CallTask]
    others: list[Ticket]
    merged: list[Ticket]
    record: Record
    now: datetime
    zone: str
    calendar: CalendarVersion | None
    wishes: Wishes
    next_due: datetime | None = field(init=False)
    followups_in_trouble: bool = field(init=False)
    in_hand: bool = field(init=False)
    reads_like_thanks: bool = field(init=False)
    marked_since: datetime = field(init=False)

    def __post_init__(self) -> None:
        dues = [line.commitment.due_at for line in self.open_lines if line.commitment.due_at]
        self.next_due = min(dues, default=None)
        self.followups_in_trouble = any(one.is_trouble for one in self.followups_ended)
        theirs = [one.message for one in self.said if one.message and not one.message.is_ours]
        self.reads_like_thanks = bool(theirs) and reads_like_thanks(theirs[-1].new_text)
        self.marked_since = self.now - CAN_BE_TAKEN_BACK_FOR
        self.in_hand = any(one.message.unsettled for one in self.said if one.message)


def place(message: Message) -> str:
    """Where that message stands on its ticket's page: what has just been written, and its Undo, are in view."""
    return f"{reverse('desk:ticket', args=[message.ticket.number])}#message-{message.pk}"


def read(ticket: Ticket, *, user: User, now: datetime, zone: str, everything: bool = False) -> TicketPage:
    """The page of `ticket` for `user`; what was said long ago only with `everything`."""
    rows = lines.commitments_of(ticket)
    drawn = lines.draw(rows, now=now, zone=zone)
    told = [line for line in drawn if not line.commitment.is_internal]
    between = [line for line in drawn if line.commitment.is_internal]
    said, older = _said(ticket, None if everything else SHOWN, now)
    drafts: dict[str, Draft] = {
        draft.kind: draft for draft in ticket.drafts.filter(author=user).annotate(chosen=_CHOSEN)
    }
    others = Ticket.objects.visible_to(user).open().filter(customer=ticket.customer).exclude(pk=ticket.pk)
    ahead, calls, ended = followed.read(ticket)
    return TicketPage(
        ticket=ticket,
        open_lines=[line for line in told if line.is_open],
        ended_lines=[line for line in told if not line.is_open],
        asks=[line for line in between if line.is_open],
        done_asks=[line for line in between if line.is_to_look_at(now)],
        ended_asks=[line for line in between if not line.is_open and not line.is_to_look_at(now)],
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
        wishes=wishes.of(ticket.customer, getattr(ticket, "stopped_purposes", [])),
    )


def _files(message: Any) -> Files:
    """What came with `message`; it was read along with it."""
    return Files([_file(Attachment(**facts)) for facts in message.files])


def _file(file: Attachment) -> ShownFile:
    preview = reverse("desk:attachment-preview", args=[file.pk]) if file.preview else ""
    address = reverse("desk:attachment", args=[file.pk])
    return ShownFile(file.name, file.looks.words, file.looks.icon, file.size, address, preview)


def _said(ticket: Ticket, newest: int | None, now: datetime) -> tuple[list[Said], bool]:
    """The newest of what was said and noted in order, and whether there is older.

    A reply that was taken back is no part of the conversation; a mail that waits for a decision always is.
    """
    messages = (
        ticket.messages.exclude(delivery__state=Delivery.State.CANCELLED)
        .select_related("author", "delivery")
        .annotate(from_is=F("inbound__from_is"), asks_for_note=Case(When(call_notes.wanted(now), True), default=False))
        .annotate(files=_FILES, was_repeated=Exists(Message.objects.filter(repeats=OuterRef("pk"))), **mail_log.STEPS)
        .prefetch_related(Prefetch("promises", to_attr="told"))
        .order_by("-at", "-pk")
    )
    notes = ticket.notes.select_related("author").order_by("-at", "-pk")
    most = None if newest is None else newest + 1
    said = [Said(message.at, message=message, files=_files(message)) for message in messages[:most]]
    said += [Said(note.at, note=note) for note in notes[:most]]
    if getattr(ticket, "has_unverified", True) and getattr(ticket, "is_ours", True):
        entries = ticket.unverified.beside().select_related("decided_by", "inbound__message__ticket")
        entries = entries.defer("inbound__raw").order_by("outcome", "-at", "-pk")
        said += [Said(entry.at, entry=entry) for entry in entries[:most]]
    said.sort(key=lambda one: one.at)
    if newest is None:
        return said, False
    waiting = [one for one in said[:-newest] if one.entry and one.entry.is_waiting]
    return [*waiting, *said[-newest:]], len(said) > newest
