"""The commitments behind every figure, asked of the database by the rules of `compliance.results`.

`bucket` is written twice, there in Python and here in SQL, because a running month of a large desk has
more rows than a page may read. `results.bucket_of` is the reference; tests hold the two together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import BooleanField, Case, CharField, Count, Exists, F, OuterRef, Q, Value, When
from django.db.models.expressions import BaseExpression
from django.db.models.functions import Coalesce, ExtractHour, ExtractIsoWeekDay, TruncMonth, TruncWeek

from compliance import results
from compliance.models import ExceptionDay
from compliance.questions import Days, Question
from compliance.results import HELD_FOR, Bucket, Period, Tally
from standards.terms import Kind
from tickets.models import Commitment
from tickets.models.commitment import CommitmentQuerySet

if TYPE_CHECKING:
    from people.models import User

State, Outcome, Source = Commitment.State, Commitment.Outcome, Commitment.Source
# Whose results it is part of: what a colleague was asked for is part of those of the team that was asked.
_TEAM = Coalesce("asked_of", "ticket__team")
_ANSWERED_FOR = Coalesce("accountable_at_due", "accountable")


class By(StrEnum):
    """By what results can be put side by side."""

    NOTHING = ""
    VERSION = "version"  # the key of the StandardVersion; None for promises
    KIND = "kind"
    SOURCE = "source"
    TEAM = "team"
    CATEGORY = "category"
    CHANNEL = "channel"
    PRIORITY = "priority"
    ACCOUNTABLE = "accountable"
    MONTH = "month"  # its first day
    WEEK = "week"  # its Monday
    HOUR = "hour"  # (1 for Monday to 7, hour of the day) when it fell due


class Cell(NamedTuple):
    """What is counted together of a closed month: keys of a StandardVersion and a Team; no team is all of them."""

    source: str
    kind: str
    standard_version: int | None
    team: int | None


@dataclass(frozen=True)
class Counted:
    """What became of all that was due, and the same without exception days."""

    all: Tally = field(default_factory=Tally)
    ordinary: Tally = field(default_factory=Tally)

    def __add__(self, other: Counted) -> Counted:
        return Counted(self.all + other.all, self.ordinary + other.ordinary)

    @property
    def had_exceptions(self) -> bool:
        """Whether anything fell due on exception days, so that the result has to be shown both ways."""
        return self.all.due != self.ordinary.due


def cases(question: Question, *, viewer: User | None, now: datetime) -> CommitmentQuerySet:
    """The commitments that the question counts, each with its `bucket`, whether `was_moved` and `is_exceptional`.

    Only what `viewer` may see; without a viewer all of them, for the public figures. One range scan over
    the index of what counts; a running period counts up to `now`.
    """
    wanted = _asked(question)
    if question.buckets:
        wanted &= Q(bucket__in=question.buckets)
    if question.buckets and set(question.buckets) <= set(results.MISSED):
        # Says nothing new, but in the words of the index that holds only these.
        wanted &= Q(outcome__in=[Outcome.KEPT_LATE, Outcome.NOT_DONE]) | Q(state=State.RUNNING)
    if question.moved:
        wanted &= Q(was_moved=True)
    if question.days != Days.ALL:
        wanted &= Q(is_exceptional=question.days == Days.EXCEPTION)
    return _due_in(question.period, viewer, now).filter(wanted)


def tallies(question: Question, by: By, *, viewer: User | None, now: datetime, zone: ZoneInfo) -> dict[Any, Counted]:
    """The results side by side, in one query; `sum` of them is the whole. Only what occurs has a key.

    Moments become days and hours in `zone`. The order is that of the keys, with None last.
    """
    return along(crossed(question, by, viewer=viewer, now=now, zone=zone), 0)


def crossed(
    question: Question, *by: By, viewer: User | None, now: datetime, zone: ZoneInfo
) -> dict[tuple[Any, ...], Counted]:
    """The results by several things at once, in one query; its keys hold one value for each of `by`.

    A page that shows the whole, the standards and the weeks asks once and sums up with `along`.
    """
    columns = [columns_of(each, zone) for each in by]
    names = [[f"by_{place}_{index}" for index in range(len(each))] for place, each in enumerate(columns)]
    annotations = {
        name: column for ns, cs in zip(names, columns, strict=True) for name, column in zip(ns, cs, strict=True)
    }
    grouped = _grouped(cases(question, viewer=viewer, now=now).annotate(**annotations), list(annotations))
    found = {}
    for values, counted in grouped.items():
        left = iter(values)
        found[tuple(key_of(each, [next(left) for _ in ns]) for each, ns in zip(by, names, strict=True))] = counted
    return found


def along(found: Mapping[tuple[Any, ...], Counted], place: int) -> dict[Any, Counted]:
    """What `crossed` found, summed up for each value at that place of its keys, in their order with None last."""
    sums: dict[Any, Counted] = defaultdict(Counted)
    for key, counted in found.items():
        sums[key[place]] += counted
    return {key: sums[key] for key in sorted(sums, key=lambda key: (key is None, key))}


def cells(period: Period, *, now: datetime) -> dict[Cell, Counted]:
    """All that fell due in `period`, of every source, in the cells that are kept of a closed month. One query."""
    columns = ("source", "kind", "standard_version", "by_team")
    found = _due_in(period, None, now).annotate(by_team=_TEAM)
    return {Cell(*values): counted for values, counted in _grouped(found, columns).items()}


def counted(question: Question, *, viewer: User | None, now: datetime, zone: ZoneInfo) -> Counted:
    """What became of everything that the question counts."""
    return tallies(question, By.NOTHING, viewer=viewer, now=now, zone=zone).get(None, Counted())


def weekly(question: Question, *, viewer: User | None, now: datetime, zone: ZoneInfo) -> list[tuple[date, Counted]]:
    """The results week by week, each with its Monday; a week in which nothing fell due stands there empty.

    Weeks are whole but for the first and the last, where the period cuts them.
    """
    return every_week(
        question.period, tallies(question, By.WEEK, viewer=viewer, now=now, zone=zone), now=now, zone=zone
    )


def every_week(
    period: Period, found: Mapping[Any, Counted], *, now: datetime, zone: ZoneInfo
) -> list[tuple[date, Counted]]:
    """What was found by week, with the weeks of the period up to `now` in which nothing fell due."""
    first = period.since.astimezone(zone).date()
    last = (min(period.until, now) - datetime.resolution).astimezone(zone).date()
    monday = first - timedelta(days=first.weekday())
    weeks = range(max((last - monday).days // 7 + 1, 0))
    return [(week, found.get(week, Counted())) for week in (monday + timedelta(weeks=number) for number in weeks)]


def longest_overdue(question: Question, *, viewer: User | None, now: datetime) -> Commitment | None:
    """Of those counted that are overdue and still owed, the one that has been for the longest."""
    late = cases(question, viewer=viewer, now=now).filter(state=State.RUNNING, due_at__lt=now)
    return late.select_related("ticket", "calendar_version").order_by("due_at", "pk").first()


def as_case(row: Commitment, reopened_at: datetime | None = None, *, objected: bool = False) -> results.Case:
    """The commitment as the pure rules see it; `reopened_at` is when a row began that follows it as reopened.

    `objected` where one follows that says that it was not what a colleague had asked for.
    """
    return results.Case(
        kind=row.kind,
        state=row.state,
        outcome=row.outcome,
        counted_due_at=row.counted_due_at,
        due_at=row.due_at,
        ended_at=row.ended_at,
        voided=row.voided_at is not None,
        reopened_at=reopened_at,
        objected=objected,
    )


def counted_rows(viewer: User | None) -> CommitmentQuerySet:
    """What counts at all, whenever it fell due: one row of a chain, and nothing taken back before its time."""
    found = Commitment.objects.all() if viewer is None else Commitment.objects.visible_to(viewer)
    return found.filter(~Q(outcome=Outcome.MOVED), voided_at__isnull=True).exclude(
        outcome__in=[Outcome.WITHDRAWN, Outcome.MERGED], ended_at__lte=F("counted_due_at")
    )


def _due_in(period: Period, viewer: User | None, now: datetime) -> CommitmentQuerySet:
    in_time = counted_rows(viewer).filter(counted_due_at__gte=period.since, counted_due_at__lt=min(period.until, now))
    return in_time.annotate(
        bucket=bucket(now),
        was_moved=Case(
            When(Q(due_at__gt=F("counted_due_at")) | Q(state=State.PAUSED), then=True),
            default=False,
            output_field=BooleanField(),
        ),
        is_exceptional=ExceptionDay.objects.covering("counted_due_at", "ticket", period.since, period.until),
    )


def _grouped(found: CommitmentQuerySet, columns: Sequence[str]) -> dict[tuple[Any, ...], Counted]:
    rows = found.values(*columns, "bucket", "was_moved", "is_exceptional").annotate(n=Count("pk")).order_by()
    groups: dict[tuple[Any, ...], Counted] = defaultdict(Counted)
    for row in rows:
        one = Tally({Bucket(row["bucket"]): row["n"]}, row["n"] if row["was_moved"] else 0)
        groups[tuple(row[name] for name in columns)] += Counted(one, Tally() if row["is_exceptional"] else one)
    return dict(groups)


def bucket(now: datetime) -> Case:
    """`results.bucket_of` in SQL, for rows that are counted."""
    again = Commitment.objects.filter(
        follows=OuterRef("pk"),
        follows_why=Commitment.FollowsWhy.REOPENED,
        voided_at=None,
        started_at__lte=OuterRef("ended_at") + HELD_FOR,
    )
    objected = Commitment.objects.filter(follows=OuterRef("pk"), follows_why=Commitment.FollowsWhy.OBJECTED)
    return Case(
        # The look-up comes last: SQL goes from left to right here, and only resolutions need it.
        When(Q(outcome=Outcome.KEPT, kind=Kind.RESOLUTION) & Q(Exists(again)), then=Value(Bucket.NOT_HELD)),
        When(Q(outcome=Outcome.KEPT, source=Source.INTERNAL) & Q(Exists(objected)), then=Value(Bucket.NOT_HELD)),
        When(outcome=Outcome.KEPT, ended_at__lte=F("counted_due_at"), then=Value(Bucket.KEPT)),
        When(outcome=Outcome.KEPT, then=Value(Bucket.KEPT_AFTER_MOVE)),
        When(outcome=Outcome.KEPT_LATE, then=Value(Bucket.KEPT_LATE)),
        When(outcome=Outcome.NOT_DONE, then=Value(Bucket.NOT_DONE)),
        When(outcome__in=[Outcome.WITHDRAWN, Outcome.MERGED], then=Value(Bucket.WITHDRAWN_LATE)),
        When(state=State.RUNNING, due_at__lt=now, then=Value(Bucket.NOT_DONE)),
        default=Value(Bucket.MOVED_AHEAD),
        output_field=CharField(),
    )


def _asked(question: Question) -> Q:
    like = {
        "standard_version__standard__code": question.standard,
        "standard_version__number": question.version,
        "kind": question.kind,
        "source": question.source,
        "asked_of" if question.source == Source.INTERNAL else "ticket__team": question.team,
        "ticket__category": question.category,
        "ticket__channel": question.channel,
        "ticket__priority": question.priority,
    }
    asked = Q(**{name: value for name, value in like.items() if value})
    if question.accountable:
        person = question.accountable
        asked &= Q(accountable_at_due=person) | Q(accountable_at_due=None, accountable=person)
    if not question.source:
        asked &= ~Q(source=Source.INTERNAL)
    if not (question.kind or question.standard):
        asked &= ~Q(kind=Kind.ACKNOWLEDGE)
    return asked


def columns_of(by: By, zone: ZoneInfo) -> list[BaseExpression | F]:
    """What rows of `cases` are grouped by, in that way: one column, or two for hours."""
    match by:
        case By.NOTHING:
            return []
        case By.TEAM:
            return [_TEAM]
        case By.CATEGORY | By.CHANNEL | By.PRIORITY:
            return [F(f"ticket__{by}")]
        case By.VERSION:
            return [F("standard_version")]
        case By.ACCOUNTABLE:
            return [_ANSWERED_FOR]
        case By.MONTH:
            return [TruncMonth("counted_due_at", tzinfo=zone)]
        case By.WEEK:
            return [TruncWeek("counted_due_at", tzinfo=zone)]
        case By.HOUR:
            return [ExtractIsoWeekDay("counted_due_at", tzinfo=zone), ExtractHour("counted_due_at", tzinfo=zone)]
    return [F(by)]


def key_of(by: By, values: Sequence[Any]) -> Any:
    """The key that stands for the values of those columns."""
    if by == By.HOUR:
        return tuple(values)
    if not values:
        return None
    first = values[0]
    return date(first.year, first.month, first.day) if isinstance(first, datetime) else first
