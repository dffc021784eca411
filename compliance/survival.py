"""How long things take, counted with those that are still open (the method of Kaplan and Meier).

Pure arithmetic. Who learns from finished things only believes that all is fast: the slow ones are still
open. One that is open after an hour tells that its time is longer than an hour, and counts as that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

# Rounding errors of a product of thousands of factors stay far below this; a step of a real curve far above.
_TINY = 1e-9


class Observation(NamedTuple):
    """One thing: how long it took in any one unit, or, not finished, for how long it has been open."""

    duration: int
    finished: bool
    weight: float = 1.0


class Step(NamedTuple):
    """From `duration` on, this share of all is still open."""

    duration: int
    open: float


def curve(observations: Iterable[Observation]) -> list[Step]:
    """The share still open after each duration at which something finished; nothing finished, no steps.

    What finished and what was last seen open at the same duration: the finished come first.
    """
    ordered = sorted(observations)
    at_risk, share, steps = sum(one.weight for one in ordered), 1.0, []
    for duration, together in groupby(ordered, key=lambda one: one.duration):
        group = list(together)
        finished = sum(one.weight for one in group if one.finished)
        if finished:
            share *= max(0.0, 1 - finished / at_risk)
            steps.append(Step(duration, share))
        at_risk -= sum(one.weight for one in group)
    return steps


def quantile(steps: Iterable[Step], share: float) -> int | None:
    """The duration by which that share of all is finished; None where so many never were."""
    return next((step.duration for step in steps if step.open <= 1 - share + _TINY), None)


def still_open(steps: Iterable[Step], duration: int) -> float:
    """The share of all that is open for longer than that."""
    share = 1.0
    for step in steps:
        if step.duration > duration:
            break
        share = step.open
    return share


def chance_of_lasting(steps: Sequence[Step], elapsed: int, until: int) -> float | None:
    """How probably what has been open for `elapsed` is still open at `until`; None: nothing was ever open so long."""
    so_far = still_open(steps, elapsed)
    return still_open(steps, until) / so_far if so_far > _TINY else None
