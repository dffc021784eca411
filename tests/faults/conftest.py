"""What journeys have, also for the long ones here."""

from __future__ import annotations

from tests.journeys.conftest import company, mail_server, world

__all__ = ["company", "mail_server", "world"]
