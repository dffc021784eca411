"""Where a list goes on: the last row shown, written so that it fits into an address."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def mark(moment: datetime, pk: int) -> str:
    """The place right after the row with that moment and key."""
    return f"{(moment - _EPOCH) // _MICROSECOND}-{pk}"


def place(text: str) -> tuple[datetime, int] | None:
    """What `mark` wrote; None for an address that somebody shortened or made up."""
    moment, _, pk = text.rpartition("-")
    try:
        return _EPOCH + int(moment) * _MICROSECOND, int(pk)
    except (ValueError, OverflowError):
        return None


def beyond(field: str, text: str) -> Q:
    """The rows after that place, in the order of `field` and then the key; all where there is no place."""
    found = place(text)
    if found is None:
        return Q()
    moment, pk = found
    # The first part alone lets the index begin at the right row.
    return Q(**{f"{field}__gte": moment}) & (Q(**{f"{field}__gt": moment}) | Q(pk__gt=pk))


def before(field: str, text: str) -> Q:
    """The same for a list with the newest first."""
    found = place(text)
    if found is None:
        return Q()
    moment, pk = found
    return Q(**{f"{field}__lte": moment}) & (Q(**{f"{field}__lt": moment}) | Q(pk__lt=pk))


def page(found: QuerySet[Row], by: str, after: str, size: int) -> tuple[list[Row], str]:
    """So many rows of `found` from the place `after` on, and the place where they go on; empty where they end.

    `by` is the moment that orders them, and then the key: `due_at` the earliest first, `-due_at` the latest.
    """
    field, newest_first = by.removeprefix("-"), by.startswith("-")
    place = before(field, after) if newest_first else beyond(field, after)
    rows = list(found.filter(place).order_by(by, "-pk" if newest_first else "pk")[: size + 1])
    shown = rows[:size]
    return shown, mark(getattr(shown[-1], field), shown[-1].pk) if len(rows) > size else ""
