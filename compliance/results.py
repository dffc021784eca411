"""Do we keep our word? Everything that is counted about it is counted here, and nowhere else.

Pure: no database, no clock, no framework. The rules are those of "Results" in docs/architecture.md.
Each commitment that fell due in a period lies in exactly one bucket (`bucket_of`); a figure is a sum of
buckets over a sum of buckets, so the names of its buckets list exactly the cases that it counts.
Counts are integers, shares are fractions and verdicts are decided without rounding.
`compliance.cases` asks the database the same question; a test holds the two together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from math import sqrt

# A resolution counts as kept when the customer did not have it opened again within this time.
HELD_FOR = timedelta(days=7)
# The likely range: 95 of 100 such ranges hold the true share. A ratio, so that verdicts are exact.
Z = Fraction(196, 100)
# Who lies outside these limits (998 of 1,000 stay inside by chance) is marked, nobody else.
Z_MARKED = Fraction(309, 100)


class Bucket(StrEnum):
    """What became of one commitment that was due. Each has exactly one; together they are all that was due."""

    KEPT = "kept"  # as first promised; a resolution has held too
    # A resolution in time that the customer had opened again within seven days, or what a colleague objected to.
    NOT_HELD = "not_held"
    KEPT_AFTER_MOVE = "kept_after_move"  # moved before it was due, done by the time agreed last
    MOVED_AHEAD = "moved_ahead"  # moved before it was due, and the time agreed last is still to come
    KEPT_LATE = "kept_late"
    NOT_DONE = "not_done"  # given up, or overdue and still owed
    WITHDRAWN_LATE = "withdrawn_late"  # withdrawn or merged when the time it counts by had passed


ALL = tuple(Bucket)
AS_AGREED = (Bucket.KEPT, Bucket.KEPT_AFTER_MOVE)
MISSED = (Bucket.KEPT_LATE, Bucket.NOT_DONE)
NOT_AS_PROMISED = tuple(bucket for bucket in Bucket if bucket != Bucket.KEPT)


@dataclass(frozen=True, slots=True)
class Case:
    """What counting needs to know of one commitment: the one of its chain that was not moved.

    `counted_due_at` is the first due time, shifted by pauses; `due_at` the time agreed last, none while it
    is paused. `reopened_at` is when a resolution was first owed again afterwards; `objected` that who asked
    a colleague said of what was ticked off that it is not what was asked for.
    """

    kind: str
    state: str
    outcome: str
    counted_due_at: datetime | None
    due_at: datetime | None
    ended_at: datetime | None = None
    voided: bool = False
    reopened_at: datetime | None = None
    objected: bool = False

    @property
    def moved(self) -> bool:
        """Whether its time was put later than it counts by; earlier is no move.

        A clock that stands still when the time it counts by has passed was moved: nothing pauses after due.
        """
        later = bool(self.due_at and self.counted_due_at and self.due_at > self.counted_due_at)
        return later or self.state == "paused"

    @property
    def held(self) -> bool:
        """Whether it was not opened again within seven days of its end."""
        return not (self.reopened_at and self.ended_at and self.reopened_at - self.ended_at <= HELD_FOR)


@dataclass(frozen=True)
class Period:
    """A half-open span: what fell due from `since` on and before `until`."""

    since: datetime
    until: datetime

    def is_running(self, now: datetime) -> bool:
        """Whether more may still fall due, so that its figures say "so far"."""
        return now < self.until

    def is_final(self, kind: str, now: datetime) -> bool:
        """Whether the share kept can no longer change, but for a correction; resolutions need seven days more."""
        return now >= self.until + (HELD_FOR if kind == "resolution" else timedelta(0))

    def holds(self, moment: datetime | None, now: datetime) -> bool:
        """Whether that moment has passed in it; what is due exactly now has not."""
        return moment is not None and self.since <= moment < min(self.until, now)


def bucket_of(case: Case, period: Period, now: datetime) -> Bucket | None:
    """In which bucket of `period` a commitment lies at `now`; None when it is not counted there.

    Not counted: moved rows (the one that took its place is), voided ones, what is due later or at no
    known time, and what was withdrawn or merged by the time it counts by.
    """
    if case.voided or case.outcome == "moved" or not period.holds(case.counted_due_at, now):
        return None
    in_time = case.ended_at is not None and case.counted_due_at is not None and case.ended_at <= case.counted_due_at
    match case.outcome:
        case "kept":
            if case.objected or (case.kind == "resolution" and not case.held):
                return Bucket.NOT_HELD
            return Bucket.KEPT if in_time else Bucket.KEPT_AFTER_MOVE
        case "kept_late":
            return Bucket.KEPT_LATE
        case "not_done":
            return Bucket.NOT_DONE
        case "withdrawn" | "merged":
            return None if in_time else Bucket.WITHDRAWN_LATE
    overdue = case.state == "running" and case.due_at is not None and case.due_at < now
    return Bucket.NOT_DONE if overdue else Bucket.MOVED_AHEAD


class Weight(StrEnum):
    """How much a figure may say, by how many cases stand behind it."""

    NONE = "none"  # there was no case: say so, never 100 %
    WORDS = "words"  # fewer than five: "4 of 5", no percentage
    GREY = "grey"  # fewer than thirty: a percentage in grey, with its range
    PLAIN = "plain"


class Verdict(StrEnum):
    """One for everybody, inside and in public."""

    MET = "met"
    NOT_MET = "not_met"
    TOO_FEW = "too_few"


@dataclass(frozen=True)
class Figure:
    """`k` of `n`. `of` and `among` name what is counted: the list of `k` holds `of`, the list of `n` holds `among`."""

    k: int
    n: int
    of: tuple[str, ...] = ()
    among: tuple[str, ...] = ()

    @property
    def share(self) -> Fraction | None:
        """The exact share; None where there was no case."""
        return Fraction(self.k, self.n) if self.n else None

    @property
    def percent(self) -> Fraction | None:
        """The exact percentage, to be rounded by whoever shows it."""
        return self.share * 100 if self.share is not None else None

    @property
    def weight(self) -> Weight:
        """How it is shown."""
        if self.n < 5:
            return Weight.WORDS if self.n else Weight.NONE
        return Weight.GREY if self.n < 30 else Weight.PLAIN

    @property
    def may_be_broken_down(self) -> bool:
        """Whether it may stand in a public breakdown finer than one standard, or say something about a person."""
        return self.n >= 10

    @property
    def range(self) -> tuple[float, float] | None:
        """Between which shares the true one probably lies (Wilson, 95 %); None where there was no case."""
        if not self.n:
            return None
        z, p = float(Z), self.k / self.n
        centre, scale = p + z * z / (2 * self.n), 1 + z * z / self.n
        half = z * sqrt(p * (1 - p) / self.n + z * z / (4 * self.n * self.n))
        # Exactly nothing and exactly all are their own limits; rounding must not miss them by a hair.
        low = 0.0 if self.k == 0 else (centre - half) / scale
        high = 1.0 if self.k == self.n else (centre + half) / scale
        return low, high

    def verdict(self, target_percent: int | Fraction | str | None) -> Verdict:
        """Met when the whole likely range reaches the target, not met when it all lies below.

        Decided on integers: a target lies below the range exactly where the range's equation says so.
        No number of cases proves a target of 100 %, so that one is never met, only not missed.
        """
        if target_percent is None or not self.n:
            return Verdict.TOO_FEW
        match _side(self, Fraction(target_percent) / 100, Z):
            case -1:
                return Verdict.MET
            case 1:
                return Verdict.NOT_MET
        return Verdict.TOO_FEW

    def stands_out(self, among_all: Figure) -> str:
        """`above` or `below` where it lies outside the limits of what all have by chance, else empty.

        For people and teams, whose figures are never ranked.
        """
        if self.share is None or not among_all.n:
            return ""
        centre = Fraction(among_all.k, among_all.n)
        away = self.share - centre
        if away * away * self.n <= Z_MARKED**2 * centre * (1 - centre):
            return ""
        return "above" if away > 0 else "below"


def _side(figure: Figure, share: Fraction, z: Fraction) -> int:
    """Where `share` lies: -1 at or below the lower end of the range, 1 above its upper end, 0 inside."""
    k, n = figure.k, figure.n
    p = Fraction(k, n)
    outside = (p - share) ** 2 - z * z * share * (1 - share) / n
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    if share <= centre:
        return -1 if outside >= 0 else 0
    return 1 if outside > 0 else 0


@dataclass(frozen=True)
class Tally:
    """How many cases lie in each bucket, and how many of all were moved. Tallies add up; shares never do."""

    counts: Mapping[Bucket, int] = field(default_factory=dict)
    moved: int = 0

    def __getitem__(self, bucket: Bucket) -> int:
        return self.counts.get(bucket, 0)

    def __add__(self, other: Tally) -> Tally:
        return Tally({bucket: self[bucket] + other[bucket] for bucket in Bucket}, self.moved + other.moved)

    @property
    def due(self) -> int:
        """All that fell due."""
        return self.sum(ALL)

    def sum(self, buckets: Iterable[Bucket]) -> int:
        """How many cases lie in these buckets."""
        return sum(self[bucket] for bucket in buckets)

    def figure(self, *of: Bucket) -> Figure:
        """The cases in these buckets of all that fell due."""
        return Figure(self.sum(of), self.due, of, ALL)

    @property
    def kept(self) -> Figure:
        """The result: kept as first promised. The headline everywhere."""
        return self.figure(Bucket.KEPT)

    @property
    def as_agreed(self) -> Figure:
        """Kept, moves in time included: shown beside the result, never instead of it."""
        return self.figure(*AS_AGREED)

    @property
    def missed(self) -> Figure:
        """Late, not done and overdue."""
        return self.figure(*MISSED)


def tally(cases: Iterable[Case], period: Period, now: datetime) -> Tally:
    """What became of all the commitments that fell due in `period`."""
    counts: Counter[Bucket] = Counter()
    moved = 0
    for case in cases:
        bucket = bucket_of(case, period, now)
        if bucket is not None:
            counts[bucket] += 1
            moved += case.moved
    return Tally(dict(counts), moved)


def longest_overdue(cases: Iterable[Case], period: Period, now: datetime) -> Case | None:
    """Of those due in `period` that are overdue and still owed, the one that has been for the longest."""
    late = [case for case in cases if not case.outcome and bucket_of(case, period, now) == Bucket.NOT_DONE]
    return min(late, key=lambda case: case.due_at or now, default=None)
