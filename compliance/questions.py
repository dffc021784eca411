"""What can be asked about results. Only what stands here can be asked for in an address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from compliance.results import Bucket, Figure, Period
from people.terms import Channel
from standards.terms import Kind, Priority
from tickets.models import Commitment


class Days(StrEnum):
    """All days, or what fell due on exception days, or all but that."""

    ALL = ""
    ORDINARY = "ordinary"
    EXCEPTION = "exception"


@dataclass(frozen=True)
class Question:
    """Which commitments are counted or listed: those that fell due in `period` and are like this.

    What is empty is any. Without a kind, a source or a standard it is about what we told customers: no
    words between colleagues, no automatic acknowledgements. `accountable` answered for it when it fell due.
    """

    period: Period
    standard: str = ""  # its code
    version: int | None = None  # the number of its version
    kind: str = ""
    source: str = ""
    team: int | None = None
    category: int | None = None
    channel: str = ""
    priority: str = ""
    accountable: int | None = None
    buckets: tuple[Bucket, ...] = ()
    moved: bool = False
    days: Days = Days.ALL

    def listing(self, figure: Figure) -> Question:
        """The question whose list holds exactly the cases that make `figure.k`."""
        return replace(self, buckets=tuple(Bucket(name) for name in figure.of))

    def in_address(self, zone: ZoneInfo) -> dict[str, str]:
        """What an address has to carry to ask this; `asked` reads it again."""
        found = {"since": _day(self.period.since, zone), "until": _day(self.period.until - timedelta(days=1), zone)}
        for name in (*_READ, "buckets", "moved"):
            value = getattr(self, name)
            if value:
                found[name] = ".".join(value) if name == "buckets" else str(int(value) if name == "moved" else value)
        return found


_READ: dict[str, Callable[[str], Any]] = {
    "standard": str,
    "version": int,
    "kind": Kind,
    "source": Commitment.Source,
    "team": int,
    "category": int,
    "channel": Channel,
    "priority": Priority,
    "accountable": int,
    "days": Days,
}


def asked(address: Mapping[str, str], *, zone: ZoneInfo, now: datetime) -> Question:
    """The question in an address: `month=2026-10`, or `since` and `until` as days, and what is in `Question`.

    Without a time it is the running month. Names that are not known are left alone, a value that
    cannot be is a `ValidationError`.
    """
    try:
        found = {name: read(address[name]) for name, read in _READ.items() if address.get(name)}
        buckets = tuple(Bucket(name) for name in address.get("buckets", "").split(".") if name)
        period = _period(address, zone, now)
    except (ValueError, OverflowError) as unknown:
        raise ValidationError(_("This address asks for something that we don't count by.")) from unknown
    return Question(period=period, buckets=buckets, moved=address.get("moved") == "1", **found)


def month_of(day: date, zone: ZoneInfo) -> Period:
    """The month in which that day lies, from midnight to midnight in `zone`."""
    first = day.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    return Period(midnight(first, zone), midnight(following, zone))


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When that day begins in `zone`."""
    return datetime.combine(day, time(0), zone)


def _period(address: Mapping[str, str], zone: ZoneInfo, now: datetime) -> Period:
    if address.get("month"):
        return month_of(date.fromisoformat(f"{address['month']}-01"), zone)
    if address.get("since") and address.get("until"):
        since, last = date.fromisoformat(address["since"]), date.fromisoformat(address["until"])
        if last < since:
            raise ValueError("a period that ends before it begins")
        return Period(midnight(since, zone), midnight(last + timedelta(days=1), zone))
    return month_of(now.astimezone(zone).date(), zone)


def _day(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).date().isoformat()
