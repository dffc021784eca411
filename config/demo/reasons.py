"""Why the demo's misses happened, as its people have said so: most of them, the newest not yet."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from django.db.models import Q

from config.demo.company import Company
from tickets.actions import causes
from tickets.models import Commitment, DelayCause

# So often each; without a word: nobody has said why.
_OFTEN = {
    DelayCause.Cause.SUPPLIER: 26,
    DelayCause.Cause.NOBODY_ON_SHIFT: 22,
    DelayCause.Cause.TOOK_LONGER: 15,
    DelayCause.Cause.FORGOTTEN: 12,
    DelayCause.Cause.OTHER_TEAM: 8,
    DelayCause.Cause.OWN_RULE: 5,
    "": 12,
}
# Every Monday the lead looks at the week before.
_AFTER = timedelta(days=5)


def give(company: Company, now: datetime, seed: int) -> int:
    """Say why most of what was missed was missed; returns for how many."""
    rng, given = Random(f"{seed} reasons"), 0
    missed = Commitment.objects.filter(
        Q(outcome__in=[Commitment.Outcome.KEPT_LATE, Commitment.Outcome.NOT_DONE])
        | Q(state=Commitment.State.RUNNING, due_at__lt=now - _AFTER),
        due_at__lt=now - _AFTER,
        voided_at=None,
    )
    for row in missed.select_related("ticket__team__lead").order_by("due_at", "pk"):
        (cause,) = rng.choices(list(_OFTEN), list(_OFTEN.values()))
        said_at = company.after((row.ended_at or row.due_at or now) + timedelta(days=1), 45)
        if cause and said_at < now:
            causes.say_why(row, cause, by=row.ticket.team.lead, now=said_at)
            given += 1
    return given
