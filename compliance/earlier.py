"""What is known of a month since it was closed: what was published first, how long things took, the month before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from compliance.listed import Asked
from compliance.models import ClosedPeriod
from compliance.questions import Days, month_of
from compliance.results import ALL, Bucket, Figure


@dataclass(frozen=True)
class Took:
    """By when half and nine in ten were done, in minutes; those never done are counted too."""

    median: timedelta | None
    ninth: timedelta | None


@dataclass(frozen=True)
class Earlier:
    """Nothing where the month has not been closed, or the question is not about all teams' whole month.

    Keys are those of standard versions, None for promises.
    """

    published: Figure | None = None
    before: Mapping[int | None, Figure] = field(default_factory=dict)
    took: Mapping[int | None, Took] = field(default_factory=dict)


def earlier(of: Asked, *, zone: ZoneInfo) -> Earlier:
    """What was kept of the month that `of` asks about, in one query; only for who sees all teams."""
    question = of.question
    first = question.period.since.astimezone(zone).date()
    by_ticket = (question.team, question.category, question.channel, question.priority, question.accountable)
    if question.period != month_of(first, zone) or any(by_ticket) or of.no_category or question.days != Days.ALL:
        return Earlier()
    rows = ClosedPeriod.objects.of_everybody().promised().between(_month_before(first), first)
    for name, value in (("standard_version__standard__code", question.standard), ("kind", question.kind),
                        ("source", question.source), ("standard_version__number", question.version)):  # fmt: skip
        if value:
            rows = rows.filter(**{name: value})
    before: dict[int | None, Figure] = {}
    took: dict[int | None, Took] = {}
    published: list[Figure | None] = []
    for row in rows:
        key = row.standard_version_id
        if row.month != first:
            there = before.get(key, Figure(0, 0))
            before[key] = Figure(there.k + row.tally[Bucket.KEPT], there.n + row.tally.due)
            continue
        published.append(row.published)
        # Of promises there is a row for each kind, and medians don't add up.
        if key is not None:
            took[key] = Took(_minutes(row.median_minutes), _minutes(row.ninth_minutes))
    return Earlier(_together(published), before, took)


def _month_before(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)


def _minutes(number: int | None) -> timedelta | None:
    return timedelta(minutes=number) if number is not None else None


def _together(published: list[Figure | None]) -> Figure | None:
    """The sum; None while a part of it has not been published."""
    if not published or None in published:
        return None
    known = [figure for figure in published if figure is not None]
    return Figure(sum(figure.k for figure in known), sum(figure.n for figure in known), (Bucket.KEPT,), ALL)
