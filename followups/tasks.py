"""What the worker does for follow-ups. Each task may run late, twice or side by side."""

from django.utils import timezone

from followups.actions import followups
from followups.models import FollowUp
from tickets.models import Ticket


def plan() -> int:
    """Plan what follows from tickets that changed since follow-ups last looked at them."""
    now = timezone.now()
    changed = list(Ticket.objects.filter(unplanned=True).order_by("pk")[:500])
    for ticket in changed:
        followups.plan(ticket, now=now)
    return len(changed)


def carry_out() -> int:
    """Ask what is due; what is no longer true is skipped with its reason."""
    now = timezone.now()
    due = list(FollowUp.objects.due(now).select_related("ticket")[:200])
    for followup in due:
        followups.carry_out(followup, now=now)
    return len(due)


def finish() -> int:
    """Take over what became of the mails that were handed over."""
    now = timezone.now()
    ended = list(FollowUp.objects.to_finish().select_related("ticket")[:500])
    for followup in ended:
        followups.finish(followup, now=now)
    return len(ended)
