"""How a follow-up ends: once, with its moment, and with a reason where it was not done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from followups import playbooks
from followups.actions import calls
from followups.models import FollowUp
from people.models import User
from tickets.actions.events import record
from tickets.models import Ticket

State = FollowUp.State


def end(followup: FollowUp, state: str, *, now: datetime, reason: str = "", by: User | None = None) -> FollowUp:
    """It is done, skipped or failed. The caller holds the lock on what it is about."""
    followup.state, followup.reason, followup.ended_at = state, reason[:300], now
    followup.held_at = followup.held_by = None
    followup.save(update_fields=["state", "reason", "ended_at", "held_at", "held_by"])
    if followup.ticket:
        record(followup.ticket, f"followup.{state}", now=now, by=by, followup=followup.pk)
    return followup


def end_as_failed(ticket: Ticket, followup: FollowUp, reason: str, now: datetime) -> FollowUp:
    """It failed, and what was a mail becomes a call. The caller holds the lock."""
    end(followup, State.FAILED, now=now, reason=reason)
    if followup.step in playbooks.BY_MAIL:
        calls.ask_for_one(ticket, followup=followup, now=now)
    return followup


def skip_planned(ticket: Ticket, steps: Iterable[str], reason: str, *, now: datetime) -> None:
    """What is still planned of `steps` is not done any more. The caller holds the lock."""
    planned = ticket.followups.filter(step__in=[*steps], state=State.SCHEDULED)
    for followup in planned.select_for_update(of=("self",)):
        end(followup, State.SKIPPED, now=now, reason=reason)
