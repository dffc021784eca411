"""What becomes of a mail otherwise than by sending it: a person decides about it, or a mail server reports of it.

Each is one update that names the state it starts from: of two at the same moment one acts, and the other is told so.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from mail.models import Delivery
from people.models import User

State = Delivery.State


def retry(delivery: Delivery, *, now: datetime) -> bool:
    """A person has one tried again, with the same Message-ID: of which nothing is known, or an automatic that failed.

    False where it needs that no more, or would come too late. One that failed leaves although mail to
    its address may be stopped since. What a person wrote and failed is theirs to send anew: they have
    the text again.
    """
    timely = Q(expires_at=None) | Q(expires_at__gt=now)
    may = Q(state=State.UNKNOWN) | Q(timely, state=State.FAILED, automatic=True)
    again = Delivery.objects.filter(may, pk=delivery.pk)
    fresh = {"state": State.QUEUED, "next_at": now, "reason": "", "ended_at": None}
    if delivery.state == State.FAILED:
        fresh["anyway"] = True
    return bool(again.update(put_away_at=None, put_away_by=None, **fresh))


def put_away(delivery: Delivery, *, by: User, now: datetime) -> bool:
    """A person has looked at one that did not arrive, and leaves it at that. False when somebody had."""
    ended = Delivery.objects.in_trouble().filter(pk=delivery.pk).exclude(state=State.UNKNOWN)
    return bool(ended.update(put_away_at=now, put_away_by=by))


def mark_arrived(delivery: Delivery, *, now: datetime, reason: str) -> bool:
    """A person has found out that one of which nothing was known did arrive."""
    return _end_unknown(delivery, State.SENT, now, reason)


def mark_lost(delivery: Delivery, *, now: datetime, reason: str) -> bool:
    """A person has found out that one of which nothing was known did not arrive."""
    return _end_unknown(delivery, State.FAILED, now, reason)


def came_back(delivery: Delivery, *, now: datetime, reason: str) -> bool:
    """A mail server reports that it did not arrive after all; when it was accepted stays. False when that is known.

    One of which nothing was known has failed, then; one that waits for another try goes on waiting for it.
    """
    sent = Delivery.objects.filter(pk=delivery.pk, state=State.SENT, bounced_at=None)
    return bool(sent.update(bounced_at=now, reason=reason[:400])) or mark_lost(delivery, now=now, reason=reason)


def _end_unknown(delivery: Delivery, state: str, now: datetime, reason: str) -> bool:
    unknown = Delivery.objects.filter(pk=delivery.pk, state=State.UNKNOWN)
    return bool(unknown.update(state=state, ended_at=now, reason=reason[:400]))
