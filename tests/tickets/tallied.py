"""Results worked out twice: by the database from rows, and by the pure rules from what events tell."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from compliance import cases, retold
from compliance.results import Bucket, Period, bucket_of
from tickets.models import Commitment

Follows = Commitment.FollowsWhy
Tallies = Counter[tuple[str, Bucket]]


def _all(now: datetime) -> Period:
    return Period(datetime(2020, 1, 1, tzinfo=UTC), now + timedelta(days=1))


def from_rows(now: datetime) -> Tallies:
    """How many of each kind lie in each bucket, as the compliance page counts them."""
    found: Tallies = Counter()
    for cell, counted in cases.cells(_all(now), now=now).items():
        found.update({(cell.kind, bucket): counted.all[bucket] for bucket in Bucket})
    return +found


def from_events(now: datetime) -> Tallies:
    """The same, by `results.bucket_of` of each promise as its events tell it."""
    rows = Commitment.objects.order_by("pk")
    stories = retold.retell(rows)
    reopened: dict[int, datetime] = {}
    objected = set()
    for row in rows:
        if row.follows_id and row.follows_why == Follows.REOPENED and not stories[row.pk].voided and row.started_at:
            reopened[row.follows_id] = min(row.started_at, reopened.get(row.follows_id, row.started_at))
        elif row.follows_id and row.follows_why == Follows.OBJECTED:
            objected.add(row.follows_id)
    found: Tallies = Counter()
    for row in rows:
        story = stories[row.pk]
        case = replace(
            cases.as_case(row, reopened.get(row.pk), objected=row.pk in objected), state=story.state,
            outcome=story.outcome, counted_due_at=story.counted_due_at, due_at=story.due_at, ended_at=story.ended_at,
            voided=story.voided,
        )  # fmt: skip
        if (bucket := bucket_of(case, _all(now), now)) is not None:
            found[row.kind, bucket] += 1
    return found
