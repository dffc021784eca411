"""The geometry of the compliance page's charts: shares become places in percent, never text.

Lengths along the page are in percent of the chart's width, heights in pixels, so that a chart stretches
without distorting its words. Every chart has its figures beside it, as labels or as a table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from compliance.results import Bucket, Figure, Tally, Verdict
from compliance.trend import Trend

# How each bucket is drawn: plain, dots, stripes, crosses, grey. What was opened again counts with what was late.
LOOKS = {
    Bucket.KEPT: "kept",
    Bucket.KEPT_AFTER_MOVE: "moved",
    Bucket.MOVED_AHEAD: "ahead",
    Bucket.NOT_HELD: "held",
    Bucket.KEPT_LATE: "late",
    Bucket.NOT_DONE: "missed",
    Bucket.WITHDRAWN_LATE: "rest",
}
TOP, BOTTOM = 20.0, 168.0  # between these heights lie 100 % and the axis' beginning
LEFT, RIGHT = 4.0, 100.0
_GAP = 1.5


def percent(value: float) -> str:
    """A place or a length as an attribute takes it, in any language."""
    return f"{value:.2f}%"


@dataclass(frozen=True)
class Part:
    """One rectangle of a bar."""

    look: str
    at: str
    size: str


def parts(tally: Tally) -> list[Part]:
    """What became of all, as one bar along the page."""
    found, at = [], 0.0
    for bucket, look in LOOKS.items():
        if tally[bucket]:
            size = tally[bucket] / tally.due * 100
            found.append(Part(look, percent(at), percent(size)))
            at += size
    return found


@dataclass(frozen=True)
class Scale:
    """Where result, likely range and target lie on an axis that begins at `start` percent."""

    start: int
    dot: str
    range_at: str
    range_size: str
    low: Fraction | float
    high: Fraction | float
    target: str = ""
    is_miss: bool = False
    target_turns: bool = False  # so far to the left that its words stand to its right
    low_turns: bool = False  # so far to the right that its words stand to its left
    labels_meet: bool = False  # so near to each other that the words of the range stand below


def axis(figures: Iterable[tuple[Figure, Fraction | None]]) -> int:
    """From which ten percent on an axis shows all these figures, their ranges and targets."""
    lowest = 1.0
    for figure, target in figures:
        if figure.range is not None:
            lowest = min(lowest, figure.range[0], float(target) / 100 if target is not None else 1.0)
    return min(int(lowest * 100 - 0.5) // 10 * 10 if lowest > 0.05 else 0, 90)


def scale(figure: Figure, target: Fraction | None, start: int) -> Scale | None:
    """The places of one figure; None where there was no case."""
    if figure.range is None or figure.share is None:
        return None
    low, high = figure.range

    def along(share: float) -> float:
        return (share * 100 - start) / (100 - start) * 100

    goal = along(float(target) / 100) if target is not None else None
    return Scale(
        start,
        percent(along(float(figure.share))),
        percent(along(low)),
        percent(along(high) - along(low)),
        low,
        high,
        percent(goal) if goal is not None else "",
        figure.verdict(target) == Verdict.NOT_MET,
        goal is not None and goal < 25,
        along(low) > 60,
        goal is not None and -25 < along(low) - goal < 25,
    )


@dataclass(frozen=True)
class Bar:
    """One week: its rectangles from the bottom up, its limits as heights beside it, and where its words stand."""

    at: str
    width: str
    middle: str
    beside: str
    parts: Sequence[Part]
    low: str
    high: str
    is_named: bool


@dataclass(frozen=True)
class Chart:
    """The weeks, with the heights of the grid's lines and of the target."""

    start: int
    bars: Sequence[Bar]
    grid: Sequence[tuple[int, str]]
    target: str


def weeks(tallies: Sequence[Tally], trend: Trend, target: Fraction | None) -> Chart:
    """Bars of what became of each week's promises; with few cases a week has no bar, only words."""
    shares = [
        float(point.figure.share) for point in trend.points if point.figure.share is not None and _drawn(point.figure)
    ]
    lows = [point.low for point in trend.points if point.low is not None and _drawn(point.figure)]
    goal = [float(target) / 100] if target is not None else []
    lowest = min([*shares, *lows, *goal, 1.0])
    start = min(int(lowest * 100) // 10 * 10, 80)
    start = 0 if start < 40 else start

    def height(share: float) -> float:
        return BOTTOM - max(share * 100 - start, 0) / (100 - start) * (BOTTOM - TOP)

    step = (RIGHT - LEFT) / max(len(tallies), 1)
    width = step * 0.68
    bars = []
    for index, (tally, point) in enumerate(zip(tallies, trend.points, strict=True)):
        at = LEFT + step * index + (step - width) / 3
        low, high = (height(end) if end is not None else 0.0 for end in (point.low, point.high))
        is_drawn = _drawn(point.figure)
        bars.append(
            Bar(
                percent(at),
                percent(width),
                percent(at + width / 2),
                percent(at + width + step * 0.08),
                _stack(tally, height) if is_drawn else [],
                f"{low:.1f}" if is_drawn else "",
                f"{high:.1f}",
                (len(tallies) - 1 - index) % 2 == 0,
            )
        )
    lines = range(start, 101, 5 if start >= 70 else 10 if start >= 40 else 20)
    return Chart(
        start,
        bars,
        [(share, f"{height(share / 100):.1f}") for share in lines],
        f"{height(float(target) / 100):.1f}" if target is not None else "",
    )


def _drawn(figure: Figure) -> bool:
    return figure.n >= 5


def _stack(tally: Tally, height: Callable[[float], float]) -> list[Part]:
    found, below = [], 0
    for bucket, look in LOOKS.items():
        if not tally[bucket]:
            continue
        bottom = height(below / tally.due)
        below += tally[bucket]
        top = height(below / tally.due)
        size = bottom - top
        if size > 0:
            # A hair of paper between two parts, but never instead of a small part.
            gap = _GAP if size > 2 * _GAP and below < tally.due else 0
            found.append(Part(look, f"{top + gap:.1f}", f"{size - gap:.1f}"))
    return found
