"""Would our safe dates have been kept? Replayed week by week: what was known then, and what came of it.

Pure arithmetic. Every week the methods see only what had happened by then and promise for what was opened
in the week after. `ours` is `compliance.safe_dates`; the two others are what most tools do, to compare with.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

from compliance.safe_dates import ENOUGH, safe_time
from compliance.survival import Observation, curve, quantile

WEEK, HALF_LIFE = timedelta(days=7), timedelta(days=21)
METHODS = ("closed_only", "one_curve", "ours")


@dataclass(frozen=True)
class Case:
    """One thing: its groups, the narrowest first, when it was opened, and when it was finished or last seen open.

    `length` is how long that took, in minutes of any one clock; `between` measures up to an earlier moment.
    """

    groups: tuple[Hashable, ...]
    opened: datetime
    end: datetime
    finished: bool
    length: int
    between: Callable[[datetime, datetime], int]

    def known(self, at: datetime) -> tuple[int, bool]:
        """How long it had taken by then, and whether it was finished."""
        if self.end <= at:
            return self.length, self.finished
        return self.between(self.opened, at), False


@dataclass
class Scores:
    """How one method did. Times are minutes; `refused` cases got no promise, `open` ones can't be judged yet."""

    promises: list[int] = field(default_factory=list)
    kept: int = 0
    judged: int = 0
    refused: int = 0
    open: int = 0
    loss: float = 0.0

    @property
    def kept_share(self) -> float | None:
        return self.kept / self.judged if self.judged else None

    @property
    def refusal_rate(self) -> float | None:
        asked = len(self.promises) + self.refused
        return self.refused / asked if asked else None

    @property
    def median_promise(self) -> float | None:
        return median(self.promises) if self.promises else None

    @property
    def pinball_loss(self) -> float | None:
        """Mean cost of a promise: too short costs `share` a minute, too long 1 - `share`."""
        return self.loss / self.judged if self.judged else None


def replay(cases: Iterable[Case], *, share: float, window: timedelta) -> dict[str, Scores]:
    """The scores of each method on all that was opened once a whole window of cases lay behind."""
    ordered = sorted(cases, key=lambda case: case.opened)
    scores = {method: Scores() for method in METHODS}
    if not ordered:
        return scores
    week = ordered[0].opened + window
    while week <= ordered[-1].opened:
        learned = _Learned([case for case in ordered if week - window <= case.opened < week], week, share)
        for case in ordered:
            if week <= case.opened < week + WEEK:
                for method in METHODS:
                    _judge(scores[method], learned.promise(method, case), case, share)
        week += WEEK
    return scores


class _Learned:
    """What the cases of a window told at one moment, group by group."""

    def __init__(self, cases: Sequence[Case], at: datetime, share: float) -> None:
        self._share = share
        self._ours: dict[Hashable, list[Observation]] = defaultdict(list)
        self._closed: dict[Hashable, list[int]] = defaultdict(list)
        self._known: dict[Hashable, int | None] = {}
        everything = []
        for case in cases:
            length, finished = case.known(at)
            seen = Observation(length, finished, 0.5 ** ((at - case.opened) / HALF_LIFE))
            everything.append(seen)
            for level, group in enumerate(case.groups):
                self._ours[level, group].append(seen)
                if finished:
                    self._closed[level, group].append(length)
        self._one = quantile(curve(everything), share)

    def promise(self, method: str, case: Case) -> int | None:
        key = (method, case.groups)
        if key not in self._known:
            levels = list(enumerate(case.groups))
            match method:
                case "ours":
                    safe = safe_time([self._ours[level] for level in levels], self._share)
                    self._known[key] = safe.time if safe else None
                case "closed_only":
                    self._known[key] = self._of_closed([self._closed[level] for level in levels])
                case _:
                    self._known[key] = self._one
        return self._known[key]

    def _of_closed(self, groups: Iterable[list[int]]) -> int | None:
        enough = next((sorted(group) for group in groups if len(group) >= ENOUGH), None)
        return enough[min(int(len(enough) * self._share), len(enough) - 1)] if enough else None


def _judge(scores: Scores, promised: int | None, case: Case, share: float) -> None:
    if promised is None:
        scores.refused += 1
        return
    scores.promises.append(promised)
    if not case.finished and case.length <= promised:
        scores.open += 1
        return
    scores.judged += 1
    scores.kept += case.finished and case.length <= promised
    over = case.length - promised
    scores.loss += share * over if over > 0 else (share - 1) * over
