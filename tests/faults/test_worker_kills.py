"""Any part of the worker is killed: mail goes on, and nobody of the old ones is left."""

from __future__ import annotations

import os
import signal

import pytest
from django.utils import timezone

from mail.models import Delivery
from tests import make
from tests.mail.running import children_of, is_there, server, until, worker

__all__ = ["server", "worker"]

# In the order in which they are started: the cluster, its sentinel, three workers, monitor, pusher.
PARTS = range(7)


@pytest.mark.parametrize("part", PARTS)
def test_a_cluster_that_loses_a_part_is_started_anew(worker, server, part) -> None:
    family = children_of(worker.pid)
    assert len(family) == len(PARTS)
    os.kill(family[part], signal.SIGKILL)
    now = timezone.now()
    delivery = make.delivery(now=now, due_at=now)
    assert until(lambda: delivery.key in server.keys, 12)
    assert until(lambda: not [pid for pid in family if is_there(pid)], 5)
    assert worker.poll() is None
    assert server.keys.count(delivery.key) == 1 or Delivery.objects.get().attempts.filter(outcome="unknown").exists()


def test_nobody_outlives_the_worker(worker) -> None:
    family = children_of(worker.pid)
    worker.kill()
    worker.wait()
    assert until(lambda: not [pid for pid in family if is_there(pid)], 5)
