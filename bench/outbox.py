"""P6: mails a second from due to accepted, two sender processes and one local SMTP server on the same machine.

The other side's figures are the peers' own (docs/performance.md).

python -m bench.outbox [mails]
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from bench import sink, stage
from bench.report import table, write

MAILS, SENDERS = 3_000, 2
GOAL = 250.0  # mails a second
# What comparable programs need from "overdue" to "notified", measured on the same kind of machine.
PEERS = {"healthchecks": (42.0, 10), "django-helpdesk": (60.0, 5)}  # per second, and how many times that we want


def plan(mails: int, now: datetime, name: str = "bench") -> None:
    """So many replies to customers, all due at `now`, each about a ticket of its own."""
    from mail.models import Delivery
    from mail.models.delivery import Purpose
    from mail.outbox import enqueue

    first = enqueue(
        key=f"{name}:0", purpose=Purpose.REPLY, about="ticket:1", recipient="customer0@example.test",
        recipient_name="Ana Kovač", language="en", subject="[T-1] Your printer does not print",
        body=BODY.format(number=1), links=["ticket:ticket:1"], now=now, due_at=now, automatic=False, at_least_once=True,
    )  # fmt: skip
    same = ["purpose", "recipient_name", "language", "subject", "mailbox_id", "made_at", "next_at"]
    fields = {field: getattr(first, field) for field in same}
    Delivery.objects.bulk_create(
        [
            Delivery(
                key=f"{name}:{number}", about=f"ticket:{number + 1}", recipient=f"customer{number}@example.test",
                body=BODY.format(number=number + 1), message_id=f"<{name}-{number}@example.test>", **fields,
            )
            for number in range(1, mails)
        ],
        batch_size=1_000,
    )  # fmt: skip


BODY = (
    "Dear Ana Kovač,\n\nthank you for the photo. It shows that the roller is worn, so cleaning will not help for long. "
    "We have ordered a new one; it takes ten minutes to change, and you can go on printing until then.\n\n"
    "Next: we tell you on Thursday 26 November 2026, 15:00 (Zagreb time, UTC+1) when the roller arrives.\n\n"
    "[[link:ticket:ticket:{number}]]\n\nIvana Horvat\n"
)


def measure(mails: int, senders: int) -> dict[str, Any]:
    """So many mails through so many senders at once."""
    from django.conf import settings
    from django.db import connection

    from mail.models import Attempt, Delivery, Token
    from mail.outbox import database_now

    for rows in (Attempt, Delivery, Token):
        rows.objects.all().delete()
    settings.MAIL_TO_CATCHER, settings.MAIL_PAUSED_REASON = False, ""
    plan(mails, database_now())
    with tempfile.TemporaryDirectory() as directory, sink.running(Path(directory)) as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = sink.HOST, server.port
        connection.close()
        forked = multiprocessing.get_context("fork")
        processes = [forked.Process(target=_send) for _ in range(senders)]
        began, busy = perf_counter(), _processor_time()
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        seconds, busy = perf_counter() - began, _processor_time() - busy
        accepted = len(server.accepted())
    assert accepted == mails == Delivery.objects.filter(state=Delivery.State.SENT).count()
    rate = mails / seconds
    against = {f"times {peer}": rate / figure for peer, (figure, _wanted) in PEERS.items()}
    return {
        "senders": senders,
        "mails": mails,
        "seconds": seconds,
        "mails/s": rate,
        "sender CPU ms": busy * 1000 / mails,
        **against,
    }


def _processor_time() -> float:
    """Seconds that processes of ours that have ended were busy: unlike mails a second, little changed by others."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _send() -> None:
    from mail import sending

    while sending.send_due():
        pass


def main() -> int:
    """Measure one sender and two; 1 where two miss the goal."""
    mails = int(sys.argv[1]) if len(sys.argv) > 1 else MAILS
    with stage.database():
        measure(200, 1)  # warm
        rows = [measure(mails, senders) for senders in range(1, SENDERS + 1)]
    load = os.getloadavg()[0]
    table(rows)
    rate = rows[-1]["mails/s"]
    met = rate >= GOAL
    verdict = "met" if met else "NOT met"
    print(f"P6: {rate:.0f} mails/s with two senders, goal {GOAL:.0f}: {verdict}; load average {load:.1f}")
    for peer, (figure, wanted) in PEERS.items():
        print(f"    {rate / figure:.1f} times {peer} ({figure:.0f}/s at its best); we want {wanted} times")
    write("outbox", {"goal": "P6", "met": met, "rows": rows, "peers per second": PEERS, "load average": load})
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
