"""What will be missed unless somebody acts: commitments by the time they are due, most pressing first.

Reads only. The page costs the same few queries whether two rows are shown or two hundred: who
works when (`scope.crews_of`), the counts, the rows.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import (
    Case,
    Count,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from desk import asked, came, keyset, load
from desk.row_facts import NEVER, WAKES_AT, with_all_shown
from desk.scope import Scope
from people.models import User
from standards.terms import Kind
from tickets.models import Commitment, Ticket
from tickets.models.commitment import CommitmentQuerySet

OVERDUE, HOUR, TODAY, TOMORROW, LATER, WAITING = "overdue", "hour", "today", "tomorrow", "later", "waiting"
LANES = (OVERDUE, HOUR, TODAY, TOMORROW, LATER, WAITING)
NEAR = (OVERDUE, HOUR, TODAY)
NO_DATE = "no-date"
ALONE = (*LANES, NO_DATE)  # what can be looked at alone

TITLES = {
    OVERDUE: _("Overdue"),
    HOUR: _("Next hour"),
    TODAY: _("Later today"),
    TOMORROW: _("Tomorrow"),
    LATER: _("Later"),
    WAITING: _("Waiting for the customer"),
    NO_DATE: _("No next date"),
}
AT_FIRST = 25  # rows of a near lane while the lanes stand below each other
PER_PAGE = 50  # rows of a lane on its own


@dataclass(frozen=True)
class Moments:
    """The times that part the lanes from one another, as the viewer's wall clock has them."""

    now: datetime
    hour_ends: datetime
    today_ends: datetime
    tomorrow_ends: datetime

    @staticmethod
    def at(now: datetime, zone: ZoneInfo) -> Moments:
        """Those of `now` in `zone`."""
        local = now.astimezone(zone)
        today = datetime.combine(local.date() + timedelta(days=1), time(), zone)
        tomorrow = datetime.combine(local.date() + timedelta(days=2), time(), zone)
        return Moments(local, local + timedelta(hours=1), today, tomorrow)

    def lane(self, commitment: Commitment) -> str:
        """The lane in which `commitment` stands."""
        due = commitment.due_at
        if due is None:
            return WAITING
        if due < self.now and not commitment.may_be_tried_again(self.now):
            return OVERDUE
        if due <= self.hour_ends:
            return HOUR
        if due < self.today_ends:
            return TODAY
        return TOMORROW if due < self.tomorrow_ends else LATER


@dataclass(frozen=True)
class Lane:
    """Commitments that belong together, with how many there are in all."""

    key: str
    count: int
    rows: Sequence[Commitment] = ()
    after: str = ""

    @property
    def title(self) -> str:
        """Its name, in the language that is active."""
        return str(TITLES[self.key])

    @property
    def is_urgent(self) -> bool:
        """Whether it needs somebody now."""
        return self.key in {OVERDUE, HOUR}


@dataclass(frozen=True)
class Horizon:
    """One look ahead."""

    moments: Moments
    scope: Scope
    lanes: Sequence[Lane]
    first: Commitment | None
    load: Sequence[load.Hour]
    asked: Sequence[asked.Asked] = ()
    no_date: Sequence[Ticket] = ()
    only: str = ""
    counts: Counter = field(default_factory=Counter)

    @property
    def rows(self) -> list[Commitment]:
        """Everything shown, in order."""
        return [row for lane in self.lanes for row in lane.rows]

    @property
    def overdue(self) -> int:
        """How many are overdue."""
        return self.counts[OVERDUE]

    @property
    def tally(self) -> list[Lane]:
        """Every lane with its count, rows or not."""
        return [Lane(key, self.counts[key]) for key in LANES]

    @property
    def tag(self) -> str:
        """Changes when anything shown does: a row, its stage (time alone does that), a count."""
        rows = [_digest(_state(row, self.moments.now), 3) for row in self.rows]
        rows += [_digest((ticket.pk, ticket.state), 3) for ticket in self.no_date]
        rows += [_digest(("asked", one.pk), 3) for one in self.asked]
        counts = _digest([(key, self.counts[key]) for key in LANES], 6)
        return ".".join([counts, "".join(rows)])


def look(scope: Scope, *, now: datetime, zone: ZoneInfo, only: str = "", after: str = "") -> Horizon:
    """The lanes of `scope` as they stand at `now`: the near ones, or `only` one from the place `after` on."""
    moments = Moments.at(now, zone)
    counts, due = _counts(scope, moments)
    limit = PER_PAGE if only else AT_FIRST
    branches = [asked.promises(scope.user), *_branches(scope, moments, only, after, limit + 1)]
    read = list(_rows(branches, scope.user, waiting=only == WAITING))
    # What the viewer is asked to take need not be of what they look at.
    found = [row for row in read if scope.holds(row)]
    first = next((row for row in found if row.state == Commitment.State.RUNNING), None)
    place = keyset.place(after)
    lanes = []
    for key in [only] if only in LANES else [] if only else NEAR:
        here = [row for row in found if moments.lane(row) == key and (place is None or _place(row) > place)]
        goes_on = keyset.mark(*_place(here[limit - 1])) if len(here) > limit else ""
        lanes.append(Lane(key, counts[key], here[:limit], goes_on))
    hours = load.hours(scope, due, now=moments.now, day_ends=moments.today_ends)
    without_date = list(no_date(scope)[:PER_PAGE]) if only == NO_DATE else []
    return Horizon(moments, scope, lanes, first, hours, asked.of(read), without_date, only, counts)


