"""What the worker does for tickets. Each task may run late, twice or side by side."""

from datetime import timedelta

from django.utils import timezone

from tickets.actions import absences, attachments, intake, pauses, previews, settling, uploads, warning_mails, warnings

# Longer than any transaction that could still name a file lasts.
FILES_WAIT = timedelta(days=1)


def settle_messages() -> int:
    """Carry out what messages do, now that their mail has come to an end."""
    return settling.settle_all(now=timezone.now())


def end_pauses() -> int:
    """Let clocks run on where we have waited as long as we said."""
    return pauses.end_those_run_out(now=timezone.now())


def pass_on_of_absent() -> int:
    """Give to the lead what falls due before whoever answers for it is back; returns how much that was."""
    return absences.pass_on_all(now=timezone.now())


def warn() -> int:
    """Announce what is due soon, on last call or overdue, and tell whom it concerns.

    Messages are settled first: they may have kept it.
    """
    now = timezone.now()
    settling.settle_all(now=now)
    announced = warnings.announce_all(now=now)
    warning_mails.tell_all(now=now)
    return announced


def file_mail() -> int:
    """File the mail that came in."""
    return intake.file_all(now=timezone.now())


def forget_orphans() -> int:
    """Delete stored files that belong to nothing, and what was put into forms and not sent; returns how many."""
    before = timezone.now() - FILES_WAIT
    uploads.forget(before=before)
    return attachments.forget_orphans(before=before)


def draw_previews() -> int:
    """Draw small pictures of the pictures that came; returns how many."""
    return previews.draw_all()
