"""When the mail of a follow-up is in trouble: trying it once more, and finding out that it was lost."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from followups import playbooks
from followups.actions.ending import end_as_failed
from followups.models import FollowUp
from mail import decisions
from mail.models import Delivery
from people.models import User
from tickets.actions import settling
from tickets.actions.events import record
from tickets.certain import certain
from tickets.models import Ticket

State = FollowUp.State


@transaction.atomic
def retry(followup: FollowUp, *, by: User, now: datetime) -> FollowUp:
    """A person has the mail of one that failed tried again, where what it says is still true and in time."""
    delivery = followup.delivery
    in_it = list(FollowUp.objects.filter(delivery=delivery).order_by("ticket_id")) if delivery else []
    tickets = {certain(one.ticket_id): Ticket.objects.lock(certain(one.ticket)) for one in in_it}
    mine = FollowUp.objects.select_for_update(of=("self",)).filter(pk__in=[one.pk for one in in_it])
    failed = list(mine.filter(state=State.FAILED))
    if delivery is None or followup.pk not in {one.pk for one in failed}:
        raise ValidationError(_("It no longer needs that."))
    for one in failed:
        if why_not := playbooks.why_not(tickets[certain(one.ticket_id)], one, now):
            raise ValidationError(why_not)
    if not decisions.retry(delivery, now=now):
        raise ValidationError(_("It would have come too late."))
    settling.wait_again(delivery.message)
    for one in failed:
        one.state, one.reason, one.ended_at = State.HANDED_OVER, "", None
        one.save(update_fields=["state", "reason", "ended_at"])
        record(tickets[certain(one.ticket_id)], "followup.tried_again", now=now, by=by, followup=one.pk)
    return next(one for one in failed if one.pk == followup.pk)


@transaction.atomic
def lost(followup: FollowUp, *, now: datetime) -> FollowUp:
    """Somebody has found out that its mail, of which nothing was known, did not arrive."""
    ticket = Ticket.objects.lock(certain(followup.ticket))
    followup = FollowUp.objects.select_related("delivery").select_for_update(of=("self",)).get(pk=followup.pk)
    delivery = followup.delivery
    if followup.state != State.DONE or delivery is None or delivery.state != Delivery.State.FAILED:
        return followup
    return end_as_failed(ticket, followup, delivery.reason or _("The mail failed."), now)
