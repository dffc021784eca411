"""Why something was missed: said by those who answer for it, and never to the customer."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from people.models import User
from tickets.actions.events import record
from tickets.models import Commitment, DelayCause, Ticket


def may_say_why(commitment: Commitment, person: User) -> bool:
    """Whether `person` may: who answers or answered for it, the team's lead, a manager."""
    answers = {commitment.accountable_id, commitment.accountable_at_due_id, commitment.ticket.team.lead_id}
    return person.is_manager or person.pk in answers


@transaction.atomic
def say_why(commitment: Commitment, cause: str, *, by: User, now: datetime) -> DelayCause:
    """Set the root cause of a miss, or another one than before; both stay in the events.

    Refused for what was not missed, and from those who don't answer for it.
    """
    ticket = Ticket.objects.lock(commitment.ticket)
    commitment = Commitment.objects.get(pk=commitment.pk)
    commitment.ticket = ticket
    if commitment.outcome not in Commitment.MISSED and not commitment.is_overdue(now):
        raise ValidationError(_("It was not missed, so there is no reason to give."))
    if not may_say_why(commitment, by):
        raise ValidationError(_("Only who answers for it, the team's lead or a manager says why it was missed."))
    if cause not in DelayCause.Cause.values:
        raise ValidationError(_("Choose one of the reasons."))
    found, is_new = DelayCause.objects.get_or_create(
        commitment=commitment, defaults={"cause": cause, "set_by": by, "set_at": now}
    )
    if not is_new and found.cause == cause:
        return found
    before = "" if is_new else found.cause
    found.cause, found.set_by, found.set_at = cause, by, now
    found.save()
    record(ticket, "commitment.cause", now=now, by=by, commitment=commitment, cause=cause, before=before)
    return found
