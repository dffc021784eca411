"""What the worker does for follow-ups. Each task may run late, twice or side by side."""

from django.core.exceptions import ValidationError
from django.utils import timezone

from followups.actions import calls, calls_not_reached, followups, holding, updates
from followups.models import CallTask, FollowUp
from tickets.models import Ticket


def plan() -> int:
    """Plan what follows from tickets that changed since follow-ups last looked at them."""
    now = timezone.now()
    changed = list(Ticket.objects.filter(unplanned=True).order_by("pk")[:500])
    for ticket in changed:
        followups.plan(ticket, now=now)
    return len(changed)


def carry_out() -> int:
    """Do what is due; what is no longer true is skipped with its reason, what cannot be done fails with it."""
    now = timezone.now()
    holding.hold_what_piled_up(now=now)
    due = list(FollowUp.objects.due(now).select_related("ticket")[:200])
    for followup in due:
        try:
            followups.carry_out(followup, now=now)
        except ValidationError as refusal:
            followups.fail(followup, reason=" ".join(refusal.messages), now=now)
    return len(due)


def prepare_updates() -> int:
    """Prepare drafts of the progress updates that are due soon."""
    now = timezone.now()
    soon = list(updates.due_soon(now).select_related("ticket")[:200])
    for update in soon:
        updates.prepare(update, now=now)
    return len(soon)


def finish() -> int:
    """Take over what became of the mails handed over, of the drafts prepared and of the calls to make."""
    now = timezone.now()
    ended = list(FollowUp.objects.to_finish().select_related("ticket")[:500])
    for followup in ended:
        followups.finish(followup, now=now)
    drafted = list(FollowUp.objects.drafts_to_finish().select_related("ticket")[:500])
    for followup in drafted:
        updates.finish(followup, now=now)
    not_reached = list(calls_not_reached.to_finish().select_related("ticket")[:500])
    for followup in not_reached:
        calls_not_reached.finish(followup, now=now)
    called = list(CallTask.objects.made().select_related("ticket")[:500])
    for task in called:
        calls.finish(task, now=now)
    return len(ended) + len(drafted) + len(not_reached) + len(called)
