"""What is late or stands still with mail and with the worker. Reads only."""

from __future__ import annotations

from datetime import datetime, timedelta

from mail import pace, secrets
from mail.models import Account, Delivery, Heartbeat, Mailbox
from mail.sending import is_paused

# The heart beats every ten seconds; a restart of the cluster takes some.
WORKER_LATE = timedelta(seconds=60)
# What is due leaves within seconds, or waits for its back-off.
OUTBOX_LATE = timedelta(minutes=2)


def reasons(now: datetime) -> list[str]:
    """Why mail does not leave or come in as it should, as stable codes; empty when all is well."""
    found = []
    paused = is_paused()
    if paused:
        found.append("sending-paused")
    if Mailbox.objects.exclude(sending_paused_why="").exists():
        found.append("mailbox-paused")
    beat = Heartbeat.objects.filter(name="worker").first()
    if beat is None or now - beat.at > WORKER_LATE:
        found.append("worker-late")
    if not paused and Delivery.objects.due(now - OUTBOX_LATE).exists():
        found.append("outbox-late")
    if not paused and pace.server().in_trouble().exists():
        found.append("mail-server-in-trouble")
    if Account.objects.needing_somebody(now).exists():
        found.append("mail-not-fetched")
    if any(not secrets.is_readable(sealed) for sealed in Account.objects.sealed()):
        found.append("mailbox-secret-unreadable")
    return found
