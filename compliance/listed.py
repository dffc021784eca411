"""Which cases stand behind one figure of the staff's page, as far as whoever looks may see results.

`compliance.questions` holds what anybody can ask, in public too. What only staff ask stands here: the hour at
which something fell due, why it was missed, what is overdue now.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from compliance import cases, ratings
from compliance.cases import By, Counted
from compliance.questions import Question, asked
from compliance.results import Bucket, Figure, Period, Tally
from compliance.satisfaction import Said
from followups.models import SatisfactionRequest
from tickets.certain import certain
from tickets.models import Commitment, DelayCause
from tickets.models.commitment import CommitmentQuerySet

if TYPE_CHECKING:
    from people.models import User

NO_CAUSE = "none"
_CAUSES = {NO_CAUSE, *DelayCause.Cause.values}
_LONG_AGO = timedelta(days=3650)


@dataclass(frozen=True)
class Asked:
    """A question, and what staff ask besides: when in the week it fell due, why it was missed, what is overdue now."""

    question: Question
    weekday: int | None = None  # 1 for Monday to 7
    hour: int | None = None
    cause: str = ""
    no_category: bool = False
    overdue: bool = False

    def but(self, **changes: Any) -> Asked:
        """The same with other parts of the question."""
        return replace(self, question=replace(self.question, **changes))

    def listing(self, figure: Figure) -> Asked:
        """What lists exactly the cases that make `figure.k`."""
        return replace(self, question=self.question.listing(figure))

    def in_address(self, zone: ZoneInfo) -> dict[str, str]:
        """What an address has to carry to ask this; `read` reads it again."""
        found = self.question.in_address(zone)
        for name in ("weekday", "hour", "cause"):
            value = getattr(self, name)
            if value not in (None, ""):
                found[name] = str(value)
        return found | {name: "1" for name in ("no_category", "overdue") if getattr(self, name)}


def read(address: Mapping[str, str], *, zone: ZoneInfo, now: datetime) -> Asked:
    """What an address asks. A value that cannot be is a `ValidationError`."""
    question = asked(address, zone=zone, now=now)
    try:
        weekday, hour = (int(address[name]) if address.get(name) else None for name in ("weekday", "hour"))
    except ValueError as unknown:
        raise ValidationError(_("This address asks for something that we don't count by.")) from unknown
    cause = address.get("cause", "")
    if cause and cause not in _CAUSES:
        raise ValidationError(_("This address asks for something that we don't count by."))
    no_category, overdue = (address.get(name) == "1" for name in ("no_category", "overdue"))
    return Asked(question, weekday, hour, cause, no_category, overdue)


def leads(viewer: User) -> bool:
    """Whether results of others are theirs to look at: managers, and leads of a team."""
    return viewer.is_manager or viewer.leads.exists()


def seen(of: Asked, *, viewer: User, now: datetime, zone: ZoneInfo) -> CommitmentQuerySet:
    """The cases that `of` counts, each annotated as by `compliance.cases.cases`.

    Managers see all, leads what their teams answer for, and everybody what they answered for themselves.
    """
    return _narrowed(cases.cases(of.question, viewer=viewer, now=now), of, now, zone).filter(_own(viewer))


def asks_of_tickets(of: Asked) -> bool:
    """Whether customers' answers fit the question: they are asked about a ticket, not about one promise on it."""
    question = of.question
    return not (question.standard or question.kind or question.source or question.accountable or of.no_category)


def said(of: Asked, what: Said = Said.ASKED, *, viewer: User, now: datetime) -> QuerySet[SatisfactionRequest]:
    """The customers behind one figure of what they said; of others' tickets only those of teams one leads."""
    found = ratings.requests(of.question, what, viewer=viewer, now=now).order_by("-made_at", "-pk")
    return found if viewer.is_manager else found.filter(Q(ticket__team__lead=viewer) | Q(ticket__owner=viewer))


def grouped(rows: CommitmentQuerySet, *by: By, zone: ZoneInfo) -> dict[By, dict[Any, Counted]]:
    """The results of these rows side by side, in as many ways as asked, all in one query.

    `rows` is what `seen` found; keys are those of `compliance.cases.tallies`. They come in no order: the
    database would sort every row for it.
    """
    spread = {one: cases.columns_of(one, zone) for one in by}
    names = {one: [f"{one or 'all'}_{index}" for index in range(len(spread[one]))] for one in by}
    columns = {name: column for one in by for name, column in zip(names[one], spread[one], strict=True)}
    found = (
        rows.annotate(**columns)
        .values(*columns, "bucket", "was_moved", "is_exceptional")
        .annotate(n=Count("pk"))
        .order_by()
    )
    counts: dict[By, dict[Any, Counter]] = {one: defaultdict(Counter) for one in by}
    for row in found:
        part = (row["bucket"], row["was_moved"], row["is_exceptional"])
        for one in by:
            counts[one][cases.key_of(one, tuple(row[name] for name in names[one]))][part] += row["n"]
    return {one: {key: _counted(parts) for key, parts in counts[one].items()} for one in by}


