"""The customers who were asked, for `compliance.satisfaction`: counted in one query, or listed."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Case, Count, OuterRef, Q, QuerySet, Subquery, When

from compliance import satisfaction
from compliance.questions import Question
from compliance.satisfaction import POOR, TOP, Request, Said, Satisfaction
from followups.models import SatisfactionAnswer, SatisfactionRequest
from mail.models import Delivery

if TYPE_CHECKING:
    from people.models import User

_YES = SatisfactionAnswer.Outcome.YES
_ANSWERED = Q(outcome__isnull=False)
_SETTLED, _RATED, _WELL = Q(outcome=_YES), Q(handling__isnull=False), Q(handling__in=TOP)
# Accepted by their server, and not come back since.
_ARRIVED = Q(followup__delivery__state=Delivery.State.SENT, followup__delivery__bounced_at=None)
_ALIKE = ("arrived", "outcome", "handling")
# `satisfaction.sets_of` in SQL, for the lists.
_SETS = {
    Said.ASKED: Q(),
    Said.DELIVERED: _ARRIVED | _ANSWERED,
    Said.ANSWERED: _ANSWERED,
    Said.RATED: _RATED,
    Said.SETTLED: _SETTLED,
    Said.WELL_HANDLED: _WELL,
    Said.WELL_BUT_NOT_SETTLED: _WELL & ~_SETTLED,
    Said.SETTLED_BUT_BADLY: _SETTLED & Q(handling__in=POOR),
}


def requests(
    question: Question, said: Said = Said.ASKED, *, viewer: User | None, now: datetime
) -> QuerySet[SatisfactionRequest]:
    """The requests of the question's period in one list, each with whether it `arrived` and the last answer.

    By when we asked. Of the question only the period and what is said of the ticket apply. Without a viewer
    all of them, for the public figures.
    """
    last = SatisfactionAnswer.objects.filter(request=OuterRef("pk"), at__lte=now).order_by("-at", "-pk")
    like = {
        "ticket__team": question.team,
        "ticket__category": question.category,
        "ticket__channel": question.channel,
        "ticket__priority": question.priority,
    }
    of_ticket = Q(**{name: value for name, value in like.items() if value})
    asked = SatisfactionRequest.objects.all() if viewer is None else SatisfactionRequest.objects.visible_to(viewer)
    return (
        asked.left_or_leaving()
        .filter(of_ticket, made_at__gte=question.period.since, made_at__lt=min(question.period.until, now))
        .annotate(arrived=Case(When(_ARRIVED, then=True), default=False))
        .annotate(outcome=Subquery(last.values("outcome")[:1]), handling=Subquery(last.values("handling")[:1]))
        .filter(_SETS[said])
    )


def ratings(question: Question, *, viewer: User | None, now: datetime) -> Satisfaction:
    """What customers said who were asked in the question's period. One query."""
    return figures(requests(question, viewer=viewer, now=now))


def figures(asked: QuerySet[SatisfactionRequest]) -> Satisfaction:
    """What these of `requests` said. One query."""
    alike = asked.values(*_ALIKE).annotate(n=Count("pk")).order_by()
    counts: Counter[Request] = Counter()
    for group in alike:
        counts[Request(group["arrived"], group["outcome"] or "", group["handling"])] += group["n"]
    return satisfaction.figures(counts)
