"""Why promises were missed, and when in the week they had been due, for the compliance page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from compliance.listed import NO_CAUSE, Asked
from compliance.results import MISSED
from desk.compliance_charts import percent
from tickets.models import DelayCause
from ui.formats import weekday_in_words


@dataclass(frozen=True)
class Reason:
    """A cause with how many missed ones it has; `size` in percent of the largest."""

    code: str
    words: str
    n: int
    size: str
    asked: Asked


@dataclass(frozen=True)
class Cell:
    """How many of the missed ones fell due at one hour of one weekday; `heat` from 0 to 3."""

    n: int
    heat: int
    asked: Asked


def reasons(why: Counter, asked: Asked) -> list[Reason]:
    """The causes that occur, the most frequent first; what has no reason yet stands last."""
    words = dict(DelayCause.Cause.choices)
    most = max(why.values(), default=1)
    codes = sorted((code for code in why if code != NO_CAUSE), key=lambda code: (-why[code], str(words[code])))
    missed = asked.but(buckets=MISSED)
    return [
        Reason(
            code, str(words.get(code, "")), why[code], percent(why[code] / most * 100), _because(missed, code)
        )
        for code in [*codes, *([NO_CAUSE] if why[NO_CAUSE] else [])]
    ]  # fmt: skip


def _because(missed: Asked, code: str) -> Asked:
    return replace(missed, cause=code)


def heat(when: Counter, asked: Asked) -> tuple[list[int], list[tuple[str, list[Cell]]]]:
    """The hours from the first to the last in which something was missed, and a row of cells for each weekday."""
    if not when:
        return [], []
    hours = list(range(min(hour for _day, hour in when), max(hour for _day, hour in when) + 1))
    last = max(5, *(day for day, _hour in when))
    most = max(4, *when.values())
    missed = asked.but(buckets=MISSED)
    return hours, [
        (
            weekday_in_words(day - 1),
            [
                Cell(
                    when[day, hour],
                    -(-3 * when[day, hour] // most),
                    replace(missed, weekday=day, hour=hour),
                )
                for hour in hours
            ],
        )
        for day in range(1, last + 1)
    ]
