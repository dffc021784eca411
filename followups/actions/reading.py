"""That a person has read what a customer answered."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from followups.models import SatisfactionAnswer
from people.models import User
from tickets.actions.events import record
from tickets.models import Ticket


@transaction.atomic
def read(answer: SatisfactionAnswer, *, by: User, now: datetime) -> SatisfactionAnswer:
    """`by` has read `answer` and all that the customer had answered before. Who was first stays on record.

    What comes later is read again.
    """
    ticket = Ticket.objects.lock(answer.request.ticket)
    unread = SatisfactionAnswer.objects.unread().filter(request=answer.request_id, at__lte=answer.at)
    if unread.update(read_at=now, read_by=by):
        record(ticket, "satisfaction.read", now=now, by=by, answer=answer.pk)
    answer.refresh_from_db(fields=["read_at", "read_by"])
    return answer
