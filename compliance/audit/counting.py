"""By which time a promise counts: the first due, later only by pauses, earlier only by an earlier promise."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from compliance import retold
from compliance.audit.checks import LATELY, check
from compliance.audit.times import given_another
from standards.due import shift, worked_inside
from tickets.models import Commitment, Event

Outcome, State, Follows = Commitment.Outcome, Commitment.State, Commitment.FollowsWhy


@check("never-counted", _("A promise has a due time, but counts in no period."))
def never_counted(now: datetime) -> QuerySet[Commitment]:
    return Commitment.objects.exclude(state=State.PAUSED).filter(due_at__isnull=False, counted_due_at=None)


@check("counted-too-late", _("A promise counts by a later time than its first due and its pauses give."))
def counted_too_late(now: datetime) -> Iterator[Commitment]:
    """Later than the first due only by pauses, of this row or of those whose place it took, or by a re-match."""
    rows = Commitment.objects.filter(counted_due_at__gt=F("first_due_at"))
    for row in rows.select_related("calendar_version").order_by("pk"):
        calendar, spans, links = row.calendar_version.working, [], []
        link: Commitment | None = row
        while link is not None:
            links.append(link.pk)
            spans += [(pause.started_at, pause.ended_at or now) for pause in link.pauses.all()]
            link = link.follows if link.follows_why in {Follows.NOT_REACHED, Follows.SPLIT} else link.replaces
        if row.counted_due_at and row.first_due_at:
            latest = shift(calendar, row.first_due_at, worked_inside(calendar, spans))
            if row.counted_due_at > latest and not _rematched(links):
                yield row


def _rematched(links: list[int]) -> bool:
    return Event.objects.filter(commitment__in=links, kind="commitment.rematched").exists()


@check("counted-too-early", _("A promise counts by an earlier time than was ever told for it."))
def counted_too_early(now: datetime) -> QuerySet[Commitment]:
    """Earlier than the first due only where an earlier time was promised, or newer hours gave one."""
    rows = Commitment.objects.filter(~given_another(), replaces=None, counted_due_at__lt=F("first_due_at"))
    return rows.exclude(follows_why__in=[Follows.SPLIT, Follows.NOT_REACHED])


@check("events-tell-otherwise", _("What was recorded about a promise tells another story than its row."))
def events_tell_otherwise(now: datetime) -> Iterator[Commitment]:
    """Told from its events alone: its times, its end, whether it counts. Of those that something happened to."""
    lately = Event.objects.filter(commitment=OuterRef("pk"), at__gt=now - LATELY)
    rows = Commitment.objects.filter(Q(ended_at=None) | Q(ended_at__gt=now - LATELY), Exists(lately))
    yield from retold.differing(rows.order_by("pk"))
