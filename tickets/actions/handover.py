"""Who answers for what: somebody takes it over, or it goes to others when they leave."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from people.actions import users
from people.models import User
from tickets.actions import commitments
from tickets.actions.events import record
from tickets.models import Commitment, Ticket


@transaction.atomic
def take(commitment: Commitment, *, by: User, now: datetime) -> Commitment:
    """`by` answers for it from now on; who answered when it fell due stays on the record."""
    commitment = commitments.lock(commitment)
    if commitment.state == Commitment.State.ENDED:
        raise ValidationError(_("This promise has ended already."))
    if commitment.is_overdue(now) and commitment.accountable_at_due is None:
        commitment.accountable_at_due = commitment.accountable
    before, commitment.accountable = commitment.accountable, by
    commitment.save(update_fields=["accountable", "accountable_at_due"])
    record(commitment.ticket, "commitment.taken", now=now, by=by, commitment=commitment, before=before.pk)
    return commitment


@transaction.atomic
def deactivate(user: User, *, by: User, now: datetime) -> User:
    """`user` can no longer sign in; each open promise of theirs goes to the lead of its ticket's team.

    All of it or nothing. Refused where `people.actions.users.deactivate` refuses. Their open
    tickets have no owner afterwards.
    """
    theirs = Commitment.objects.open().filter(accountable=user)
    concerned = Ticket.objects.open().filter(owner=user).values("pk")
    locked = Ticket.objects.filter(Q(pk__in=concerned) | Q(pk__in=theirs.values("ticket")))
    for ticket in locked.select_for_update(of=("self",)).select_related("team__lead").order_by("pk"):
        if ticket.owner_id == user.pk and ticket.is_open:
            ticket.owner = None
            ticket.save(update_fields=["owner"])
            record(ticket, "ticket.assigned", now=now, by=by, before=user.pk, to=None)
        for commitment in theirs.filter(ticket=ticket).select_related("accountable", "ticket"):
            take(commitment, by=ticket.team.lead, now=now)
    return users.deactivate(user, by=by)
