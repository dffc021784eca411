"""What was planned on tickets that were merged: it goes on where they live on, or is not needed there."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from followups.actions import calls
from followups.models import CallTask, FollowUp
from tickets.actions.events import record
from tickets.models import Ticket

Step, State = FollowUp.Step, FollowUp.State


def bring_along(ticket: Ticket, *, now: datetime) -> None:
    """Take over what is still open on tickets merged into `ticket`. The caller holds the lock.

    Drafts for what is owed here, a confirmation that was not sent and a call come along; questions
    about a resolution that is over do not.
    """
    planned = FollowUp.objects.filter(ticket__merged_into=ticket, state__in=[State.SCHEDULED, State.DRAFTED])
    for followup in planned.select_related("commitment").order_by("pk"):
        is_owed_here = followup.commitment is not None and followup.commitment.ticket_id == ticket.pk
        if is_owed_here or followup.step in {Step.ACKNOWLEDGEMENT, Step.RECOVERY}:
            followup.ticket = ticket
            followup.cycle = ticket.followups.filter(step=followup.step).count() + 1
            followup.save(update_fields=["ticket", "cycle"])
        elif followup.state == State.SCHEDULED:
            followup.state, followup.ended_at = State.SKIPPED, now
            followup.reason = _("The ticket was merged into another one.")
            followup.save(update_fields=["state", "ended_at", "reason"])
            record(ticket, "followup.skipped", now=now, followup=followup.pk)
    for task in CallTask.objects.filter(ticket__merged_into=ticket, ended_at=None).order_by("pk"):
        if ticket.call_tasks.filter(ended_at=None).exists():
            calls.not_needed(task, because=_("Another call to this customer is asked for already."), by=None, now=now)
        else:
            task.ticket = ticket
            task.save(update_fields=["ticket"])
