"""Closed months made by hand, for tests of what is published about them."""

from datetime import date, datetime
from typing import Any

from compliance.models import ClosedPeriod, Correction
from standards.models import StandardVersion
from standards.terms import Kind
from tests.make import zagreb

AUGUST, SEPTEMBER, OCTOBER = date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1)
CLOSED = zagreb("2026-11-01 00:20")


def month(
    version: StandardVersion | None = None,
    first: date = OCTOBER,
    *,
    kept: int = 95,
    late: int = 5,
    final_at: datetime | None = CLOSED,
    **more: Any,
) -> ClosedPeriod:
    """A closed month of `version`, or of progress updates that people promised; final unless told otherwise."""
    given = {
        "source": "standard" if version else "promise",
        "kind": version.kind if version else Kind.UPDATE,
        "ordinary_kept": kept,
        "ordinary_due": kept + late,
        "published_kept": kept if final_at else None,
        "published_due": kept + late if final_at else None,
        "counted_at": CLOSED,
        **more,
    }
    return ClosedPeriod.objects.create(
        month=first, standard_version=version, kept=kept, kept_late=late, final_at=final_at, **given
    )


def correct(row: ClosedPeriod, *, kept: int, due: int = 0, at: datetime = CLOSED) -> Correction:
    """What was counted as kept was not; the row stands as it is counted now."""
    row.kept += kept
    row.kept_late += due - kept
    row.save()
    return Correction.objects.create(period=row, kept=kept, due=due, why=Correction.Why.NOT_REACHED, at=at)
