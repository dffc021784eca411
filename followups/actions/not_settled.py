"""After "not settled" or a poor rating: a person gets in touch, with a draft to begin with and a call where allowed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from followups import rules, wording
from followups.actions import calls, updates
from followups.models import CallTask, FollowUp, SatisfactionAnswer
from followups.playbook_terms import Code
from people.models import User
from people.terms import Channel
from standards.terms import Kind, Occasion
from tickets.actions import commitments, conversation, drafts, handover
from tickets.models import Commitment, Message, Ticket

# A handling rated this low needs a person, even where the matter itself is settled.
POOR = 2


def needs_somebody(answer: SatisfactionAnswer) -> bool:
    """Whether a person has to get in touch because of `answer`. What a comment means is not ours to judge."""
    return answer.outcome != SatisfactionAnswer.Outcome.YES or _is_poor(answer)


@transaction.atomic
def begin(answer: SatisfactionAnswer, *, now: datetime) -> Commitment | None:
    """Owe the customer a person: the clock of the standard for it, a draft, and a call where they allow one.

    "No" and "not quite" open the ticket again. Whoever was rated down is not the one who answers:
    the lead does, and where that is the lead, another of the team. Returns what is owed; None where
    no standard says how soon.
    """
    ticket = answer.request.ticket
    conversation.receive(
        ticket,
        _in_words(answer),
        channel=Channel.PAGE,
        at=now,
        now=now,
        occasion=Occasion.NOT_SETTLED,
        reopens=answer.outcome != SatisfactionAnswer.Outcome.YES,
    )
    ticket = Ticket.objects.lock(ticket)
    if _is_poor(answer):
        _let_another_answer(ticket, now)
    owed = _owed(ticket)
    if owed is not None:
        _prepare(ticket, owed, answer, now)
    may_be_called(answer, now=now)
    return owed


@transaction.atomic
def hear_more(answer: SatisfactionAnswer, *, before: SatisfactionAnswer, now: datetime) -> None:
    """The customer says more, after an answer that needs somebody already: words, a rating, that they may be called.

    The first answer is one press; the words for it come with this one, so they stand in the
    conversation and in the draft as long as nobody has touched that.
    """
    ticket = Ticket.objects.lock(answer.request.ticket)
    if more := _added(answer, before):
        reopens = answer.outcome != SatisfactionAnswer.Outcome.YES
        conversation.receive(ticket, more, channel=Channel.PAGE, at=now, now=now, reopens=reopens)
        ticket = Ticket.objects.lock(ticket)
    if _is_poor(answer) and not _is_poor(before):
        _let_another_answer(ticket, now)
    owed = _owed(ticket)
    if owed is not None and drafts.take_away(owed):
        drafts.prepare(owed, _beginning(ticket, owed, answer), author=owed.accountable, now=now)
    may_be_called(answer, now=now)


@transaction.atomic
def may_be_called(answer: SatisfactionAnswer, *, now: datetime) -> CallTask | None:
    """Have somebody call the customer who needs it and allows it."""
    if not (answer.may_call and needs_somebody(answer)):
        return None
    if rules.step_in_use(Code.NOT_SETTLED, FollowUp.Step.NOT_SETTLED_CALL) is None:
        return None
    return calls.ask_for_one(answer.request.ticket, answer=answer, now=now)


@transaction.atomic
def end(answer: SatisfactionAnswer, *, now: datetime) -> None:
    """The customer says that it is settled after all: nobody has to get in touch because of it any more.

    What is overdue stays a miss, and the ticket stays open until a person has looked.
    """
    ticket = Ticket.objects.lock(answer.request.ticket)
    conversation.receive(ticket, _in_words(answer), channel=Channel.PAGE, at=now, now=now, reopens=False, owes=False)
    owed = _owed(ticket)
    if owed is not None and not owed.is_overdue(now):
        commitments.withdraw(owed, why="customer_said_so", by=None, now=now)
    for task in ticket.call_tasks.to_make().filter(why=CallTask.Why.NOT_SETTLED):
        calls.not_needed(task, because=_("The customer says that it is settled."), by=None, now=now)


def _is_poor(answer: SatisfactionAnswer) -> bool:
    return answer.handling is not None and answer.handling <= POOR


def _owed(ticket: Ticket) -> Commitment | None:
    owed = ticket.commitments.running().filter(kind=Kind.NEXT_RESPONSE).select_related("accountable")
    return owed.order_by("due_at", "pk").first()


def _let_another_answer(ticket: Ticket, now: datetime) -> None:
    """The lead; where they are the one who was rated down, whoever of the team is there and owes the least."""
    rated, another = _rated(ticket), ticket.team.lead
    if rated == another:
        owes = Count("answers_for", filter=Q(answers_for__state=Commitment.State.RUNNING))
        others = User.objects.present(now).filter(memberships__team=ticket.team).exclude(pk=rated.pk)
        another = others.annotate(owes=owes).order_by("owes", "pk").first() or another
    for owed in ticket.commitments.running().filter(kind=Kind.NEXT_RESPONSE).exclude(accountable=another):
        handover.take(owed, by=another, now=now)


def _rated(ticket: Ticket) -> User:
    """Who last spoke with the customer before they answered; where nobody did, who has the ticket."""
    ours = ticket.messages.filter(direction=Message.Direction.OUT, human=True, author__isnull=False)
    last = ours.select_related("author").order_by("-at", "-pk").first()
    return (last.author if last else None) or ticket.owner or ticket.team.lead


def _prepare(ticket: Ticket, owed: Commitment, answer: SatisfactionAnswer, now: datetime) -> FollowUp | None:
    """The draft, once for what is owed."""
    if rules.step_in_use(Code.NOT_SETTLED, FollowUp.Step.NOT_SETTLED_DRAFT) is None:
        return None
    if owed.followups.filter(step=FollowUp.Step.NOT_SETTLED_DRAFT).exists():
        return None
    body = _beginning(ticket, owed, answer)
    why_not = "" if ticket.customer.email else _("The customer has no e-mail address.")
    return updates.draft(owed, FollowUp.Step.NOT_SETTLED_DRAFT, body, why_not=why_not, now=now)


def _beginning(ticket: Ticket, owed: Commitment, answer: SatisfactionAnswer) -> str:
    settled = answer.outcome == SatisfactionAnswer.Outcome.YES
    return wording.not_settled(ticket, settled=settled, comment=answer.comment, by=owed.accountable)


def _added(answer: SatisfactionAnswer, before: SatisfactionAnswer) -> str:
    """What `answer` says in words that `before` did not; empty where it does not."""
    if answer.outcome != before.outcome:
        return _in_words(answer)
    return answer.comment if answer.comment != before.comment else ""


def _in_words(answer: SatisfactionAnswer) -> str:
    said = {
        SatisfactionAnswer.Outcome.YES: (
            _("It is settled, but the handling was poor.") if _is_poor(answer) else _("It is settled.")
        ),
        SatisfactionAnswer.Outcome.NOT_QUITE: _("It is not quite settled."),
        SatisfactionAnswer.Outcome.NO: _("It is not settled."),
    }[SatisfactionAnswer.Outcome(answer.outcome)]
    return f"{said}\n\n{answer.comment}".strip()
