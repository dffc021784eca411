"""What the worker does for mail. Each task may run late, twice or side by side."""

from datetime import timedelta

from django.utils import timezone

from mail import actions, fetching, outbox, sending

# Long enough to find out why something failed.
FAILURES_KEPT = timedelta(days=30)


def beat() -> None:
    """That tasks are being carried out at all."""
    actions.beat("worker", now=timezone.now())


def send_queued() -> int:
    """Send what is due; returns how many mails were accepted."""
    return sending.send_due()


def expire() -> int:
    """End what would come too late; returns how many mails."""
    return outbox.expire(now=outbox.database_now())


def fetch() -> int:
    """Bring in what lies in the accounts of mailboxes; returns how many mails."""
    return fetching.fetch_all()


def forget_failed_tasks() -> int:
    """Forget what went wrong long ago; returns how many."""
    return actions.forget_failed_tasks(before=timezone.now() - FAILURES_KEPT)
