"""The list behind a figure of the compliance page: one page of it, and how many there are. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from compliance import listed
from compliance.listed import Asked
from compliance.reasons import told
from compliance.results import MISSED, Bucket
from compliance.times import lines as timed
from desk import keyset
from desk.compliance_words import badge
from people.models import User
from standards.terms import Clock, Kind
from tickets.actions.causes import may_say_why
from tickets.models import Commitment, DelayCause
from tickets.models.commitment import CommitmentQuerySet

PER_PAGE = 50
_WITH = (
    "ticket__customer", "ticket__team", "accountable", "accountable_at_due", "standard_version__standard",
    "delay_cause",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One case: what became of it, how long it took, and both reasons."""

    commitment: Commitment
    bucket: Bucket
    badge: str
    badge_words: str
    took: timedelta
    was_moved: bool
    told: str
    may_say_why: bool

    @property
    def person(self) -> User:
        """Who answered for it when it fell due."""
        return self.commitment.accountable_at_due or self.commitment.accountable

    @property
    def cause(self) -> DelayCause | None:
        """Why it was missed, as far as somebody has said so."""
        return getattr(self.commitment, "delay_cause", None)

    @property
    def is_missed(self) -> bool:
        """Whether a reason is to be given."""
        return self.bucket in MISSED

    @property
    def is_in_working_time(self) -> bool:
        """Whether its time counts only while the team is there."""
        return self.commitment.clock not in {Clock.WALL, Clock.CALENDAR_DAYS}

    @property
    def kind(self) -> str:
        """What was promised, as a kind."""
        return str(Kind(self.commitment.kind).label)


@dataclass(frozen=True)
class Cases:
    """One page of them."""

    lines: Sequence[Line]
    total: int
    after: str


def read(asked: Asked, *, viewer: User, now: datetime, zone: ZoneInfo, after: str = "") -> Cases:
    """The page from the place `after` on: what fell due last comes first."""
    found = listed.seen(asked, viewer=viewer, now=now, zone=zone)
    page, goes_on = keyset.page(ordered(found), "-counted_due_at", after, PER_PAGE)
    return Cases(lines(page, viewer=viewer, now=now), found.count(), goes_on)


def ordered(found: CommitmentQuerySet) -> CommitmentQuerySet:
    """What was due last first, with all that a line shows."""
    return found.select_related(*_WITH).order_by("-counted_due_at", "-pk")


def lines(page: Iterable[Commitment], *, viewer: User, now: datetime) -> list[Line]:
    """What is shown of each row. The number of queries does not grow with the rows."""
    rows = list(page)
    reasons = told(rows)
    found = []
    for line in timed(rows, now=now):
        row = line.commitment
        look, words = badge(line.bucket, row.outcome)
        found.append(
            Line(
                row,
                line.bucket,
                look,
                words,
                line.took,
                row.was_moved,  # type: ignore[attr-defined]  # annotated
                reasons.get(row.pk, ""),
                may_say_why(row, viewer),
            )
        )
    return found
