"""A last call is taken up: whoever answers for it, or their lead, says that they have seen it."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from people.models import User
from tickets.actions import commitments, warnings
from tickets.actions.events import record
from tickets.models import Commitment, Warning


@transaction.atomic
def see(commitment: Commitment, *, by: User, now: datetime) -> Warning:
    """`by` has seen the last call of `commitment`. Who said so first stays; saying it again changes nothing.

    Refused for others than whoever answers for it and the lead of the team, and when it is no last call.
    """
    commitment = commitments.lock(commitment)
    if by.pk not in {commitment.accountable_id, commitment.lead.pk}:
        raise ValidationError(_("Only whoever answers for it and the lead of the team can say that they have seen it."))
    if commitment.stage(now) != Warning.Stage.LAST_CALL:
        raise ValidationError(_("This is not on last call. The page shows where it stands now."))
    # The page knows the stage before the worker has announced it.
    warnings.announce(commitment, now=now)
    warning = Warning.objects.get(commitment=commitment, stage=Warning.Stage.LAST_CALL)
    if warning.seen_at is None:
        warning.seen_at, warning.seen_by = now, by
        warning.save(update_fields=["seen_at", "seen_by"])
        record(commitment.ticket, "warning.seen", now=now, by=by, commitment=commitment)
    return warning