def changes(shown: str, present: str) -> int:
    """How many rows came, went or changed between two tags; 0 when only counts elsewhere did."""
    before, after = (Counter(_pieces(tag)) for tag in (shown, present))
    return max((before - after).total(), (after - before).total())


def no_date(scope: Scope) -> QuerySet[Ticket]:
    """Open tickets whose customer was told nothing about when they hear from us, the oldest first."""
    told = Commitment.objects.running().filter(ticket=OuterRef("pk")).exclude(kind=Kind.ACKNOWLEDGE)
    return (
        scope.tickets(Ticket.objects.filter(state__in=[Ticket.State.OPEN, Ticket.State.WAITING_ON_OTHERS]))
        .filter(~Exists(told.to_the_customer()))
        .select_related("customer", "owner")
        .order_by("opened_at", "pk")
    )


def _counts(scope: Scope, moments: Moments) -> tuple[Counter[str], Counter[datetime]]:
    """How many stand in each lane, and how many of today's fall due in each hour: one query."""
    lane = Case(
        When(~_tried_again(moments), due_at__lt=moments.now, then=Value(OVERDUE)),
        When(due_at__lte=moments.hour_ends, then=Value(HOUR)),
        When(due_at__lt=moments.today_ends, then=Value(TODAY)),
        When(due_at__lt=moments.tomorrow_ends, then=Value(TOMORROW)),
        default=Value(LATER),
    )
    # Hours of the wall clock begin where the present one does, also in zones off by half an hour.
    begins = moments.now.replace(minute=0, second=0, microsecond=0)
    # What is due on the stroke of the hour has to be done in the hour before it.
    before = ExpressionWrapper(F("due_at") - Value(datetime.resolution, DurationField()), DateTimeField())
    bin_of = Func(
        Value(timedelta(hours=1), DurationField()),
        before,
        Value(begins, DateTimeField()),
        function="date_bin",
        output_field=DateTimeField(),
    )
    hour = Case(When(due_at__gt=moments.now, due_at__lt=moments.today_ends, then=bin_of))
    running = scope.of(Commitment.objects.running()).values(lane=lane, hour=hour).annotate(n=Count("pk"))
    still = scope.of(Commitment.objects.standing_still())
    waiting = still.values(lane=Value(WAITING), hour=Cast(Value(None), DateTimeField())).annotate(n=Count("pk"))
    counts: Counter[str] = Counter()
    due: Counter[datetime] = Counter()
    for row in running.union(waiting, all=True):
        counts[row["lane"]] += row["n"]
        if row["hour"]:
            due[row["hour"].astimezone(UTC)] += row["n"]
    return counts, due


def _tried_again(moments: Moments) -> Q:
    """Calls that nobody answered in their slot, while a second try may still keep them: nothing to call overdue."""
    return Q(second_try_by__isnull=False, second_try_by__gte=moments.now)


def _branches(scope: Scope, moments: Moments, only: str, after: str, limit: int) -> Iterable[CommitmentQuerySet]:
    """What is shown, each part read from its end of a partial index; the most pressing of all comes first."""
    running = scope.of(Commitment.objects.running()).order_by("due_at", "pk")
    yield running[:1]
    parts = {
        OVERDUE: running.filter(~_tried_again(moments), due_at__lt=moments.now),
        HOUR: running.filter(Q(due_at__gte=moments.now) | _tried_again(moments), due_at__lte=moments.hour_ends),
        TODAY: running.filter(due_at__gt=moments.hour_ends, due_at__lt=moments.today_ends),
        TOMORROW: running.filter(
            due_at__gt=moments.hour_ends, due_at__gte=moments.today_ends, due_at__lt=moments.tomorrow_ends
        ),
        LATER: running.filter(due_at__gte=moments.tomorrow_ends),
    }
    if only == WAITING:
        still = scope.of(Commitment.objects.standing_still()).annotate(wakes_at=WAKES_AT)
        yield still.filter(keyset.beyond("wakes_at", after)).order_by("wakes_at", "pk")[:limit]
    for key in [only] if only else NEAR:
        if key in parts:
            yield parts[key].filter(keyset.beyond("due_at", after))[:limit]


def _rows(branches: Iterable[CommitmentQuerySet], viewer: User, *, waiting: bool) -> CommitmentQuerySet:
    first, *others = [branch.values("pk") for branch in branches]
    found = with_all_shown(Commitment.objects.filter(pk__in=first.union(*others, all=True)))
    found = found.annotate(asked=asked.question(viewer))
    if waiting:
        return found.annotate(wakes_at=WAKES_AT, came=came.FIRST).order_by("wakes_at", "pk")
    # Said once more here, so that no plan ever looks at the rows that have ended.
    return found.running().order_by("due_at", "pk")


def _place(row: Commitment) -> tuple[datetime, int]:
    if row.due_at is not None:
        return row.due_at, row.pk
    return getattr(row, "wakes_at", NEVER), row.pk


def _pieces(tag: str) -> list[str]:
    rows = tag.partition(".")[2]
    return [rows[at : at + 4] for at in range(0, len(rows), 4)]


def _state(row: Commitment, now: datetime) -> tuple:
    seen_by = getattr(row, "seen_by", None)
    return (row.pk, row.state, row.due_at, row.accountable_id, row.ticket.owner_id, row.stage(now), seen_by)


def _digest(facts: object, size: int) -> str:
    digest = hashlib.blake2b(repr(facts).encode(), digest_size=size).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
