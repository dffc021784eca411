"""What is written about the mail system itself."""

from datetime import datetime

from mail.models import Heartbeat


def beat(name: str, *, now: datetime) -> None:
    """That `name` is alive at `now`."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": now})
