"""What a check is. Each asks all rows; where it works something out for every one of them, those of the last days."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import Model
from django.utils.functional import Promise as StrPromise
from django.utils.translation import gettext_lazy as _

# The sweeps run every minute; what they have not seen after this time is stuck.
STUCK = timedelta(minutes=15)
# What has ended is worked out anew for so long; the check runs every night, and what has ended does not change.
LATELY = timedelta(days=3)

# What the product's own actions never write: a mistake in them, or a change made past them.
REPORT = _("No action of the product does that. Leave the rows as they are, and report it with this list.")
# What a sweep does every minute, and has not done for longer than `STUCK`.
WORKER = _("See that the worker runs: the sweep of the next minute does it.")


@dataclass(frozen=True)
class Check:
    """One invariant: its name, what is wrong where it is broken, what to do about it, and where it is broken."""

    name: str
    sentence: StrPromise
    remedy: StrPromise
    broken: Callable[[datetime], Iterable[Model]]


@dataclass(frozen=True)
class Finding:
    """An invariant that is broken, and the rows that break it."""

    check: Check
    rows: list[Model]


CHECKS: list[Check] = []
Query = TypeVar("Query", bound=Callable[[datetime], Iterable[Model]])


def check(name: str, sentence: StrPromise, remedy: StrPromise = REPORT) -> Callable[[Query], Query]:
    """Make a query one of `CHECKS`."""

    def known(broken: Query) -> Query:
        CHECKS.append(Check(name, sentence, remedy, broken))
        return broken

    return known
