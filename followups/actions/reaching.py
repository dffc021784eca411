"""When mail does not reach a customer: somebody finds another way, and nothing more is planned to that address."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from followups import brakes, playbooks
from followups.actions import calls
from followups.models import CallTask, FollowUp
from tickets.actions.events import record
from tickets.models import Ticket


def look(ticket: Ticket, *, now: datetime) -> CallTask | None:
    """Ask for a call where a mail on `ticket` did not arrive, once for each time. The caller holds the lock.

    Mails that are planned and may not leave any more are skipped now, so that nobody waits for them.
    """
    last = ticket.messages.filter(not_reached_at__isnull=False).order_by("-not_reached_at", "-pk").first()
    if last is None:
        return None
    _skip_what_may_not_leave(ticket, now)
    asked = Q(ended_at=None) | Q(ended_at__gte=last.not_reached_at)
    for done in ticket.call_tasks.made():
        calls.finish(done, now=now)
    # Its call may have been asked for on a ticket that was merged into this one since.
    if ticket.call_tasks.filter(asked).exists() or CallTask.objects.filter(message=last).exists():
        return None
    return calls.ask_for_one(ticket, message=last, now=now)


def _skip_what_may_not_leave(ticket: Ticket, now: datetime) -> None:
    for followup in ticket.followups.filter(step__in=playbooks.BY_MAIL, state=FollowUp.State.SCHEDULED):
        reason = brakes.stopped(ticket.customer, followup.step)
        planned = FollowUp.objects.filter(pk=followup.pk, state=FollowUp.State.SCHEDULED)
        if reason and planned.update(state=FollowUp.State.SKIPPED, reason=reason[:300], ended_at=now):
            record(ticket, "followup.skipped", now=now, followup=followup.pk)
