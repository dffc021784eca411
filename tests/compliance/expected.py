"""What the results must be, written out from what happened alone.

This knows no rows, no columns and nothing of `compliance`: it replays each life event by event and sorts
it by the words of the rules. Slow and plain on purpose.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from math import sqrt

from tests.compliance.lives import Life

WEEK = timedelta(days=7)


@dataclass
class Seen:
    """What an observer who wrote everything down knows of one promise at a moment."""

    promised: datetime | None = None  # the first time told, later only by pauses; None while it stands still
    agreed: datetime | None = None
    done: datetime | None = None
    given_up: datetime | None = None
    taken_back: datetime | None = None
    reopened: datetime | None = None
    void: bool = False
    stands_still: bool = False
    begun: datetime | None = None
    stood_still: timedelta = timedelta(0)


def seen(life: Life, now: datetime) -> Seen:
    """Replay a life up to `now`."""
    known = Seen()
    stopped: datetime | None = None
    kept_aside: datetime | None = None
    for event in life.happened:
        if event.at > now:
            break
        if event.what == "made":
            known.promised = known.agreed = event.due
            known.begun = event.at
        elif event.what == "paused":
            stopped, known.stands_still = event.at, True
            if known.promised is not None and event.at < known.promised:
                kept_aside, known.promised = known.promised, None
        elif event.what == "resumed":
            length = event.at - stopped
            known.agreed += length
            known.stood_still += length
            if kept_aside is not None:
                known.promised, kept_aside = kept_aside + length, None
            known.stands_still = False
        elif event.what == "moved":
            known.agreed = event.due
            if event.due < known.promised:
                known.promised = event.due
        elif event.what == "kept":
            known.done = event.at
        elif event.what == "bounced":
            known.done = None
        elif event.what == "given up":
            known.given_up = event.at
        elif event.what in {"withdrawn", "merged"}:
            known.taken_back = event.at
        elif event.what == "voided":
            known.void = True
        elif event.what == "reopened":
            known.reopened = event.at
    if known.stands_still:
        known.stood_still += now - stopped
    return known


def word_for(life: Life, known: Seen, since: datetime, until: datetime, now: datetime) -> str:
    """Where a promise is counted in a period, by the letters of the rule; empty where it is not."""
    first = known.promised
    if known.void or first is None or first < since or first >= until or first >= now:
        return ""
    if known.taken_back is not None:
        return "W" if known.taken_back > first else ""
    if known.done is not None:
        if known.done > known.agreed:
            return "L"
        if life.kind == "resolution" and known.reopened is not None and known.reopened <= known.done + WEEK:
            return "not held"
        return "K1" if known.done <= first else "K2"
    if known.given_up is not None:
        return "O"
    return "O" if not known.stands_still and known.agreed < now else "M"


@dataclass
class Expected:
    """One line of the expected table."""

    words: Counter[str]
    moved: int
    oldest: datetime | None  # since when the longest overdue has been due
    half: int | None
    ninth: int | None

    @property
    def due(self) -> int:
        return sum(self.words.values())

    @property
    def kept(self) -> int:
        return self.words["K1"]

    def range(self) -> tuple[float, float]:
        """Wilson's interval as the textbook writes it."""
        p, n, z = self.kept / self.due, self.due, 1.96
        root = z * sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
        return (p + z**2 / (2 * n) - root) / (1 + z**2 / n), (p + z**2 / (2 * n) + root) / (1 + z**2 / n)


def line(lives: Iterable[Life], since: datetime, until: datetime, now: datetime) -> Expected:
    """Count a period by hand."""
    words: Counter[str] = Counter()
    moved, overdue, took = 0, [], []
    for life in lives:
        known = seen(life, now)
        word = word_for(life, known, since, until, now)
        if not word:
            continue
        words[word] += 1
        moved += known.agreed > known.promised
        ended = known.done or known.given_up or known.taken_back
        if ended is None and word == "O":
            overdue.append(known.agreed)
        open_for = (ended or now) - known.begun - known.stood_still
        took.append((-(-open_for // timedelta(minutes=1)), known.done is not None))
    return Expected(
        words, moved, min(overdue, default=None), by_when(took, Fraction(1, 2)), by_when(took, Fraction(9, 10))
    )


def by_when(took: list[tuple[int, bool]], share: Fraction) -> int | None:
    """The product-limit estimate in whole fractions: at each duration, of those open until then, who finished."""
    left = Fraction(1)
    finished = Counter(length for length, done in took if done)
    lengths = Counter(length for length, _done in took)
    at_risk = len(took)
    for length in sorted(lengths):
        if finished[length]:
            left *= Fraction(at_risk - finished[length], at_risk)
            if left <= 1 - share:
                return length
        at_risk -= lengths[length]
    return None
