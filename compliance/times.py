"""How long things took: from the moment a clock first started until they were done, without the pauses.

In working time of each commitment's own calendar; where a standard counts plain time or calendar
days, every minute. Working time is worked out in Python for the rows that are asked for, a thousand at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from compliance.cases import cases
from compliance.questions import Question
from compliance.results import Bucket
from compliance.survival import Observation, curve, quantile
from standards.models import CalendarVersion
from standards.terms import Clock
from standards.working_time import working_time_between
from tickets.models import Commitment, Pause

if TYPE_CHECKING:
    from people.models import User

AT_ONCE = 1000
MOST = 5000  # what a page looks at; more is worked out by the worker when a month closes
MINUTE = timedelta(minutes=1)
_EVERY_MINUTE = {Clock.WALL, Clock.CALENDAR_DAYS}
_DONE = {Commitment.Outcome.KEPT, Commitment.Outcome.KEPT_LATE}
_FOLLOWS = ("follows_id", "follows_why")
_NEEDED = ("started_at", "ended_at", "outcome", "clock", "calendar_version_id", "replaces_id", *_FOLLOWS)


@dataclass(frozen=True)
class Line:
    """One listed case: where it is counted, and how long it took or has been open."""

    commitment: Commitment
    bucket: Bucket
    took: timedelta


@dataclass(frozen=True)
class Times:
    """Until when half and nine in ten were done, in minutes, open ones counted; None where that was never reached.

    `cases` is how many were looked at; not all where the list was longer than a page may read.
    """

    median: int | None
    ninth: int | None
    cases: int
    all: bool = True


def lines(page: Iterable[Commitment], *, now: datetime) -> list[Line]:
    """What is shown of each row of a page of `cases`. The number of queries does not grow with the rows."""
    rows = list(page)
    took = durations(rows, now=now)
    return [Line(row, Bucket(row.bucket), took[row.pk]) for row in rows]  # type: ignore[attr-defined]


def times(question: Question, *, viewer: User | None, now: datetime, most: int | None = MOST) -> Times:
    """The times of what the question counts: of the newest `most` cases, or of all of them."""
    found = cases(question, viewer=viewer, now=now).only(*_NEEDED).order_by("-counted_due_at", "-pk")
    if most is None:
        rows, is_all = found.iterator(chunk_size=AT_ONCE), True
    else:
        newest = list(found[: most + 1])
        rows, is_all = iter(newest[:most]), len(newest) <= most
    observed = list(_observed(rows, now))
    steps = curve(observed)
    return Times(quantile(steps, 0.5), quantile(steps, 0.9), len(observed), is_all)


def _observed(rows: Iterator[Commitment], now: datetime) -> Iterator[Observation]:
    """Withdrawn, given up and still open ones tell only that they took longer than they were open."""
    while batch := list(islice(rows, AT_ONCE)):
        took = durations(batch, now=now)
        for row in batch:
            yield Observation(-(-took[row.pk] // MINUTE), row.outcome in _DONE)


def durations(rows: Sequence[Commitment], *, now: datetime) -> dict[int, timedelta]:
    """By the key of each row, how long it took, or has been open at `now`. A handful of queries for all."""
    chains = _chains(rows)
    pauses: dict[int, list[tuple[datetime, datetime | None]]] = defaultdict(list)
    links = {link for _start, links in chains.values() for link in links}
    for of, since, until in Pause.objects.filter(commitment__in=links).values_list(
        "commitment", "started_at", "ended_at"
    ):
        pauses[of].append((since, until))
    versions = {row.calendar_version_id for row in rows}
    calendars = {key: version.working for key, version in CalendarVersion.objects.in_bulk(versions).items()}
    found = {}
    for row in rows:
        start, links_of_row = chains[row.pk]
        end = row.ended_at or now
        stops = [span for link in links_of_row for span in pauses.get(link, ())]
        if row.clock in _EVERY_MINUTE:
            found[row.pk] = max(end - start, timedelta(0)) - _inside(stops, end)
        else:
            found[row.pk] = working_time_between(calendars[row.calendar_version_id], start, end, stops)
    return found


def _chains(rows: Sequence[Commitment]) -> dict[int, tuple[datetime, list[int]]]:
    """When the first link of each row's chain started, and the keys of all its links.

    A chain goes on over moves, and over a message that had counted and never arrived.
    """
    chains = {row.pk: (row.started_at, [row.pk]) for row in rows}
    above = {before: row.pk for row in rows if (before := _before(row))}
    while above:
        higher = {}
        for link in Commitment.objects.filter(pk__in=above).only("started_at", "replaces_id", *_FOLLOWS):
            row = above[link.pk]
            chains[row] = (link.started_at, [*chains[row][1], link.pk])
            if before := _before(link):
                higher[before] = row
        above = higher
    return {key: (start, links) for key, (start, links) in chains.items() if start is not None}


def _before(row: Commitment) -> int | None:
    return row.replaces_id or (row.follows_id if row.follows_why == Commitment.FollowsWhy.NOT_REACHED else None)


def _inside(stops: Iterable[tuple[datetime, datetime | None]], end: datetime) -> timedelta:
    return sum((max((until or end) - since, timedelta(0)) for since, until in stops), timedelta(0))
