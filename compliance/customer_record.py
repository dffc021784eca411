"""How we have kept our word to one customer: counted as results are, by the time first promised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, When
from django.utils.translation import gettext, ngettext

from compliance.cases import bucket, counted_rows
from compliance.results import Bucket
from people.models import User
from standards.terms import Kind
from tickets.models import Commitment


@dataclass(frozen=True)
class Missed:
    """One that was not kept as first promised: `verdict` is its outcome, or that it is overdue."""

    commitment: Commitment
    verdict: str
    bucket: str

    @property
    def is_kept_after_a_move(self) -> bool:
        """Whether it was moved in time and then done by the new time."""
        return self.bucket == Bucket.KEPT_AFTER_MOVE

    @property
    def did_not_hold(self) -> bool:
        """Whether it was kept in time, and the customer had to come back for it."""
        return self.bucket == Bucket.NOT_HELD


@dataclass(frozen=True)
class Record:
    """`due` promises had come due, `kept` of them were done by the time first promised."""

    due: int
    kept: int
    missed: Sequence[Missed] = ()

    @property
    def in_words(self) -> str:
        """ "14 promises, 13 kept"; that nothing has come due where nothing has."""
        if not self.due:
            return gettext("Nothing that we promised has come due yet.")
        return ngettext("%(due)d promise, %(kept)d kept", "%(due)d promises, %(kept)d kept", self.due) % {
            "due": self.due,
            "kept": self.kept,
        }


def figures(customer_id: int, *, user: User, now: datetime) -> Record:
    """The two figures, as far as `user` may see the tickets."""
    counted = _due(customer_id, user, now).aggregate(due=Count("pk"), kept=Count("pk", filter=Q(bucket=Bucket.KEPT)))
    return Record(counted["due"], counted["kept"])


def record(customer_id: int, *, user: User, now: datetime, most: int = 20) -> Record:
    """The figures, and with them those that were not kept as first promised, newest first."""
    found = figures(customer_id, user=user, now=now)
    if found.due == found.kept:
        return found
    missed = _due(customer_id, user, now).exclude(bucket=Bucket.KEPT).select_related("ticket")
    rows = missed.order_by("-counted_due_at", "-pk")[:most]
    return Record(found.due, found.kept, [Missed(row, row.stage(now), row.bucket) for row in rows])


def _due(customer_id: int, user: User, now: datetime) -> QuerySet[Any]:
    """What a person owed this customer by a time that has passed; automatic acknowledgements say nothing of people.

    A row that has ended before its time came is on the record at once, which no result of a period is.
    """
    came = Case(When(ended_at__lt=F("counted_due_at"), then=F("ended_at")), default=F("counted_due_at"))
    return (
        counted_rows(user)
        .filter(ticket__customer=customer_id)
        .exclude(source=Commitment.Source.INTERNAL)
        .exclude(kind=Kind.ACKNOWLEDGE)
        .annotate(came=came, bucket=bucket(now))
        .filter(came__lt=now)
    )
