"""What is written about the mail system itself."""

from datetime import datetime

from django_q.models import Failure

from mail.models import Heartbeat


def beat(name: str, *, now: datetime) -> None:
    """That `name` is alive at `now`."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": now})


def forget_failed_tasks(*, before: datetime) -> int:
    """Forget tasks that failed before then: the queue keeps them for ever by itself. Returns how many."""
    return Failure.objects.filter(stopped__lt=before).delete()[0]
