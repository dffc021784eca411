"""What the customer has said since a promise was told that waits for them: it may have started with that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, OuterRef, Subquery, When
from django.db.models.functions import Coalesce, JSONObject

from tickets.models import Commitment, Message

# The first thing that the customer has said since a promise was told that waits for them, and was not it.
FIRST = Case(
    When(
        state=Commitment.State.CONDITIONAL,
        then=Subquery(
            Message.objects.filter(
                ticket=OuterRef("ticket"), direction=Message.Direction.IN, human=True,
                at__gt=Coalesce(OuterRef("unmet_until"), OuterRef("made_at")),
            ).order_by("at", "pk").values(facts=JSONObject(pk="pk", at="at"))[:1]
        ),
    )
)  # fmt: skip


@dataclass(frozen=True)
class Came:
    """A message of the customer's with which they may have done their part."""

    pk: int
    at: datetime


def of(commitment: Any) -> Came | None:
    """What came since, of a commitment that was read with `FIRST` as `came`."""
    facts: dict[str, Any] | None = commitment.came
    return Came(facts["pk"], datetime.fromisoformat(facts["at"])) if facts else None
