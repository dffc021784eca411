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
from typing import TYPE_CHECKING, NamedTuple

from compliance.cases import cases
from compliance.questions import Question
from compliance.results import Bucket
from compliance.survival import Observation, curve, quantile
from standards.models import CalendarVersion
from standards.terms import PAUSING, Clock
from standards.working_time import working_time_between
from tickets.certain import certain
from tickets.models import Commitment, Pause

if TYPE_CHECKING:
    from people.models import User

AT_ONCE = 1000
MOST = 5000  # what a page looks at; more is worked out by the worker when a month closes
MINUTE = timedelta(minutes=1)
_EVERY_MINUTE = {Clock.WALL, Clock.CALENDAR_DAYS}
_DONE = {Commitment.Outcome.KEPT, Commitment.Outcome.KEPT_LATE}


class Span(NamedTuple):
    """What is needed of a commitment to say how long it took."""

    pk: int
    kind: str
    clock: str
    calendar_version: int
    started_at: datetime
    ended_at: datetime | None
    outcome: str
    replaces: int | None
    follows: int | None
    follows_why: str

    @property
    def before(self) -> int | None:
        """The key of the link before it: what it was moved from, or the message that counted and never arrived."""
        return self.replaces or (self.follows if self.follows_why == Commitment.FollowsWhy.NOT_REACHED else None)


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
    took = durations([span_of(row) for row in rows], now=now)
    return [Line(row, Bucket(row.bucket), took[row.pk]) for row in rows]  # type: ignore[attr-defined]  # annotated


def times(question: Question, *, viewer: User | None, now: datetime, most: int | None = MOST) -> Times:
    """The times of what the question counts: of the newest `most` cases, or of all of them."""
    found = cases(question, viewer=viewer, now=now).order_by("-counted_due_at", "-pk").values_list(*Span._fields)
    if most is None:
        rows, is_all = found.iterator(chunk_size=AT_ONCE), True
    else:
        newest = list(found[: most + 1])
        rows, is_all = iter(newest[:most]), len(newest) <= most
    observed = list(_observed((Span(*row) for row in rows), now))
    steps = curve(observed)
    return Times(quantile(steps, 0.5), quantile(steps, 0.9), len(observed), is_all)


def durations(spans: Sequence[Span], *, now: datetime) -> dict[int, timedelta]:
    """By the key of each, how long it took, or has been open at `now`. A handful of queries for all."""
    begun = chains(spans)
    can_pause = [link for span in spans if span.kind in PAUSING for link in begun[span.pk][1]]
    pauses: dict[int, list[tuple[datetime, datetime | None]]] = defaultdict(list)
    if can_pause:
        known = Pause.objects.filter(commitment__in=can_pause)
        for commitment, since, until in known.values_list("commitment", "started_at", "ended_at"):
            pauses[commitment].append((since, until))
    versions = CalendarVersion.objects.in_bulk({span.calendar_version for span in spans})
    calendars = {key: version.working for key, version in versions.items()}
    found = {}
    for span in spans:
        start, links = begun[span.pk]
        end = span.ended_at or now
        stops = [stop for link in links for stop in pauses.get(link, ())] if pauses else []
        if span.clock in _EVERY_MINUTE:
            found[span.pk] = max(end - start, timedelta(0)) - _inside(stops, end)
        else:
            found[span.pk] = working_time_between(calendars[span.calendar_version], start, end, stops or ())
    return found


def span_of(row: Commitment) -> Span:
    """What is needed of that row."""
    return Span(
        row.pk, row.kind, row.clock, row.calendar_version_id, certain(row.started_at), row.ended_at, row.outcome,
        row.replaces_id, row.follows_id, row.follows_why,
    )  # fmt: skip


def _observed(spans: Iterator[Span], now: datetime) -> Iterator[Observation]:
    """Withdrawn, given up and still open ones tell only that they took longer than they were open."""
    while batch := list(islice(spans, AT_ONCE)):
        took = durations(batch, now=now)
        for span in batch:
            yield Observation(-(-took[span.pk] // MINUTE), span.outcome in _DONE)


def chains(spans: Sequence[Span]) -> dict[int, tuple[datetime, list[int]]]:
    """When the first link of each one's chain started, and the keys of all its links."""
    found = {span.pk: (span.started_at, [span.pk]) for span in spans}
    above = {span.before: span.pk for span in spans if span.before}
    while above:
        higher = {}
        links = Commitment.objects.filter(pk__in=above).values_list(*Span._fields)
        for link in (Span(*row) for row in links):
            last = above[link.pk]
            found[last] = (link.started_at, [*found[last][1], link.pk])
            if link.before:
                higher[link.before] = last
        above = higher
    return found


def _inside(stops: Iterable[tuple[datetime, datetime | None]], end: datetime) -> timedelta:
    return sum((max((until or end) - since, timedelta(0)) for since, until in stops), timedelta(0))
