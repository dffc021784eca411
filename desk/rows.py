"""One commitment as a row: every word of it ready, so that the template only places them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from desk.asked import Asked
from desk.call_script import dialled
from desk.row_facts import NEVER
from people.models import User
from standards import words
from standards.terms import Clock, Kind
from standards.working_time import WorkingCalendar, working_time_between
from tickets.models import Commitment, Ticket
from ui.formats import clock_time, compact_duration

_CALM = {"on_track", "paused", "conditional"}
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Row:
    """What the row says and which acts it offers to the viewer."""

    commitment: Commitment
    stage: str
    words: str
    left: str  # in working time; empty where wall time says the same, and is kept up to date by the page
    is_untaken: bool
    is_mine: bool
    is_led: bool  # by the viewer

    @property
    def ticket(self) -> Ticket:
        """The ticket it stands on."""
        return self.commitment.ticket

    @property
    def is_calm(self) -> bool:
        """Whether nobody is needed yet."""
        return self.stage in _CALM

    @property
    def wakes_at(self) -> datetime | None:
        """When a pause ends by itself and we ask again; known where the list asked for it."""
        wakes_at = getattr(self.commitment, "wakes_at", None)
        return wakes_at if wakes_at != NEVER else None

    @property
    def may_have_started(self) -> bool:
        """Whether the customer has written since, so that somebody has to look; known where the list asked for it."""
        return bool(getattr(self.commitment, "came", None))

    @property
    def owner(self) -> User | None:
        """Who answers for it; None while nobody has taken it and the lead only catches it."""
        return None if self.is_untaken else self.commitment.accountable

    @property
    def can_move(self) -> bool:
        """Whether its time may still be changed: while it runs, and not after it was due, or a call was tried."""
        return self.stage in {"on_track", "due_soon", "last_call"} and self.commitment.second_try_by is None

    @property
    def dial(self) -> str:
        """The customer's phone number as a telephone takes it."""
        return dialled(self.ticket.customer.phone)

    @property
    def is_done_by_hand(self) -> bool:
        """Whether a person ticks it off, because no message can tell."""
        return self.commitment.kind == Kind.CUSTOM

    @property
    def is_call(self) -> bool:
        """Whether a call was promised: logging it keeps it."""
        return self.commitment.kind == Kind.CALLBACK

    @property
    def is_internal(self) -> bool:
        """Whether a colleague asked for it, so that no customer is written to about it."""
        return self.commitment.is_internal

    @property
    def kind(self) -> str:
        """What it is; of something between colleagues, who asked for it."""
        return self.commitment.title

    @property
    def can_be_called(self) -> bool:
        """Whether the promise is a call and there is a number."""
        return self.is_call and bool(self.ticket.customer.phone)

    @property
    def can_be_seen(self) -> bool:
        """Whether the viewer can say that they have seen the last call, and nobody has said so yet."""
        seen_by = getattr(self.commitment, "seen_by", None)
        return self.stage == "last_call" and not seen_by and (self.is_mine or self.is_led)

    @property
    def shape(self) -> tuple:
        """All that decides about markup: rows of one shape differ only in their words."""
        return (
            self.stage,
            self.is_calm,
            self.is_untaken,
            self.is_mine,
            self.can_move,
            self.is_done_by_hand,
            self.is_call,
            self.can_be_called,
            self.can_be_seen,
            self.is_internal,
        )


def rows(commitments: Iterable[Commitment], *, viewer: User, now: datetime) -> Iterator[Row]:
    """A row for each of `commitments`, which come with ticket, team, standard and calendar."""
    calendars: dict[int, WorkingCalendar] = {}
    for one in commitments:
        calendar = calendars.get(one.calendar_version_id)
        if calendar is None:
            calendar = calendars[one.calendar_version_id] = one.calendar_version.working
        yield Row(
            one,
            one.stage(now),
            said(one),
            _left(one, calendar, now),
            is_untaken(one),
            one.accountable_id == viewer.pk,
            getattr(one, "led_by", None) == viewer.pk,
        )


@dataclass(frozen=True)
class AskedRow:
    """What the viewer is asked to take, where it stands, and its words."""

    asked: Asked
    stage: str
    words: str


def asked_rows(asked: Iterable[Asked], *, now: datetime) -> list[AskedRow]:
    """A row for each question."""
    return [AskedRow(one, one.commitment.stage(now), said(one.commitment)) for one in asked]


def left_by_one(rows: Sequence[AskedRow]) -> list[tuple[User, list[AskedRow]]]:
    """Of whom the viewer is asked to take several, and which: an absence asks for all of somebody's at once."""
    by_name: dict[User, list[AskedRow]] = {}
    for row in rows:
        by_name.setdefault(row.asked.commitment.accountable, []).append(row)
    return [(user, theirs) for user, theirs in by_name.items() if len(theirs) > 1]


def is_untaken(commitment: Commitment) -> bool:
    """Whether it lies with the lead only because nobody has taken the ticket."""
    ticket = commitment.ticket
    return not commitment.is_internal and ticket.owner_id is None and commitment.accountable_id == ticket.team.lead_id


def said(commitment: Commitment) -> str:
    """The words of a promise, or the window of the standard it follows from; and that what had kept it came back."""
    what = _said(commitment)
    if commitment.follows_why == Commitment.FollowsWhy.NOT_REACHED:
        return _("%(what)s · owed again: the customer was not reached") % {"what": what}
    return what


def _said(commitment: Commitment) -> str:
    if commitment.promised_text and commitment.slot_starts_at and commitment.due_at:
        slot = f"{clock_time(commitment.slot_starts_at)}–{clock_time(commitment.due_at)}"
        return _("%(slot)s, “%(words)s”") % {"slot": slot, "words": commitment.promised_text}
    if commitment.promised_text and commitment.state == Commitment.State.CONDITIONAL:
        told = {"words": commitment.promised_text, "condition": commitment.condition}
        return _("after %(condition)s: “%(words)s”") % told
    if commitment.promised_text:
        return _("“%(words)s”") % {"words": commitment.promised_text}
    version = commitment.standard_version
    if version is None:
        return ""
    window = words.window(version.clock, version.window_minutes, version.window_days)
    return _("standard, %(window)s") % {"window": window}


def _left(commitment: Commitment, calendar: WorkingCalendar, now: datetime) -> str:
    due = commitment.due_at
    if due is None or commitment.clock == Clock.WALL:
        return ""
    since, until = (now, due) if now <= due else (due, now)
    worked = working_time_between(calendar, since, until)
    if abs((until - since) - worked) < _MINUTE:
        return ""
    span = compact_duration(worked, days=False)
    if now <= due:
        return _("%(time)s of work") % {"time": span}
    return _("%(time)s over") % {"time": span}
