"""The worker asks the database what time it is, which knows nothing of a test's clock."""

from __future__ import annotations

import pytest
from django.utils import timezone

from mail import outbox, sending


def worker_knows_our_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that the worker does for mail happens at the test's time."""
    send_due = sending.send_due
    monkeypatch.setattr(outbox, "database_now", timezone.now)
    monkeypatch.setattr(sending, "send_due", lambda: send_due(now=timezone.now()))
