"""Carrying a batch of mails to the server, over one connection."""

from __future__ import annotations

import logging
import time
from datetime import datetime

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend

from mail import outbox
from mail.building import build
from mail.models import Attempt, Delivery

log = logging.getLogger(__name__)
BATCH = 20
BUDGET = 20.0  # seconds; well under the time a task may take


class Draining:
    """Set when the worker shall stop: the mail in hand is finished, no other is begun."""

    now = False


def send_due(*, now: datetime | None = None, budget: float = BUDGET) -> int:
    """Send what is due until nothing is left or the budget is used; returns how many were accepted.

    With `now` a simulation passes its own clock; else the database's is read at each step.
    """
    if settings.MAIL_PAUSED_REASON:
        return 0
    started, sent = time.monotonic(), 0
    connection: BaseEmailBackend = get_connection(timeout=settings.EMAIL_TIMEOUT)
    try:
        while time.monotonic() - started < budget and not Draining.now:
            lease, ids = outbox.claim(BATCH, now=now)
            if not ids:
                break
            for position, delivery_id in enumerate(ids):
                if Draining.now or time.monotonic() - started >= budget:
                    outbox.release(ids[position:], lease, now=now or outbox.database_now())
                    break
                attempt = outbox.begin(delivery_id, lease, now=now)
                if attempt is None:
                    outbox.release([delivery_id], lease, now=now or outbox.database_now())
                    continue
                outcome, reply = _try(connection, attempt.delivery, now=now)
                outbox.finish(attempt, outcome, reply, lease=lease, now=now)
                sent += outcome == Attempt.Outcome.SENT
                if outcome == Attempt.Outcome.OUR_FAULT:
                    log.error("sending is paused: %s", reply)
                    outbox.pause_mailbox(attempt.delivery, reply)
                    outbox.release(ids[position + 1 :], lease, now=now or outbox.database_now())
                    return sent
    finally:
        connection.close()
    return sent


def _try(connection: BaseEmailBackend, delivery: Delivery, *, now: datetime | None) -> tuple[str, str]:
    try:
        mail = build(delivery, now=now or outbox.database_now())
        mail.connection = connection
        connection.open()
        mail.send()
    except Exception as error:  # one bad mail never stops the others
        outcome, reply = outbox.judged(error)
        connection.close()
        return outcome, reply
    return Attempt.Outcome.SENT, "accepted"