def missed_when_and_why(rows: CommitmentQuerySet, *, zone: ZoneInfo) -> tuple[Counter, Counter]:
    """Of these missed rows, how many fell due at each (weekday, hour), and how many have each cause, `NO_CAUSE` too."""
    weekday, hour = cases.columns_of(By.HOUR, zone)
    found = (
        rows.annotate(weekday_due=weekday, hour_due=hour, why=F("delay_cause__cause"))
        .values("weekday_due", "hour_due", "why")
        .annotate(n=Count("pk"))
        .order_by()
    )
    when: Counter[tuple[int, int]] = Counter()
    why: Counter[str] = Counter()
    for row in found:
        when[row["weekday_due"], row["hour_due"]] += row["n"]
        why[row["why"] or NO_CAUSE] += row["n"]
    return when, why


@dataclass(frozen=True)
class Overdue:
    """What is overdue at this moment: how many, for how long half of them at least, and the oldest."""

    count: int = 0
    half_for: timedelta | None = None
    longest_for: timedelta | None = None
    oldest: int | None = None  # the number of its ticket
    asked: Asked | None = None  # lists exactly these


def overdue_now(of: Asked, *, viewer: User, now: datetime, zone: ZoneInfo) -> Overdue:
    """What the filters of `of` leave over of all that is overdue now, whenever it fell due."""
    every = replace(
        of,
        question=replace(of.question, period=Period(now - _LONG_AGO, now), buckets=(Bucket.NOT_DONE,), moved=False),
        overdue=True,
    )
    late = seen(every, viewer=viewer, now=now, zone=zone).order_by("due_at", "pk")
    found = late.values_list("due_at", "counted_due_at", "ticket__number")
    # What is overdue has both times; the constraints of a running row and the filter see to it.
    rows = [(certain(due_at), certain(counted), number) for due_at, counted, number in found]
    if not rows:
        return Overdue()
    first = min(counted for _due, counted, _number in rows).astimezone(zone)
    period = Period(
        first.replace(hour=0, minute=0, second=0, microsecond=0),
        (now.astimezone(zone) + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0),
    )
    oldest, _counted_due, number = rows[0]
    middle = rows[len(rows) // 2][0]
    return Overdue(len(rows), now - middle, now - oldest, number, every.but(period=period))


def _narrowed(rows: CommitmentQuerySet, of: Asked, now: datetime, zone: ZoneInfo) -> CommitmentQuerySet:
    if of.weekday is not None or of.hour is not None:
        weekday, hour = cases.columns_of(By.HOUR, zone)
        at = {"weekday_due": of.weekday, "hour_due": of.hour}
        rows = rows.annotate(weekday_due=weekday, hour_due=hour)
        rows = rows.filter(**{name: value for name, value in at.items() if value is not None})
    if of.cause:
        rows = rows.filter(delay_cause=None) if of.cause == NO_CAUSE else rows.filter(delay_cause__cause=of.cause)
    if of.no_category:
        rows = rows.filter(ticket__category=None)
    return rows.filter(state=Commitment.State.RUNNING, due_at__lt=now) if of.overdue else rows


def _own(viewer: User) -> Q:
    if viewer.is_manager:
        return Q()
    return (
        Q(ticket__team__lead=viewer) | Q(accountable_at_due=viewer) | Q(accountable_at_due=None, accountable=viewer)
    )  # fmt: skip


def _counted(parts: Mapping[tuple[str, bool, bool], int]) -> Counted:
    every: Counter[Bucket] = Counter()
    ordinary: Counter[Bucket] = Counter()
    moved = [0, 0]
    for (bucket, was_moved, is_exceptional), n in parts.items():
        every[Bucket(bucket)] += n
        moved[0] += n * was_moved
        if not is_exceptional:
            ordinary[Bucket(bucket)] += n
            moved[1] += n * was_moved
    return Counted(Tally(dict(every), moved[0]), Tally(dict(ordinary), moved[1]))
