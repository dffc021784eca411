"""By when can it be promised, so that nine of ten such promises are kept? Counted with what is still open, or not said.

Pure arithmetic. Of the groups a thing belongs to, the narrowest that has enough finished ones is asked. Where
that one's curve never comes down far enough there is no answer: a broader group would only hide that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import exp, log, sqrt

from compliance.survival import Observation, Step, curve, quantile

ENOUGH = 30  # finished ones in a group; fewer say nothing about the next one
PLENTY = 100  # from so many on the curve itself is believed; of fewer its upper limit
# One-sided, so that in four of five samples the true curve lies below (log-log, after Brookmeyer and Crowley).
Z = 1.2816
_TINY = 1e-9


@dataclass(frozen=True)
class Safe:
    """The time that can be promised, in the unit of the observations, and how many stand behind it.

    `time` is None where more than that share are never finished. `level` is the place of the group that was asked.
    """

    time: int | None
    finished: int
    level: int


def safe_time(groups: Iterable[Sequence[Observation]], share: float = 0.9) -> Safe | None:
    """What can be promised of something that belongs to `groups`, the narrowest first; None: too few in all of them."""
    for level, group in enumerate(groups):
        finished = sum(one.finished for one in group)
        if finished >= ENOUGH:
            steps = curve(group) if finished >= PLENTY else upper_limit(group)
            return Safe(quantile(steps, share), finished, level)
    return None


def upper_limit(observations: Iterable[Observation], z: float = Z) -> list[Step]:
    """Below which share still open the true curve probably lies, after each duration at which something finished.

    Weights make a sample smaller than its number (Kish); at the ends of the curve there is no limit but itself.
    """
    ordered = sorted(observations)
    at_risk = sum(one.weight for one in ordered)
    kish = at_risk / max(sum(one.weight**2 for one in ordered), _TINY)
    share, variance, steps = 1.0, 0.0, []
    for duration, together in groupby(ordered, key=lambda one: one.duration):
        group = list(together)
        finished = sum(one.weight for one in group if one.finished)
        if finished:
            share *= max(0.0, 1 - finished / at_risk)
            if at_risk - finished > _TINY:
                variance += finished / (at_risk * (at_risk - finished))
            steps.append(Step(duration, _limit(share, variance / kish, z)))
        at_risk -= sum(one.weight for one in group)
    return steps


def _limit(share: float, variance: float, z: float) -> float:
    if not _TINY < share < 1:
        return 0.0 if share <= _TINY else 1.0
    return exp(log(share) * exp(-z * sqrt(variance) / abs(log(share))))
