"""A promise that was moved: one row of its chain is not, and the first time that was told stands on each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from compliance.audit.checks import check
from tickets.actions.moving import moves_allowed
from tickets.models import Commitment

Outcome = Commitment.Outcome


def _successors() -> QuerySet[Commitment]:
    return Commitment.objects.exclude(replaces=None)


@check("moved-without-successor", _("A promise was moved, but nothing took its place."))
def moved_without_successor(now: datetime) -> QuerySet[Commitment]:
    return Commitment.objects.filter(outcome=Outcome.MOVED, replaced_by=None)


@check("replaced-but-not-moved", _("A promise took the place of one that was not moved."))
def replaced_but_not_moved(now: datetime) -> QuerySet[Commitment]:
    return _successors().exclude(replaces__outcome=Outcome.MOVED)


@check("first-due-changed", _("The first due time was lost along a chain of moves."))
def first_due_changed(now: datetime) -> QuerySet[Commitment]:
    moved = Commitment.objects.filter(replaces__first_due_at__isnull=False)
    return moved.filter(~Q(first_due_at=F("replaces__first_due_at")) | Q(first_due_at=None))


@check("took-over-at-another-time", _("A promise took the place of another at another time than that one was moved."))
def took_over_at_another_time(now: datetime) -> QuerySet[Commitment]:
    another = ~Q(started_at=F("replaces__ended_at")) | ~Q(made_at=F("replaces__ended_at"))
    return _successors().filter(another, replaces__outcome=Outcome.MOVED)


@check("moved-into-something-else", _("Moving made something else of a promise: its kind, origin or standard."))
def moved_into_something_else(now: datetime) -> QuerySet[Commitment]:
    """So that moving takes nothing out of a standard's results."""
    same = Q(kind=F("replaces__kind"), source=F("replaces__source"), clock=F("replaces__clock"))
    same &= Q(standard_version=F("replaces__standard_version")) | Q(
        standard_version=None, replaces__standard_version=None
    )
    return _successors().exclude(same)


@check("counted-later-by-moving", _("A promise counts by a later time since it was moved."))
def counted_later_by_moving(now: datetime) -> QuerySet[Commitment]:
    """A later pause moves it on, and nothing else."""
    return _successors().filter(pauses=None, counted_due_at__gt=F("replaces__counted_due_at"))


@check("moved-too-often", _("A promise was put later more often than its standard allows."))
def moved_too_often(now: datetime) -> Iterator[Commitment]:
    """Earlier is no move. Only the last of a chain is named."""
    long = _successors().exclude(replaces__replaces=None).filter(replaced_by=None)
    for row in long.select_related("standard_version", "replaces__replaces").order_by("pk"):
        later, link = 0, row
        while (before := link.replaces) is not None:
            later += bool(link.unpaused_due_at and before.due_at and link.unpaused_due_at > before.due_at)
            link = before
        if later > moves_allowed(row):
            yield row
