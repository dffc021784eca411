"""What the tests of the trail share: where the times on a row are not those that its trail gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from people.models import Organisation
from tests import make
from tickets.models import Commitment
from tickets.models.commitment import CommitmentQuerySet
from tickets.trail import recompute, with_trails


def differing(rows: CommitmentQuerySet) -> Iterator[tuple[Commitment, str, Any, Any]]:
    """Each time of `rows` that does not follow from the trail: the row, its name, as stored, as worked out."""
    zone = Organisation.objects.the().zone_info if Organisation.objects.exists() else make.ZAGREB
    for row in with_trails(rows).order_by("pk").iterator(chunk_size=2000):
        stored = {name: getattr(row, name) for name in ("first_due_at", "due_at", "warn_at", "last_call_at")}
        stored["unpaused_due_at"], stored["counted_due_at"] = row.unpaused_due_at, row.counted_due_at
        stored["counted_when_it_runs_on"] = next(
            (pause.counted_due_at for pause in row.pauses.all() if pause.ended_at is None), None
        )
        found = recompute(row, zone)
        worked_out = dict.fromkeys(stored) if found is None else {
            "first_due_at": found.first_due, "due_at": found.due, "warn_at": found.warn_at,
            "last_call_at": found.last_call_at, "unpaused_due_at": found.unpaused, "counted_due_at": found.counted,
            "counted_when_it_runs_on": found.counted_so_far,
        }  # fmt: skip
        yield from ((row, name, stored[name], worked_out[name]) for name in stored if stored[name] != worked_out[name])
