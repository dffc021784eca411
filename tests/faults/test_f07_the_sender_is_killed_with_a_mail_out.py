"""F07: our own sender is killed between the server's "taken" and our note of it.

A real process sends, and ends itself at that very point as kill -9 would. Nothing is lost, at most one copy more
arrives for each kill, with the same Message-ID, and of what may leave once only none.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from mail import outbox, sending
from mail.models import Attempt, Delivery
from tests import make
from tests.mail.running import server, worker_environment
from tests.source import CHECKOUT

__all__ = ["server"]
pytestmark = pytest.mark.django_db(transaction=True)
KILLS = 5
_DIES = """
import os, django
django.setup()
from mail import outbox, sending
def died(*args, **fields):
    os._exit(137)
outbox.finish = died
sending.send_due()
"""


def test_of_each_kill_at_most_one_copy_more_comes(server, settings, tmp_path) -> None:
    now = timezone.now()
    rows = [make.delivery(now=now, due_at=now, at_least_once=number % 3 != 0) for number in range(30)]
    environment = worker_environment(settings.EMAIL_PORT, tmp_path) | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    for _kill in range(KILLS):
        died = subprocess.run([sys.executable, "-c", _DIES], cwd=CHECKOUT, env=environment, check=False)
        assert died.returncode == 137
        # What it held is due when its lease is over.
        held = Delivery.objects.filter(state__in=["sending", "claimed"])
        assert held.filter(state="sending").count() == 1
        held.update(next_at=outbox.database_now() - timedelta(seconds=1))
    while sending.send_due():
        pass

    copies = Counter(server.keys)
    unknown = Attempt.objects.filter(outcome="unknown").count()
    assert 1 <= unknown <= KILLS
    assert set(copies) == {row.key for row in rows}, "nothing is lost"
    assert sum(copies.values()) - len(rows) <= unknown
    for row in Delivery.objects.all():
        ids = {mail["Message-ID"] for mail in server.mails if mail["X-Followthrough-Id"] == row.key}
        assert ids == {row.message_id}
        assert copies[row.key] == 1 or row.at_least_once, row
        times = row.attempts.filter(outcome="unknown").count()
        assert row.state == ("unknown" if times == (2 if row.at_least_once else 1) else "sent")
