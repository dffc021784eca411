"""A shared delay in today's scene: the lead has written why, the customers have yet to be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.demo.ledger import PROMISE, RUNNING
from tickets.models import Commitment, DelayNotice, Event, SharedDelay

if TYPE_CHECKING:
    from config.demo.today import Scene

REASONS = {
    "en": "Last night's storm has burst a main pipe, and our crews are there first.",
    "hr": "Noćašnje nevrijeme oštetilo je glavni cjevovod, pa su naše ekipe najprije ondje.",
}


def share(scene: Scene) -> None:
    """What Ivana has promised for tomorrow and later will be late for one cause; nobody has been told yet."""
    at = scene.ago(35)
    late = [
        row
        for row in scene.rows.of(Commitment)
        if (row.state, row.source, row.accountable_id) == (RUNNING, PROMISE, scene.ivana.pk)
        and row.due_at >= scene.tomorrow
        and row.made_at < at
    ]
    if not late:
        return
    due = scene.company.slot(max(row.due_at for row in late), 2, 2)
    delay = scene.rows.add(SharedDelay, reasons=REASONS, due_at=due, opened_by_id=scene.petra.pk, opened_at=at)
    for row in late:
        scene.rows.append(DelayNotice, delay_id=delay.id, commitment_id=row.id, message_id=None)
        scene.rows.append(
            Event, ticket_id=row.ticket_id, kind="delay.shared", commitment_id=row.id, by_id=scene.petra.pk, at=at,
            detail={"delay": delay.id},
        )  # fmt: skip
