"""Restarting PostgreSQL under everybody who uses it."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from django.db import connection

from config import embedded_postgres
from tests.config import holding
from tests.mail.running import until

# In the words of PostgreSQL: how it is shut down.
FAST, IMMEDIATE = signal.SIGINT, signal.SIGQUIT


def restart(data: Path, how: signal.Signals) -> None:
    """Shut the server down, leave it so for two seconds, and start it."""
    pid = holding.server_pid(data)
    os.kill(pid, how)
    assert until(lambda: not holding.is_alive(pid), 30)
    time.sleep(2)
    connection.close()
    embedded_postgres.ensure_running(data)
