"""Is it getting better or worse, or is it chance? A p-chart: one point a week, with limits of three sigma.

Pure arithmetic, exact: whether a point lies outside its limits is decided on fractions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import sqrt

from compliance.results import Figure

SIGMAS = 3
RUN = 8  # so many points in a row on one side of the middle are no chance


@dataclass(frozen=True)
class Point:
    """One week. `signal` is better or worse where this point proves it, else empty.

    `low` and `high` are the limits for so many cases, as shares; a week without cases has none.
    """

    week: date
    figure: Figure
    low: float | None
    high: float | None
    signal: str


@dataclass(frozen=True)
class Trend:
    """The points in order, the share that all of them have together, and what the newest one proves."""

    points: tuple[Point, ...]
    middle: Fraction | None
    signal: str


def trend(weeks: Sequence[tuple[date, Figure]]) -> Trend:
    """The chart of these weeks, which stand in their order; a week without cases neither makes nor ends a run."""
    k, n = sum(figure.k for _week, figure in weeks), sum(figure.n for _week, figure in weeks)
    middle = Fraction(k, n) if n else None
    points, side, run = [], 0, 0
    for week, figure in weeks:
        if middle is None or figure.share is None:
            points.append(Point(week, figure, None, None, ""))
            continue
        away = figure.share - middle
        now_on = (away > 0) - (away < 0)
        side, run = now_on, run + 1 if now_on and now_on == side else abs(now_on)
        outside = away * away * figure.n > SIGMAS**2 * middle * (1 - middle)
        signal = ("better" if away > 0 else "worse") if outside or run >= RUN else ""
        half = SIGMAS * sqrt(middle * (1 - middle) / figure.n)
        points.append(Point(week, figure, max(0.0, float(middle) - half), min(1.0, float(middle) + half), signal))
    newest = next((point for point in reversed(points) if point.figure.n), None)
    return Trend(tuple(points), middle, newest.signal if newest else "")
