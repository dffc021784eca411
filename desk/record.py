"""How we have kept our word to one customer: counted as results are, by the time first promised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, F, Q, QuerySet, When
from django.utils.translation import gettext, ngettext

from people.models import User
from standards.terms import Kind
from tickets.models import Commitment

Outcome = Commitment.Outcome
_KEPT = Q(outcome=Outcome.KEPT, ended_at__lte=F("counted_due_at"))


@dataclass(frozen=True)
class Missed:
    """One that was not kept as first promised: `verdict` is its outcome, or that it is overdue."""

    commitment: Commitment
    verdict: str

    @property
    def is_kept_after_a_move(self) -> bool:
        """Whether it was moved in time and then done by the new time."""
        return self.verdict == Outcome.KEPT


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
    counted = _due(customer_id, user, now).aggregate(due=Count("pk"), kept=Count("pk", filter=_KEPT))
    return Record(counted["due"], counted["kept"])


def record(customer_id: int, *, user: User, now: datetime, most: int = 20) -> Record:
    """The figures, and with them those that were not kept as first promised, newest first."""
    came_due = _due(customer_id, user, now)
    found = figures(customer_id, user=user, now=now)
    if found.due == found.kept:
        return found
    kept = came_due.filter(_KEPT).values("pk")
    missed = came_due.exclude(pk__in=kept).select_related("ticket").order_by("-counted_due_at", "-pk")[:most]
    return Record(found.due, found.kept, [Missed(row, row.stage(now)) for row in missed])


def _due(customer_id: int, user: User, now: datetime) -> QuerySet[Commitment]:
    """What a person owed this customer by a time that has passed, one row of a chain of moves.

    Taken back before its time it was never owed; automatic acknowledgements say nothing of people.
    """
    taken_back = Q(outcome__in=[Outcome.WITHDRAWN, Outcome.MERGED], ended_at__lte=F("counted_due_at"))
    # A row that has ended before its time came is on the record at once.
    came = Case(When(ended_at__lt=F("counted_due_at"), then=F("ended_at")), default=F("counted_due_at"))
    return (
        Commitment.objects.visible_to(user)
        .filter(ticket__customer=customer_id, voided_at=None)
        .exclude(outcome=Outcome.MOVED)
        .exclude(source=Commitment.Source.INTERNAL)
        .exclude(kind=Kind.ACKNOWLEDGE)
        .exclude(taken_back)
        .annotate(came=came)
        .filter(came__lt=now)
    )
