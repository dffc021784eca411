"""Taking down what the customer answers; what follows from a "no" is in `not_settled`."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from followups.actions import not_settled
from followups.actions.ending import skip_planned
from followups.models import FollowUp, SatisfactionAnswer, SatisfactionRequest
from mail import outbox
from tickets.actions.events import record
from tickets.models import Ticket

# An answer can be changed for this long after the first one.
CHANGEABLE_FOR = timedelta(days=7)


@transaction.atomic
def answer(
    request: SatisfactionRequest,
    outcome: str,
    *,
    now: datetime,
    handling: int | None = None,
    comment: str = "",
    may_call: bool = False,
) -> SatisfactionAnswer:
    """Record an answer; the latest counts and all are kept. Not settled starts the next clock, once.

    "No" and "not quite" are a message of the customer and open the ticket again; a poor handling
    of something settled makes a person answer too. What is added later joins that. Settled after
    all ends it. The same answer twice is one answer.
    """
    ticket = Ticket.objects.lock(request.ticket)
    answers = list(request.answers.order_by("at", "pk"))
    if answers and now > answers[0].at + CHANGEABLE_FOR:
        raise ValidationError(_("This answer can no longer be changed. Reply to our mail, and a person reads it."))
    comment = comment.strip()
    if answers and _same(answers[-1], outcome, handling, comment, may_call):
        return answers[-1]
    needed_somebody = bool(answers) and not_settled.needs_somebody(answers[-1])
    made = SatisfactionAnswer.objects.create(
        request=request, outcome=outcome, handling=handling, comment=comment, may_call=may_call, at=now
    )
    record(ticket, "satisfaction.answered", now=now, outcome=outcome, handling=handling)
    # A reminder that waits in the outbox asks for what is answered now.
    outbox.cancel(ticket.about, "customer_wrote", now=now)
    skip_planned(ticket, [FollowUp.Step.SETTLED_REMINDER], _("The customer has answered the question."), now=now)
    if not_settled.needs_somebody(made):
        if needed_somebody:
            not_settled.hear_more(made, before=answers[-1], now=now)
        else:
            not_settled.begin(made, now=now)
    elif needed_somebody:
        not_settled.end(made, now=now)
    return made


def _same(last: SatisfactionAnswer, outcome: str, handling: int | None, comment: str, may_call: bool) -> bool:
    return (last.outcome, last.handling, last.comment, last.may_call) == (outcome, handling, comment, may_call)
