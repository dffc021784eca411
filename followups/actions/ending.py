"""How a follow-up ends: once, with its moment, and with a reason where it was not done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from followups import playbooks
from followups.actions import calls
from followups.models import FollowUp
from people.models import Customer, User
from tickets.actions.events import record
from tickets.certain import certain
from tickets.models import Ticket

State = FollowUp.State


def end(followup: FollowUp, state: str, *, now: datetime, reason: str = "", by: User | None = None) -> FollowUp:
    """It is done, skipped or failed. The caller holds the lock on what it is about."""
    followup.state, followup.reason, followup.ended_at = state, reason[:300], now
    followup.held_at = followup.held_by = None
    followup.skipped_by = by if state == State.SKIPPED else None
    followup.save(update_fields=["state", "reason", "ended_at", "held_at", "held_by", "skipped_by"])
    if followup.ticket:
        record(followup.ticket, f"followup.{state}", now=now, by=by, followup=followup.pk)
    return followup


def end_as_failed(ticket: Ticket | None, followup: FollowUp, reason: str, now: datetime) -> FollowUp:
    """It failed, and what was a mail about a ticket becomes a call. The caller holds the lock."""
    end(followup, State.FAILED, now=now, reason=reason)
    if ticket is not None and followup.step in playbooks.BY_MAIL:
        calls.ask_for_one(ticket, followup=followup, now=now)
    return followup


def lock(followup: FollowUp) -> FollowUp:
    """`followup` as it is now, locked behind what it is about: its ticket, or its customer."""
    if followup.ticket is not None:
        Ticket.objects.lock(followup.ticket)
    else:
        Customer.objects.select_for_update(no_key=True).get(pk=certain(followup.customer_id))
    about = FollowUp.objects.select_related("ticket__customer", "ticket__team", "customer", "delivery", "contact")
    return about.select_for_update(of=("self",)).get(pk=followup.pk)


def skip_planned(ticket: Ticket, steps: Iterable[str], reason: str, *, now: datetime) -> None:
    """What is still planned of `steps` is not done any more. The caller holds the lock."""
    planned = ticket.followups.filter(step__in=[*steps], state=State.SCHEDULED)
    for followup in planned.select_for_update(of=("self",)):
        end(followup, State.SKIPPED, now=now, reason=reason)
