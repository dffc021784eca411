"""Who answers for what: somebody takes it over, is asked to, or it goes to others when they leave."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from people.actions import users
from people.models import Team, User
from standards.terms import Kind
from tickets.actions import commitments
from tickets.actions.events import record
from tickets.models import Commitment, HandOver, Ticket
from ui.formats import ticket_no

Answer = HandOver.Answer


def needs_a_yes(commitment: Commitment, *, now: datetime) -> bool:
    """Whether it changes hands only when the receiver says so: it is due soon, overdue, or a call that was promised."""
    pressing = commitment.stage(now) in {"due_soon", "last_call", "overdue"}
    return pressing or commitment.kind == Kind.CALLBACK


@transaction.atomic
def take(
    commitment: Commitment, *, by: User, now: datetime, seen: int | None = None, given_by: User | None = None
) -> Commitment:
    """`by` answers for it from now on; who answered when it fell due stays on the record.

    `seen` is the key of whoever answered for it as `by` saw it: refused where that is another by now,
    who was faster. `given_by` handed over what needs no yes.
    """
    commitment = commitments.lock(commitment)
    if commitment.state == Commitment.State.ENDED:
        raise ValidationError(_("This promise has ended already."))
    if seen is not None and commitment.accountable_id not in {seen, by.pk}:
        raise ValidationError(
            _("%(name)s has taken it meanwhile and answers for it now.") % {"name": commitment.accountable}
        )
    _answer_open_one(commitment, by, now=now)
    if commitment.accountable_id != by.pk:
        _give(commitment, by, now=now, given_by=given_by)
    return commitment


@transaction.atomic
def hand_over(commitment: Commitment, to: User, *, by: User, now: datetime) -> HandOver | None:
    """`to` answers for it from now on where that needs no yes; else they are asked, and the question is returned."""
    commitment = commitments.lock(commitment)
    stays = commitment.accountable_id == to.pk
    if to.pk != by.pk and not stays and needs_a_yes(commitment, now=now):
        return ask(commitment, to, by=by, now=now)
    _check_still_here(to)
    take(commitment, by=to, now=now, given_by=by)
    return None


@transaction.atomic
def ask(commitment: Commitment, of: User, *, by: User, now: datetime) -> HandOver:
    """Ask `of` to answer for it; until they say yes, it stays where it is. Who was asked before is asked no more.

    Asked twice, it is one question.
    """
    commitment = commitments.lock(commitment)
    _check_still_here(of)
    if commitment.state == Commitment.State.ENDED:
        raise ValidationError(_("This promise has ended already."))
    if not Commitment.objects.visible_to(of).filter(pk=commitment.pk).exists():
        raise ValidationError(_("%(name)s cannot see this ticket. Ask somebody of its team.") % {"name": of})
    if commitment.accountable_id == of.pk:
        raise ValidationError(_("%(name)s answers for it already.") % {"name": of})
    before = commitment.hand_overs.unanswered().first()
    if before is not None and before.asked_of_id == of.pk:
        return before
    if before is not None:
        _close(before, Answer.OVERTAKEN, now=now)
    asked = HandOver.objects.create(commitment=commitment, asked_of=of, asked_by=by, asked_at=now)
    record(commitment.ticket, "handover.asked", now=now, by=by, commitment=commitment, of=of.pk)
    return asked


@transaction.atomic
def accept(asked: HandOver, *, by: User, now: datetime) -> Commitment:
    """`by`, who was asked, takes it. Refused where the question is no longer open, in words that say why."""
    commitment, asked = _lock(asked)
    if asked.answer == Answer.TAKEN and commitment.accountable_id == by.pk:
        return commitment
    _check_open(commitment, asked, by)
    return take(commitment, by=by, now=now)


@transaction.atomic
def accept_all(asked: QuerySet[HandOver], *, by: User, now: datetime) -> tuple[list[Commitment], list[str]]:
    """`by` takes what is still open among `asked`; returns what is theirs now, and of each other why it is not.

    The tickets are locked in the one order, so that two who answer at once never wait for each other.
    """
    taken: list[Commitment] = []
    refused: list[str] = []
    for one in asked.select_related("commitment__ticket").order_by("commitment__ticket_id", "commitment_id"):
        try:
            taken.append(accept(one, by=by, now=now))
        except ValidationError as refusal:
            refused.append(f"{ticket_no(one.commitment.ticket.number)}: {' '.join(refusal.messages)}")
    return taken, refused


@transaction.atomic
def decline(asked: HandOver, *, reason: str, by: User, now: datetime) -> HandOver:
    """`by`, who was asked, does not take it, and says why; it stays with whoever answers for it."""
    commitment, asked = _lock(asked)
    _check_open(commitment, asked, by)
    if not reason.strip():
        raise ValidationError(_("Say why, so that your colleague can ask somebody else."))
    _close(asked, Answer.DECLINED, now=now, reason=reason.strip())
    record(commitment.ticket, "handover.declined", now=now, by=by, commitment=commitment)
    return asked


@transaction.atomic
def call_off(asked: HandOver, *, by: User, now: datetime) -> HandOver:
    """Nobody is asked any more: it stays where it is."""
    commitment, asked = _lock(asked)
    if asked.answered_at is not None:
        raise ValidationError(_no_longer_asked(commitment))
    _close(asked, Answer.CALLED_OFF, now=now)
    record(commitment.ticket, "handover.called_off", now=now, by=by, commitment=commitment)
    return asked


@transaction.atomic
def pass_to_lead(commitment: Commitment, *, now: datetime) -> Commitment:
    """The lead of its team answers for it, since whoever did is away. Who is asked to take it may still do so."""
    commitment = commitments.lock(commitment)
    lead = commitment.lead
    if commitment.state != Commitment.State.ENDED and commitment.accountable_id != lead.pk:
        asked = commitment.hand_overs.unanswered().filter(asked_of=lead).first()
        if asked is not None:
            _close(asked, Answer.OVERTAKEN, now=now)
        _give(commitment, lead, now=now, why="away")
    return commitment


@transaction.atomic
def lead_changed(team: Team, before: User, *, by: User, now: datetime) -> None:
    """`team` has another lead than `before`: what nobody has taken is theirs, as `hand_over` gives it."""
    untaken = Commitment.objects.open().to_the_customer().filter(
        ticket__team=team, ticket__owner=None, accountable=before
    )  # fmt: skip
    for commitment in untaken.select_related("ticket").order_by("ticket_id", "pk"):
        hand_over(commitment, team.lead, by=by, now=now)


@transaction.atomic
def deactivate(user: User, *, by: User, now: datetime) -> User:
    """`user` can no longer sign in; each open promise of theirs goes to the lead of its ticket's team,
    and what was asked of them to the lead of the team that was asked.

    All of it or nothing. Refused where `people.actions.users.deactivate` refuses. Their open
    tickets have no owner afterwards, and what they were asked to take stays where it is.
    """
    theirs = Commitment.objects.open().filter(accountable=user)
    asked = HandOver.objects.waiting().filter(asked_of=user)
    concerned = Ticket.objects.open().filter(owner=user).values("pk")
    locked = Ticket.objects.filter(
        Q(pk__in=concerned) | Q(pk__in=theirs.values("ticket")) | Q(pk__in=asked.values("commitment__ticket"))
    )
    for ticket in locked.select_for_update(of=("self",)).select_related("team__lead").order_by("pk"):
        if ticket.owner_id == user.pk and ticket.is_open:
            ticket.owner = None
            ticket.save(update_fields=["owner"])
            record(ticket, "ticket.assigned", now=now, by=by, before=user.pk, to=None)
        for commitment in theirs.filter(ticket=ticket).select_related(
            "accountable", "ticket__team__lead", "asked_of__lead"
        ):
            take(commitment, by=commitment.lead, now=now, given_by=by)
        for one in asked.filter(commitment__ticket=ticket):
            _close(one, Answer.CALLED_OFF, now=now)
    return users.deactivate(user, by=by)


def _give(commitment: Commitment, to: User, *, now: datetime, given_by: User | None = None, why: str = "") -> None:
    if commitment.is_overdue(now) and commitment.accountable_at_due is None:
        commitment.accountable_at_due = commitment.accountable
    before, commitment.accountable = commitment.accountable, to
    commitment.save(update_fields=["accountable", "accountable_at_due"])
    said: dict[str, int | str] = {"given_by": given_by.pk} if given_by is not None and given_by.pk != to.pk else {}
    if why:
        said["why"] = why
    if said:
        # They did not take it themselves, so the next mail tells them where it stands.
        commitment.warnings.update(untold=True)
    record(commitment.ticket, "commitment.taken", now=now, by=to, commitment=commitment, before=before.pk, **said)


def _lock(asked: HandOver) -> tuple[Commitment, HandOver]:
    commitment = commitments.lock(asked.commitment)
    fresh = HandOver.objects.select_related("asked_of").get(pk=asked.pk)
    if fresh.commitment_id != commitment.pk:
        # It was moved while this waited: the question went along.
        commitment = commitments.lock(fresh.commitment)
    return commitment, fresh


def _check_still_here(to: User) -> None:
    if not to.is_active:
        raise ValidationError(_("%(name)s can no longer sign in, and answers for nothing.") % {"name": to})


def _check_open(commitment: Commitment, asked: HandOver, by: User) -> None:
    if asked.asked_of_id != by.pk:
        raise ValidationError(_("%(name)s was asked, not you.") % {"name": asked.asked_of})
    if commitment.state == Commitment.State.ENDED:
        raise ValidationError(_("This promise has ended already."))
    if asked.answered_at is not None:
        raise ValidationError(_no_longer_asked(commitment))


def _no_longer_asked(commitment: Commitment) -> str:
    return _("That is answered already: %(name)s answers for it.") % {"name": commitment.accountable}


def _answer_open_one(commitment: Commitment, by: User, *, now: datetime) -> None:
    asked = commitment.hand_overs.unanswered().first()
    if asked is not None:
        _close(asked, Answer.TAKEN if asked.asked_of_id == by.pk else Answer.OVERTAKEN, now=now)


def _close(asked: HandOver, answer: str, *, now: datetime, reason: str = "") -> None:
    asked.answered_at, asked.answer, asked.reason = now, answer, reason
    asked.save(update_fields=["answered_at", "answer", "reason"])
