"""What the tests of follow-ups share: a ticket that a customer's mail opened, and mails that were accepted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from followups.actions import followups
from followups.models import FollowUp
from mail.models import Delivery
from standards.terms import Kind
from tests import make
from tests.make import MONDAY_9AM, zagreb
from tickets.actions import settling, tickets
from tickets.models import Ticket

RESOLVED = zagreb("2026-11-23 14:00")
ASKED = zagreb("2026-11-24 14:00")


def came_by_mail(**fields: Any) -> Ticket:
    """A ticket of Monday at nine, to be confirmed within 15 minutes and answered within four hours."""
    if not make.StandardVersion.objects.exists():
        make.standard(kind=Kind.ACKNOWLEDGE, clock="wall", window_minutes=15, name="Confirmation")
        make.standard(window_minutes=240, name="First response")
    return make.ticket(**fields)


def acknowledged(ticket: Ticket, *, now: datetime = MONDAY_9AM) -> FollowUp:
    """What became of the acknowledgement of `ticket`, looked at by the worker at `now`."""
    planned = followups.plan(ticket, now=now)
    assert planned is not None
    return followups.carry_out(planned, now=now)


def resolved_ticket(**fields: Any) -> Ticket:
    ticket = make.ticket(**fields)
    return tickets.resolve(ticket, at=RESOLVED, now=RESOLVED, by=None)


def accepted(delivery: Delivery, *, at: datetime) -> Delivery:
    """`delivery` was accepted by our server at `at`, and its message carried out."""
    Delivery.objects.filter(pk=delivery.pk).update(state=Delivery.State.SENT, ended_at=at)
    settling.settle_all(now=at)
    delivery.refresh_from_db()
    return delivery
