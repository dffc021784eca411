"""What the tests about mail share."""

import pytest

from mail import server as smtp_server
from tests.mail.running import server, server_with_password, worker

__all__ = ["server", "server_with_password", "worker"]


@pytest.fixture(autouse=True)
def quick(monkeypatch) -> None:
    """Nobody waits for a server that is silent on purpose."""
    monkeypatch.setattr(smtp_server, "ANSWER_WITHIN", 1.0)
