"""What the public reads about results: the closed months as they stand, put together and never counted anew.

Months of different versions of a standard are never put together: the promise was another one.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from functools import reduce
from operator import add
from zoneinfo import ZoneInfo

from django.db.models import Max

from compliance.models import ClosedPeriod, Correction, ExceptionDay, Explanation
from compliance.questions import month_of
from compliance.results import ALL, HELD_FOR, Bucket, Figure, Tally, Verdict
from standards.models import StandardVersion
from standards.terms import Kind
from tickets.models import Commitment

MONTHS = 12


@dataclass(frozen=True)
class Month:
    """One closed month of one version of a standard, or of all promises of people, or of everything.

    `tally` is how it stands now; `first_published` is there only where that is another result than was
    published first, and `corrections` say why. While it is provisional, `final_from` says until when.
    `explanation` is what a manager says about it, by language.
    """

    first: date
    tally: Tally = field(default_factory=Tally)
    ordinary: Figure = field(default_factory=lambda: Figure(0, 0))
    first_published: Figure | None = None
    corrections: tuple[Correction, ...] = ()
    final_from: datetime | None = None
    median_minutes: int | None = None
    ninth_minutes: int | None = None
    explanation: Mapping[str, str] = field(default_factory=dict)

    @property
    def kept(self) -> Figure:
        """The result."""
        return self.tally.kept

    @property
    def without_exceptions(self) -> Figure | None:
        """The result without exception days, where there were any."""
        return self.ordinary if self.ordinary.n != self.kept.n else None


@dataclass(frozen=True)
class Record:
    """The months of one version in their order, only those in which something fell due; no version: promises."""

    version: StandardVersion | None
    months: tuple[Month, ...] = ()

    @property
    def all_together(self) -> Figure:
        """Kept of all that fell due in these months: one figure, not a mean of shares."""
        return sum_of(month.tally for month in self.months).kept

    def in_month(self, first: date) -> Month:
        """That month; an empty one where nothing fell due."""
        return next((month for month in self.months if month.first == first), Month(first))

    def verdict(self, month: Month) -> Verdict | None:
        """What the month amounts to against the target; None without a target or without a case."""
        if self.version is None or not month.kept.n:
            return None
        return month.kept.verdict(Fraction(self.version.target_percent))


@dataclass(frozen=True)
class Edition:
    """All that is published at a moment; `number` is the same for the same figures, wherever they are read."""

    number: str
    month: Month | None  # everything that was promised, in the last closed month; none has closed yet: None
    standards: tuple[Record, ...]
    promises: Record
    exceptions: tuple[ExceptionDay, ...]


def edition(now: datetime, zone: ZoneInfo) -> Edition:
    """What is published at `now`: the standards in force with their last twelve closed months. Six queries."""
    last = ClosedPeriod.objects.aggregate(last=Max("month"))["last"]
    versions = list(StandardVersion.objects.in_force(now))
    rows = _rows(last) if last else []
    by_version: dict[int | None, list[ClosedPeriod]] = defaultdict(list)
    for row in rows:
        by_version[row.standard_version_id].append(row)
    said = _explanations(by_version)
    standards = tuple(Record(version, _months(by_version[version.pk], zone, said)) for version in versions)
    promises = Record(None, _months(by_version[None], zone))
    promised = [row for row in rows if row.month == last and row.kind != Kind.ACKNOWLEDGE]
    month = _together(last, promised, zone) if last else None
    exceptions = _exceptions(last, zone) if last else ()
    return Edition(
        number=_number(month, standards, promises, exceptions),
        month=month,
        standards=standards,
        promises=promises,
        exceptions=exceptions,
    )


def history(version: StandardVersion, zone: ZoneInfo) -> Record:
    """All closed months of one version, however long ago."""
    rows = ClosedPeriod.objects.of_everybody().filter(standard_version=version).order_by("month")
    return Record(version, _months(rows.prefetch_related("corrections"), zone, _explanations([version.pk])))


def months_until(last: date, count: int = MONTHS) -> list[date]:
    """The first days of so many months, the last one being `last`."""
    numbers = [last.year * 12 + last.month - 1 - back for back in reversed(range(count))]
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]


def sum_of(tallies: Iterable[Tally]) -> Tally:
    """All of them together."""
    return reduce(add, tallies, Tally())


def _rows(last: date) -> list[ClosedPeriod]:
    rows = ClosedPeriod.objects.of_everybody().exclude(source=Commitment.Source.INTERNAL)
    return list(rows.between(months_until(last)[0], last).prefetch_related("corrections"))


def _explanations(versions: Iterable[int | None]) -> dict[tuple[int, date], Mapping[str, str]]:
    """What was said last about each month of these versions, by their keys."""
    # In the order in which they were written, so that the newest stands.
    rows = Explanation.objects.filter(standard_version__in=[key for key in versions if key])
    return {(version, month): words for version, month, words in rows.values_list("standard_version", "month", "words")}


def _months(
    rows: Iterable[ClosedPeriod], zone: ZoneInfo, said: Mapping[tuple[int, date], Mapping[str, str]] | None = None
) -> tuple[Month, ...]:
    by_month: dict[date, list[ClosedPeriod]] = defaultdict(list)
    for row in rows:
        by_month[row.month].append(row)
    found = [_together(first, by_month[first], zone, said or {}) for first in sorted(by_month)]
    return tuple(month for month in found if month.kept.n or month.corrections)


def _together(
    first: date,
    rows: Sequence[ClosedPeriod],
    zone: ZoneInfo,
    said: Mapping[tuple[int, date], Mapping[str, str]] | None = None,
) -> Month:
    """The rows of one month as one."""
    corrections = [correction for row in rows for correction in row.corrections.all()]
    published = [row.published or row.tally.kept for row in rows]
    provisional = any(row.final_at is None for row in rows)
    only = rows[0] if len(rows) == 1 else None
    version = only.standard_version_id if only else None
    return Month(
        first=first,
        tally=sum_of(row.tally for row in rows),
        ordinary=_figure(row.ordinary for row in rows),
        first_published=_figure(published) if corrections else None,
        corrections=tuple(sorted(corrections, key=lambda correction: (correction.at, correction.pk))),
        final_from=month_of(first, zone).until + HELD_FOR if provisional else None,
        median_minutes=only.median_minutes if only else None,
        ninth_minutes=only.ninth_minutes if only else None,
        explanation=(said or {}).get((version, first), {}) if version else {},
    )


def _figure(figures: Iterable[Figure]) -> Figure:
    figures = list(figures)
    return Figure(sum(one.k for one in figures), sum(one.n for one in figures), (Bucket.KEPT,), ALL)


def _exceptions(last: date, zone: ZoneInfo) -> tuple[ExceptionDay, ...]:
    since = month_of(months_until(last)[0], zone).since
    return tuple(ExceptionDay.objects.touching(since, month_of(last, zone).until))


def _number(
    month: Month | None, standards: Iterable[Record], promises: Record, exceptions: Iterable[ExceptionDay]
) -> str:
    """The month and six signs of everything that is published; other figures get another number."""
    said = [
        [
            [record.version.standard.code, record.version.number, str(record.version.target_percent)]
            if record.version
            else None,
            [
                [
                    str(one.first),
                    [one.tally[bucket] for bucket in Bucket],
                    one.tally.moved,
                    [one.ordinary.k, one.ordinary.n],
                    str(one.final_from),
                    [one.median_minutes, one.ninth_minutes, dict(one.explanation)],
                    [[correction.kept, correction.due, correction.why] for correction in one.corrections],
                ]
                for one in record.months
            ],
        ]
        for record in (*standards, promises, Record(None, (month,) if month else ()))
    ]
    days = [[str(day.starts_at), str(day.ends_at), day.reason, day.withdrawn_because] for day in exceptions]
    signs = hashlib.sha256(json.dumps([said, days], sort_keys=True).encode()).hexdigest()[:6]
    return f"{month.first:%Y-%m}-{signs}" if month else signs
