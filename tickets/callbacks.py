"""When a promised call counts as made: its slot, the attempts, and what is still open.

Pure: no database, no clock. Rules: docs/decisions/0034.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from standards.working_time import WorkingCalendar, add_working_time
from tickets.models import Message

Result = Message.Result

# A second attempt sooner than this finds the same empty chair.
APART = timedelta(minutes=30)
# So much working time after the first attempt everything has to have happened that makes up for nobody answering.
WITHIN = timedelta(hours=2)
# A moment that was named without an end: as long as somebody would wait beside the phone.
USUAL_SLOT = timedelta(minutes=30)


@dataclass(frozen=True)
class Slot:
    """Between when and when the customer is called."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Attempt:
    """One call that was logged for it: when it began and how it went."""

    at: datetime
    result: str


@dataclass(frozen=True)
class Standing:
    """Where a promised call stands: when it counts as made, and else what has yet to happen by when.

    `first` is the first attempt inside the slot, `second_from` when another one counts, `second` the one
    that did. `by` is the last moment for that, and for the message that has to be `left`; without a `first`
    there is none. Nothing of this needs to be known of a call that reached the customer: then `made_at` is all.
    """

    made_at: datetime | None = None
    first: datetime | None = None
    second_from: datetime | None = None
    second: datetime | None = None
    left: bool = False
    by: datetime | None = None


def standing(
    slot_starts_at: datetime | None, due_at: datetime, attempts: Iterable[Attempt], calendar: WorkingCalendar
) -> Standing:
    """How a call promised from `slot_starts_at` (or any time) up to `due_at` stands after `attempts`.

    Reached by then it is made at that moment. Otherwise it is made at the first attempt inside the slot, if
    within two working hours the customer was reached after all, or a second attempt, at least half an hour
    later, and a message left have followed. Reached in no such way it is made when they were reached.
    """
    made = sorted(attempts, key=lambda attempt: attempt.at)
    reached = next((attempt.at for attempt in made if attempt.result == Result.REACHED), None)
    first = next((attempt.at for attempt in made if _is_inside(attempt, slot_starts_at, due_at)), None)
    if first is None or reached == first:
        return Standing(made_at=reached)
    by = add_working_time(calendar, first, WITHIN)
    second = next((attempt.at for attempt in made if first + APART <= attempt.at <= by), None)
    left = next((one.at for one in made if one.result == Result.MESSAGE_LEFT and first <= one.at <= by), None)
    tried_at = max(second, left) if second and left else None
    was_tried = tried_at is not None and (reached is None or tried_at < reached)
    was_reached_after_all = reached is not None and due_at < reached <= by
    made_at = first if was_tried or was_reached_after_all else reached
    return Standing(made_at, first, first + APART, second, left is not None, by)


def tried_twice(attempts: Iterable[Attempt]) -> tuple[datetime, datetime] | None:
    """The first attempt and the next one at least half an hour later, where nobody was reached since the first."""
    made = sorted(attempts, key=lambda attempt: attempt.at)
    if not made or any(attempt.result == Result.REACHED for attempt in made):
        return None
    first = made[0].at
    second = next((attempt.at for attempt in made if attempt.at >= first + APART), None)
    return (first, second) if second else None


def _is_inside(attempt: Attempt, slot_starts_at: datetime | None, due_at: datetime) -> bool:
    return (slot_starts_at is None or slot_starts_at <= attempt.at) and attempt.at <= due_at
