"""Taking down what the customer answers, and acting on a "no"."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from followups.models import SatisfactionAnswer, SatisfactionRequest
from mail import outbox
from people.terms import Channel
from standards.terms import Kind, Occasion
from tickets.actions import commitments, conversation
from tickets.actions.events import record
from tickets.models import Ticket

# An answer can be changed for this long after the first one.
CHANGEABLE_FOR = timedelta(days=7)
# A handling rated this low needs a person, even where the matter itself is settled.
POOR = 2


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
    of something settled makes a person answer too. The same answer twice is one answer.
    """
    ticket = Ticket.objects.lock(request.ticket)
    answers = list(request.answers.order_by("at", "pk"))
    if answers and now > answers[0].at + CHANGEABLE_FOR:
        raise ValidationError(_("This answer can no longer be changed. Reply to our mail, and a person reads it."))
    comment = comment.strip()
    if answers and _same(answers[-1], outcome, handling, comment, may_call):
        return answers[-1]
    needed_somebody = bool(answers) and _needs_somebody(answers[-1])
    made = SatisfactionAnswer.objects.create(
        request=request, outcome=outcome, handling=handling, comment=comment, may_call=may_call, at=now
    )
    record(ticket, "satisfaction.answered", now=now, outcome=outcome, handling=handling)
    # A reminder that waits in the outbox asks for what is answered now.
    outbox.cancel(ticket.about, "customer_wrote", now=now)
    if _needs_somebody(made) and not needed_somebody:
        conversation.receive(
            ticket,
            _in_words(made),
            channel=Channel.PAGE,
            at=now,
            now=now,
            occasion=Occasion.NOT_SETTLED,
            reopens=outcome != SatisfactionAnswer.Outcome.YES,
        )
        if _is_poor(made):
            _let_the_lead_answer(ticket, now)
    return made


def _needs_somebody(answer: SatisfactionAnswer) -> bool:
    return answer.outcome != SatisfactionAnswer.Outcome.YES or _is_poor(answer)


def _is_poor(answer: SatisfactionAnswer) -> bool:
    return answer.handling is not None and answer.handling <= POOR


def _let_the_lead_answer(ticket: Ticket, now: datetime) -> None:
    """Whoever was rated down is not the one who answers that."""
    lead = ticket.team.lead
    for owed in ticket.commitments.running().filter(kind=Kind.NEXT_RESPONSE).exclude(accountable=lead):
        commitments.take(owed, by=lead, now=now)


def _same(last: SatisfactionAnswer, outcome: str, handling: int | None, comment: str, may_call: bool) -> bool:
    return (last.outcome, last.handling, last.comment, last.may_call) == (outcome, handling, comment, may_call)


def _in_words(answer: SatisfactionAnswer) -> str:
    said = {
        SatisfactionAnswer.Outcome.YES: _("It is settled, but the handling was poor."),
        SatisfactionAnswer.Outcome.NOT_QUITE: _("It is not quite settled."),
        SatisfactionAnswer.Outcome.NO: _("It is not settled."),
    }[SatisfactionAnswer.Outcome(answer.outcome)]
    return f"{said}\n\n{answer.comment}".strip()
