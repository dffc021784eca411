"""Where the parts of a chart lie. Pure; drawn by templates/ui/charts/, as SVG without scripts or styles of its own.

Across, places are percentages, so that a chart stretches and its text does not; down, they are pixels. They are
strings with a point, whatever the language of the page writes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

# Down: the figure above a bar, the bars from zero to all, the name below.
TOP, FLOOR = 20, 92
# Of the room that one bar has, what it fills.
FILLED = 0.76
# A letter of a badge, and the room beside a text.
LETTER, MARGIN = 6.4, 8
# Dots: ten rows of ten, 12 px each.
ROW = 12


@dataclass(frozen=True)
class Point:
    """What one bar shows: its name, the words above it, the share kept, and how it looks.

    `look` is `met`, `not_met` or `too_few`; no bar is drawn without a share.
    """

    name: str
    words: str
    share: Fraction | None
    look: str = ""


@dataclass(frozen=True)
class Bar:
    """One bar and its texts, placed."""

    point: Point
    x: str
    width: str
    middle: str
    y: str
    height: str


@dataclass(frozen=True)
class Bars:
    """A chart of bars that begin at zero, with a line at the target where there is one."""

    bars: tuple[Bar, ...]
    target_y: str
    floor: int = FLOOR


def bars(points: Iterable[Point], target: Fraction | None = None, *, slots: int = 0) -> Bars:
    """The chart of these points, with room for `slots` of them at least."""
    points = list(points)
    room = 100 / max(len(points), slots, 1)
    placed = []
    for index, point in enumerate(points):
        height = float(point.share or 0) * (FLOOR - TOP)
        left = index * room
        placed.append(
            Bar(
                point=point,
                x=_percent(left + room * (1 - FILLED) / 2),
                width=_percent(room * FILLED),
                middle=_percent(left + room / 2),
                y=f"{FLOOR - height:.1f}",
                height=f"{height:.1f}",
            )
        )
    return Bars(tuple(placed), "" if target is None else f"{FLOOR - float(target) * (FLOOR - TOP):.1f}")


@dataclass(frozen=True)
class Scale:
    """A result on a line from nothing to all: the likely range as a band, the result as a dot, the target upright."""

    low: str
    width: str
    dot: str
    target: str


def scale(share: Fraction, low: float, high: float, target: Fraction | None) -> Scale:
    """Where these lie; all of them are shares."""
    return Scale(
        low=_percent(low * 100),
        width=_percent((high - low) * 100),
        dot=_percent(float(share) * 100),
        target="" if target is None else _percent(float(target) * 100),
    )


@dataclass(frozen=True)
class Dots:
    """A hundred dots, of which the first are kept: two shapes to be filled with dots and with crosses."""

    kept: str
    rest: str


def dots(kept: int) -> Dots:
    """The outlines of the first `kept` of a hundred places, row by row, and of the others."""
    rows, more = divmod(kept, 10)
    side, x, y = 10 * ROW, more * ROW, rows * ROW
    if not more:
        return Dots(f"M0 0H{side}V{y}H0z" if rows else "", f"M0 {y}H{side}V{side}H0z" if rows < 10 else "")
    below = f"M0 {y + ROW}H{side}V{side}H0z" if rows < 9 else ""
    return Dots(f"M0 0H{side}V{y}H{x}v{ROW}H0z", f"M{x} {y}H{side}v{ROW}H{x}z{below}")


def of_a_hundred(share: Fraction | None) -> int:
    """How many of a hundred dots are kept: all and none only where it is so."""
    if share is None:
        return 0
    return round(share * 100) if share in {0, 1} else min(max(round(share * 100), 1), 99)


@dataclass(frozen=True)
class Badge:
    """Two texts side by side in a picture, which has to know beforehand how wide they are."""

    name: str
    says: str
    name_width: int
    says_width: int

    @property
    def width(self) -> int:
        """The whole picture."""
        return self.name_width + self.says_width


def badge(name: str, says: str) -> Badge:
    """A badge with these texts; they are drawn into the widths that are given, whatever letters a reader has."""
    return Badge(name, says, *(round(len(text) * LETTER) + 2 * MARGIN for text in (name, says)))


def _percent(value: float) -> str:
    return f"{value:.2f}%"
