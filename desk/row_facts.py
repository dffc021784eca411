"""All that a row shows of a commitment, as parts of the query of whatever list it stands in."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from tickets.models import Commitment, Pause, Warning
from tickets.models.commitment import CommitmentQuerySet

NEVER = datetime(9999, 1, 1, tzinfo=UTC)

# When the pause ends by itself; a promise that waits for its condition has no such moment.
WAKES_AT = Coalesce(
    Subquery(Pause.objects.filter(commitment=OuterRef("pk"), ended_at__isnull=True).values("ends_by")[:1]),
    Value(NEVER),
)
# Who said that they have seen the last call.
SEEN_BY = Subquery(
    Warning.objects.last_calls().filter(commitment=OuterRef("pk"), seen_at__isnull=False).values("seen_by__name")[:1]
)
# Whose team it is: the lead of the one that was asked, or of the ticket's.
LED_BY = Coalesce("asked_of__lead", "ticket__team__lead")
# All that a row shows.
_SHOWN = (
    "kind", "source", "state", "due_at", "warn_at", "last_call_at", "clock", "promised_text", "condition",
    "slot_starts_at", "second_try_by", "follows_why", "asked_of", "made_by__name",
    "accountable__name", "ticket__number", "ticket__subject", "ticket__owner", "ticket__team__lead",
    "ticket__customer__name", "ticket__customer__phone", "ticket__customer__language",
    "standard_version__clock", "standard_version__window_minutes", "standard_version__window_days",
    "calendar_version__zone", "calendar_version__hours", "calendar_version__date_hours", "calendar_version__holidays",
)  # fmt: skip
_WITH = ("accountable", "made_by", "ticket__customer", "ticket__team", "standard_version", "calendar_version")


def with_all_shown(commitments: CommitmentQuerySet) -> CommitmentQuerySet:
    """Those, with what a row shows of each, in the query that reads them."""
    return commitments.select_related(*_WITH).only(*_SHOWN).annotate(seen_by=SEEN_BY, led_by=LED_BY)


def shown_in_rows(commitments: CommitmentQuerySet) -> CommitmentQuerySet:
    """The same as a list of its own, the next due first; what stands still comes last."""
    return with_all_shown(commitments).annotate(wakes_at=WAKES_AT).order_by("due_at", "wakes_at", "pk")


def row_of(commitment: Commitment) -> Commitment:
    """That commitment as it is now, with all that a row shows."""
    return shown_in_rows(Commitment.objects.filter(pk=commitment.pk)).get()
