"""What a standard promises, as a row; the first ones of a ticket that nobody else has seen yet; a row once more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from people.models import Organisation, User
from standards.due import Window
from standards.models import CalendarVersion, StandardVersion
from tickets.actions.events import entry
from tickets.clock import calendar_of, times
from tickets.models import Commitment, Event, Ticket


def row_of(
    version: StandardVersion,
    ticket: Ticket,
    calendar: CalendarVersion,
    *,
    accountable: User,
    start: datetime,
    due: datetime,
    now: datetime,
    follows: Commitment | None = None,
    follows_why: str = "",
) -> Commitment:
    """The commitment that `version` begins at `start`, not yet written."""
    moments = times(version.kind, version.clock, calendar, start, due)
    return Commitment(
        ticket=ticket,
        kind=version.kind,
        source=Commitment.Source.STANDARD,
        standard_version=version,
        calendar_version=calendar,
        clock=version.clock,
        window_minutes=version.window_minutes,
        window_days=version.window_days,
        accountable=accountable,
        made_at=now,
        started_at=start,
        first_due_at=due,
        unpaused_due_at=due,
        counted_due_at=due,
        warn_at=moments.warn_at,
        last_call_at=moments.last_call_at,
        due_at=due,
        state=Commitment.State.RUNNING,
        follows=follows,
        follows_why=follows_why,
    )


_GOES_ALONG = (
    "kind", "source", "standard_version_id", "calendar_version_id", "clock", "window_minutes",
    "window_days", "made_by_id", "accountable_id", "promised_text", "may_get_in_the_way", "slot_starts_at",
    "second_try_by", "started_at", "first_due_at", "counted_due_at", "warn_at", "last_call_at", "due_at", "state",
)  # fmt: skip


def once_more(row: Commitment, ticket: Ticket, *, now: datetime, **otherwise: Any) -> Commitment:
    """What `row` promises, as another row of `ticket` with its times, not yet written; `otherwise` is what differs.

    Its pauses stay on `row`: the due time holds what they gave.
    """
    same = {name: getattr(row, name) for name in _GOES_ALONG}
    return Commitment(ticket=ticket, **{**same, "unpaused_due_at": row.due_at, "made_at": now, **otherwise})


def start_first(
    ticket: Ticket, versions: Sequence[StandardVersion], *, accountable: User, start: datetime, now: datetime
) -> list[Commitment]:
    """Begin what `versions` promise, of a ticket made in this transaction: nothing runs on it, nobody waits for it.

    In a statement for all, since a mail opens a ticket and mails come in crowds.
    """
    if not versions:
        return []
    calendar, zone = calendar_of(ticket.team), Organisation.objects.the().zone_info
    rows = []
    for version in versions:
        window = Window(version.clock, version.window_minutes, version.window_days)
        due = window.due(calendar.working, start, zone)
        rows.append(row_of(version, ticket, calendar, accountable=accountable, start=start, due=due, now=now))
    Commitment.objects.bulk_create(rows)
    Event.objects.bulk_create(
        entry(ticket, "commitment.started", now=now, commitment=row, due=row.due_at, why="") for row in rows
    )
    return rows
