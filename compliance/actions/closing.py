"""Closing months: the figures are kept, the result is published once, and what a recount finds is a correction."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Min, Q

from compliance.cases import Cell, Counted, cells
from compliance.models import ClosedPeriod, Correction
from compliance.questions import Question, month_of
from compliance.results import Bucket, Period
from compliance.times import times
from people.models import Organisation
from tickets.models import Commitment

_COUNTS = [*map(str, Bucket), "moved", "ordinary_kept", "ordinary_due"]
_WRITTEN = [*_COUNTS, "published_kept", "published_due", "final_at", "counted_at"]


def freeze_months(*, now: datetime) -> int:
    """Close every month that has passed, and count all closed ones again; returns how many rows changed.

    May run as often as one likes and at any time: what stands is compared, not added to, and after an
    outage all months that were left out are closed. One transaction and one grouped query a month.
    """
    if not Organisation.objects.exists():
        return 0
    zone = Organisation.objects.the().zone_info
    changed = 0
    for month in _closed_months(zone, now):
        changed += _close(month, month_of(month, zone), now)
    return changed


def measure_months(*, now: datetime, most: int = 5) -> int:
    """Work out how long things took in months that are final, once and of all their cases; returns for how many rows.

    Over all teams, the newest months first, a few rows at a time: each can take a second or two.
    """
    rows = ClosedPeriod.objects.of_everybody().filter(final_at__isnull=False, measured=None)
    rows = rows.select_related("standard_version__standard").order_by("-month", "pk")[:most]
    for row in rows:
        took = times(_question(row), viewer=None, now=now, most=None)
        row.median_minutes, row.ninth_minutes, row.measured = took.median, took.ninth, took.cases
        row.save(update_fields=["median_minutes", "ninth_minutes", "measured"])
    return len(rows)


def correct(row: ClosedPeriod, counted: Counted, *, now: datetime) -> Correction | None:
    """Let what was published for `row` be followed by what `counted` says, by how much and why.

    None where the result is the same. The published result stays; `row` is not saved here.
    """
    kept, due = counted.all.kept.k - row.tally.kept.k, counted.all.due - row.tally.due
    if not (kept or due):
        return None
    return Correction.objects.create(period=row, kept=kept, due=due, why=_why(row, due, now), at=now)


@transaction.atomic
def _close(month: date, period: Period, now: datetime) -> int:
    # Whoever closes the same month side by side waits here, and then finds nothing to change.
    there = {_cell_of(row): row for row in ClosedPeriod.objects.select_for_update().filter(month=month)}
    published = {row.kind for row in there.values() if row.final_at}
    found = _with_all_teams(cells(period, now=now))
    new, changed = [], []
    for cell in {**there, **found}:
        counted = found.get(cell, Counted())
        row = there.get(cell)
        if row is None:
            row = _begin(month, cell, counted, period, now, late=cell.kind in published)
            new.append(row)
        elif _follow(row, counted, period, now):
            changed.append(row)
    ClosedPeriod.objects.bulk_create([row for row in new if row.pk is None], ignore_conflicts=True)
    ClosedPeriod.objects.bulk_update(changed, _WRITTEN, batch_size=200)
    return len(new) + len(changed)


def _closed_months(zone: ZoneInfo, now: datetime) -> Iterator[date]:
    """The first day of each month that has passed, from the first one of which anything is known."""
    counted = Commitment.objects.filter(~Q(outcome=Commitment.Outcome.MOVED), voided_at__isnull=True)
    due = counted.aggregate(first=Min("counted_due_at"))["first"]
    # What is closed is counted again even where nothing of it is left to count.
    kept = ClosedPeriod.objects.aggregate(first=Min("month"))["first"]
    months = [kept, due and due.astimezone(zone).date().replace(day=1)]
    month = min((known for known in months if known), default=None)
    while month and (period := month_of(month, zone)).until <= now:
        yield month
        month = period.until.astimezone(zone).date()


def _begin(month: date, cell: Cell, counted: Counted, period: Period, now: datetime, *, late: bool) -> ClosedPeriod:
    source, kind, version, team = cell
    row = ClosedPeriod(month=month, source=source, kind=kind, standard_version_id=version, team_id=team, counted_at=now)
    if late:
        # Where nothing had been published of this cell, all of it is a correction.
        row.published_kept = row.published_due = 0
        row.final_at = now
        row.save()
        correct(row, counted, now=now)
        _take_over(row, counted)
        row.save()
        return row
    _take_over(row, counted)
    _publish_if_final(row, period, now)
    return row


def _follow(row: ClosedPeriod, counted: Counted, period: Period, now: datetime) -> bool:
    """Bring a row up to date; whether it had to change."""
    before = [getattr(row, name) for name in _WRITTEN]
    if row.final_at:
        correct(row, counted, now=now)
    _take_over(row, counted)
    _publish_if_final(row, period, now)
    if before == [getattr(row, name) for name in _WRITTEN]:
        return False
    row.counted_at = now
    return True


def _take_over(row: ClosedPeriod, counted: Counted) -> None:
    for bucket in Bucket:
        setattr(row, bucket, counted.all[bucket])
    row.moved = counted.all.moved
    row.ordinary_kept, row.ordinary_due = counted.ordinary.kept.k, counted.ordinary.due


def _publish_if_final(row: ClosedPeriod, period: Period, now: datetime) -> None:
    if row.final_at is None and period.is_final(row.kind, now):
        row.final_at = now
        row.published_kept, row.published_due = row.tally.kept.k, row.tally.due


def _question(row: ClosedPeriod) -> Question:
    version = row.standard_version
    return Question(
        month_of(row.month, Organisation.objects.the().zone_info),
        standard=version.standard.code if version else "",
        version=version.number if version else None,
        kind=row.kind,
        source=row.source,
    )


def _why(row: ClosedPeriod, due: int, now: datetime) -> str:
    zone = Organisation.objects.the().zone_info
    period = month_of(row.month, zone)
    voided = Commitment.objects.filter(
        source=row.source, kind=row.kind, standard_version=row.standard_version_id,
        counted_due_at__gte=period.since, counted_due_at__lt=period.until,
        voided_at__gt=row.counted_at, voided_at__lte=now,
    )  # fmt: skip
    if row.team_id:
        voided = voided.filter(Q(asked_of=row.team_id) | Q(asked_of=None, ticket__team=row.team_id))
    if not due and voided.filter(followed_by__follows_why=Commitment.FollowsWhy.NOT_REACHED).exists():
        return Correction.Why.NOT_REACHED
    return Correction.Why.VOIDED if voided.exists() else Correction.Why.COUNTED_AGAIN


def _with_all_teams(by_team: dict[Cell, Counted]) -> dict[Cell, Counted]:
    found = dict(by_team)
    for cell, counted in by_team.items():
        everybody = cell._replace(team=None)
        found[everybody] = found.get(everybody, Counted()) + counted
    return found


def _cell_of(row: ClosedPeriod) -> Cell:
    return Cell(row.source, row.kind, row.standard_version_id, row.team_id)
