"""What customers were told about a move or a miss. Why it happened, among ourselves, is `tickets.models.DelayCause`."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from tickets.certain import certain
from tickets.models import Commitment, MessagePromise


def told(rows: Sequence[Commitment]) -> dict[int, str]:
    """By the key of each row the reason that was told last, with a move of it or with the apology for it. One query."""
    by_link = {row.replaces_id: row.pk for row in rows if row.replaces_id} | {row.pk: row.pk for row in rows}
    said = (
        MessagePromise.objects.filter(Q(moves__in=by_link) | Q(follows__in=by_link), refused_why="")
        .exclude(reason="")
        .order_by("pk")
    )
    return {
        by_link[certain(moved or missed)]: reason
        for moved, missed, reason in said.values_list("moves", "follows", "reason")
    }
