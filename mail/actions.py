"""What is written about the mail system itself."""

from datetime import datetime

from django_q.models import Failure

from mail.models import Heartbeat, Suppression


def beat(name: str, *, now: datetime) -> None:
    """That `name` is alive at `now`."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": now})


def forget_failed_tasks(*, before: datetime) -> int:
    """Forget tasks that failed before then: the queue keeps them for ever by itself. Returns how many."""
    return Failure.objects.filter(stopped__lt=before).delete()[0]


def stop(address: str, purpose: str, *, now: datetime, reason: str) -> None:
    """Send `address` nothing of `purpose` any more, what waits already included. Said twice, it is said once."""
    wish = Suppression(address=address, purpose=purpose, reason=reason[:200], at=now)
    Suppression.objects.bulk_create([wish], ignore_conflicts=True)
