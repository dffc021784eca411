"""What colleagues ask the viewer to take. Read along with the rows of Horizon, in the same query."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject

from people.models import User
from tickets.models import Commitment, HandOver
from tickets.models.commitment import CommitmentQuerySet

# The most pressing; what is answered makes room for the next.
MOST = 10
# So many stand openly, so that what is the viewer's own stays in sight.
OPENLY = 3


@dataclass(frozen=True)
class Asked:
    """One question: who asks, since when, and about what."""

    pk: int
    by: str
    at: datetime
    commitment: Commitment


def promises(user: User) -> CommitmentQuerySet:
    """What `user` is asked to take and may see."""
    waiting = HandOver.objects.unanswered().filter(asked_of=user)
    return Commitment.objects.visible_to(user).running().filter(pk__in=waiting.values("commitment"))


def question(user: User) -> Subquery:
    """The question put to `user` about a commitment, as a part of the query that reads it."""
    waiting = HandOver.objects.unanswered().filter(asked_of=user, commitment=OuterRef("pk"))
    return Subquery(waiting.values(facts=JSONObject(pk="pk", by="asked_by__name", at="asked_at"))[:1])


def of(commitments: Iterable[Any]) -> list[Asked]:
    """The questions among `commitments`, which were read with theirs as `asked`."""
    return [
        Asked(one.asked["pk"], one.asked["by"], datetime.fromisoformat(one.asked["at"]), one)
        for one in commitments
        if one.asked
    ][:MOST]
