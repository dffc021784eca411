"""What customers said: whether it is settled and how we handled it, apart, with how many were asked.

Pure. Never multiplied with what was kept into one index: a kept promise and a settled customer are two facts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from compliance.results import Figure

TOP, POOR = frozenset({4, 5}), frozenset({1, 2})  # of one to five
FEW = Fraction(1, 5)  # an answer by fewer than one in five says little about the others


class Said(StrEnum):
    """What one can list: each is a set of requests, and the sets overlap."""

    ASKED = "asked"
    DELIVERED = "delivered"
    ANSWERED = "answered"
    RATED = "rated"
    SETTLED = "settled"
    WELL_HANDLED = "well_handled"
    WELL_BUT_NOT_SETTLED = "well_but_not_settled"
    SETTLED_BUT_BADLY = "settled_but_badly"


@dataclass(frozen=True, slots=True)
class Request:
    """One customer who was asked, and the answer that stands: the last one, if any."""

    delivered: bool
    outcome: str = ""
    handling: int | None = None


def sets_of(request: Request) -> frozenset[Said]:
    """In which lists a request stands."""
    sets = {Said.ASKED}
    # Who answered was reached, whatever the mail server said.
    if request.delivered or request.outcome:
        sets.add(Said.DELIVERED)
    if not request.outcome:
        return frozenset(sets)
    sets.add(Said.ANSWERED)
    settled = request.outcome == "yes"
    if settled:
        sets.add(Said.SETTLED)
    if request.handling is not None:
        sets.add(Said.RATED)
        if request.handling in TOP:
            sets |= {Said.WELL_HANDLED} if settled else {Said.WELL_HANDLED, Said.WELL_BUT_NOT_SETTLED}
        if settled and request.handling in POOR:
            sets.add(Said.SETTLED_BUT_BADLY)
    return frozenset(sets)


@dataclass(frozen=True)
class Satisfaction:
    """The figures of a period: of those who were asked in it."""

    settled: Figure  # yes, of those who answered
    handling: Figure  # four or five, of those who rated
    answered: Figure  # of the requests that were delivered
    asked: int
    well_but_not_settled: int
    settled_but_badly: int

    @property
    def few_answered(self) -> bool:
        """Whether so few answered that this has to be said beside every figure."""
        return self.answered.share is None or self.answered.share < FEW


def satisfaction(requests: Iterable[Request]) -> Satisfaction:
    """The figures of these requests."""
    return figures(Counter(requests))


def figures(alike: Mapping[Request, int]) -> Satisfaction:
    """The figures where so many requests were like each of these."""
    counts: Counter[Said] = Counter()
    for request, n in alike.items():
        for said in sets_of(request):
            counts[said] += n

    def of(part: Said, whole: Said) -> Figure:
        return Figure(counts[part], counts[whole], (part,), (whole,))

    return Satisfaction(
        settled=of(Said.SETTLED, Said.ANSWERED),
        handling=of(Said.WELL_HANDLED, Said.RATED),
        answered=of(Said.ANSWERED, Said.DELIVERED),
        asked=counts[Said.ASKED],
        well_but_not_settled=counts[Said.WELL_BUT_NOT_SETTLED],
        settled_but_badly=counts[Said.SETTLED_BUT_BADLY],
    )
