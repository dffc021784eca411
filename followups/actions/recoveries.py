"""A miss is owned: opened with somebody who does it, told to the customer, fixed, and at its end.

Nothing here deletes a miss or takes it back; how it is told is in `owning`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from followups import rules
from followups.actions import calls
from followups.actions.ending import end as end_followup
from followups.models import FollowUp, Recovery
from followups.playbook_terms import Code
from mail.models import Delivery
from people.models import Absence, User
from people.terms import Channel
from standards.due import owning_ends
from standards.terms import Kind, TicketType
from tickets.actions.events import record
from tickets.certain import certain
from tickets.models import Commitment, Message, Ticket, Warning

How, Outcome, FollowsWhy = Recovery.How, Commitment.Outcome, Commitment.FollowsWhy
# What ended as missed longer ago is history: the worker has never stood still for so long.
LOOKS_BACK = timedelta(days=14)
# A customer's second miss within so long a time is told on the phone first.
SECOND_WITHIN = timedelta(days=90)


def look(ticket: Ticket, *, now: datetime) -> list[Recovery]:
    """Open what was missed on `ticket` and nobody owns yet, and take over what became of the others.

    The caller holds the lock. Repeating it changes nothing: a commitment has one recovery. Returns those opened.
    """
    for recovery in _of(ticket).filter(Q(ended_at=None) | Q(apology__not_reached_at__isnull=False, told_at__lte=now)):
        _take_over(ticket, recovery, now)
    if ticket.set_aside_why:
        return []
    missed = _missed(ticket, now).select_related("accountable", "accountable_at_due", "calendar_version")
    return [_open(ticket, commitment, now) for commitment in missed.order_by("due_at", "pk")]


@transaction.atomic
def open_now(commitment: Commitment, *, now: datetime) -> Recovery:
    """The recovery of what was missed, without waiting for the worker. Refused for what was not missed."""
    ticket = Ticket.objects.lock(commitment.ticket.merged_into or commitment.ticket)
    known = Recovery.objects.filter(commitment=commitment.pk).first()
    if known is not None:
        return known
    commitment = Commitment.objects.select_related("accountable", "accountable_at_due", "calendar_version").get(
        pk=commitment.pk
    )
    if not may_open(commitment, now):
        raise ValidationError(_("It was not missed, so there is nothing to own."))
    return _open(ticket, commitment, now)


def may_open(commitment: Commitment, now: datetime) -> bool:
    """Whether it was missed, by us and towards the customer."""
    if commitment.is_internal or commitment.voided_at:
        return False
    late = commitment.is_overdue(now) and not commitment.may_be_tried_again(now)
    return late or commitment.outcome in Commitment.MISSED


@transaction.atomic
def skip(recovery: Recovery, *, because: str, by: User, now: datetime) -> Recovery:
    """No apology is sent, and why: decided by the team's lead or a manager. The miss stays."""
    ticket, recovery = lock(recovery)
    if not may_decide(recovery, by):
        raise ValidationError(_("Only the team's lead or a manager decides that nobody says sorry."))
    if recovery.ended_at is not None or recovery.letter_in_hand is not None:
        raise ValidationError(_("The customer has been told already, or it was decided before."))
    if not because.strip():
        raise ValidationError({"because": _("Say why the customer gets no apology. It stays on the record.")})
    _end(ticket, recovery, How.SKIPPED, now=now, by=by, because=because.strip()[:300])
    return recovery


def may_decide(recovery: Recovery, person: User) -> bool:
    """Whether `person` may allow a remedy, or that nobody says sorry: the team's lead, a manager."""
    return person.is_manager or recovery.ticket.team.lead_id == person.pk


def lock(recovery: Recovery) -> tuple[Ticket, Recovery]:
    """The ticket on which it goes on, locked, and the row as it is now."""
    commitment = Commitment.objects.select_related("ticket__merged_into").get(pk=recovery.pk)
    ticket = Ticket.objects.lock(commitment.ticket.merged_into or commitment.ticket)
    return ticket, _of(ticket).select_for_update(of=("self",)).get(pk=recovery.pk)


def _of(ticket: Ticket) -> QuerySet[Recovery]:
    return Recovery.objects.on(ticket).select_related(
        "commitment__ticket__merged_into", "commitment__ticket__team", "commitment__ticket__customer", "owner",
        "apology__delivery",
    )  # fmt: skip


def _missed(ticket: Ticket, now: datetime) -> QuerySet[Commitment]:
    """What was missed, announced as such or ended as such, and has no recovery.

    A confirmation that no person writes is owned by nobody unasked: who answers late says it there.
    """
    announced = Warning.objects.filter(commitment=OuterRef("pk"), stage=Warning.Stage.OVERDUE)
    owed = Commitment.objects.of(ticket).to_the_customer().filter(voided_at=None, recovery=None)
    late = Q(Exists(announced), pk__in=Commitment.objects.overdue(now).filter(ticket=ticket).values("pk"))
    ended = Q(outcome__in=Commitment.MISSED, ended_at__gt=now - LOOKS_BACK)
    return owed.exclude(kind=Kind.ACKNOWLEDGE).filter(late | ended)


def drawn_up(ticket: Ticket, commitment: Commitment, now: datetime) -> Recovery:
    """The recovery that a miss opens, not saved: who owns it, until when, and whether by phone first."""
    return Recovery(
        commitment=commitment,
        owner=_who_owns(ticket, commitment, now),
        opened_at=now,
        own_by=owning_ends(commitment.calendar_version.working, certain(commitment.due_at)),
        by_phone_first=_is_told_by_phone(ticket, now),
        promise_words=commitment.promised_text,
    )


def _open(ticket: Ticket, commitment: Commitment, now: datetime) -> Recovery:
    recovery = drawn_up(ticket, commitment, now)
    recovery.save(force_insert=True)
    record(ticket, "recovery.opened", now=now, commitment=commitment, owner=recovery.owner_id)
    step = rules.step_in_use(Code.MISSED, FollowUp.Step.RECOVERY)
    if step is not None:
        followup = FollowUp.objects.create(
            ticket=ticket, commitment=commitment, step=step.name, playbook_step=step,
            cycle=ticket.followups.filter(step=step.name).count() + 1,
            due_at=recovery.own_by, state=FollowUp.State.DRAFTED, made_at=now,
        )  # fmt: skip
        record(ticket, "followup.drafted", now=now, commitment=commitment, followup=followup.pk)
        if recovery.by_phone_first:
            calls.ask_for_one(ticket, followup=followup, is_the_step=True, now=now)
    return recovery


def _who_owns(ticket: Ticket, commitment: Commitment, now: datetime) -> User:
    """Who answered for it when it fell due; the lead for whoever is away or gone."""
    person = commitment.accountable_at_due or commitment.accountable
    is_there = person.is_active and not Absence.objects.at(now).filter(user=person).exists()
    return person if is_there else ticket.team.lead


def _is_told_by_phone(ticket: Ticket, now: datetime) -> bool:
    """A complaint, or not the first miss lately; where there is a number and the customer has chosen nothing else."""
    customer = ticket.customer
    if not customer.phone or customer.channel in {Channel.SMS, Channel.PAGE}:
        return False
    before = Recovery.objects.filter(commitment__ticket__customer=customer, opened_at__gt=now - SECOND_WITHIN)
    return ticket.type == TicketType.COMPLAINT or before.exists()


def _take_over(ticket: Ticket, recovery: Recovery, now: datetime) -> None:
    """What became of the apology and of the fix since it was looked at last."""
    commitment = recovery.commitment
    if recovery.apology is not None and recovery.apology.not_reached_at is not None:
        _not_told_after_all(ticket, recovery, now)
    _told(ticket, recovery, now)
    if recovery.fixed_at is None and (fixed_at := _fixed_at(ticket, commitment)):
        recovery.fixed_at = fixed_at
        recovery.save(update_fields=["fixed_at"])
    if recovery.told_at is not None and recovery.fixed_at is not None:
        _end(ticket, recovery, How.OWNED, now=now)
    elif recovery.told_at is None and (commitment.voided_at or ticket.set_aside_why):
        _end(ticket, recovery, How.NOT_COUNTED, now=now)
    elif recovery.told_at is None and commitment.outcome == Outcome.WITHDRAWN:
        # After due only a lead or a manager withdraws, and says why.
        _end(ticket, recovery, How.NOT_COUNTED, now=now, by=commitment.approved_by)


def _not_told_after_all(ticket: Ticket, recovery: Recovery, now: datetime) -> None:
    """The apology came back: the customer has heard nothing, so it is owed as before."""
    recovery.apology = recovery.told_at = recovery.ended_at = recovery.ended_by = None
    recovery.ended_how = recovery.ended_because = ""
    recovery.save()
    record(ticket, "recovery.not_reached", now=now, commitment=recovery.commitment)


def _told(ticket: Ticket, recovery: Recovery, now: datetime) -> None:
    """The apology is what has left with a new promise for what was missed; on the phone where there is no address."""
    if recovery.told_at is not None:
        return
    apology = recovery.letter_in_hand or _said_otherwise(ticket, recovery.commitment)
    if apology is None or apology.unsettled or apology.not_reached_at is not None:
        return
    recovery.apology = apology
    recovery.told_at = (apology.delivery.ended_at if apology.delivery else None) or apology.at
    recovery.save(update_fields=["apology", "told_at"])
    record(ticket, "recovery.told", now=now, by=apology.author, commitment=recovery.commitment, message=apology.pk)
    for followup in _planned(recovery):
        end_followup(followup, FollowUp.State.DONE, now=now, by=apology.author)


def _said_otherwise(ticket: Ticket, commitment: Commitment) -> Message | None:
    """Whoever has told a new time for it in another way: by a mail that left; in a call, where no address is known."""
    said = Q(delivery__state=Delivery.State.SENT)
    if not ticket.customer.email:
        said |= Q(result=Message.Result.REACHED)
    told = Message.objects.filter(said, promises__follows=commitment, human=True, unsettled=False, owns=None)
    return told.filter(not_reached_at=None).select_related("delivery", "author").order_by("at", "pk").first()


def _fixed_at(ticket: Ticket, commitment: Commitment) -> datetime | None:
    """When what was missed happened after all: by itself, by the new promise, or as the ticket was resolved."""
    again = commitment.followed_by.filter(follows_why=FollowsWhy.AFTER_A_MISS)
    kept = again.filter(outcome__in=[Outcome.KEPT, Outcome.KEPT_LATE]).order_by("ended_at").first()
    if kept is not None:
        return kept.ended_at
    if commitment.outcome == Outcome.KEPT_LATE:
        return commitment.ended_at
    return None if ticket.is_open or ticket.set_aside_why else ticket.resolved_at


def _planned(recovery: Recovery) -> QuerySet[FollowUp]:
    mine = FollowUp.objects.filter(commitment=recovery.pk, step=FollowUp.Step.RECOVERY, state=FollowUp.State.DRAFTED)
    return mine.select_related("ticket")


def _end(
    ticket: Ticket, recovery: Recovery, how: str, *, now: datetime, by: User | None = None, because: str = ""
) -> None:
    recovery.ended_at, recovery.ended_how, recovery.ended_by, recovery.ended_because = now, how, by, because
    recovery.remedy_asked_at = recovery.remedy_asked_by = None
    recovery.save(
        update_fields=["ended_at", "ended_how", "ended_by", "ended_because", "remedy_asked_at", "remedy_asked_by"]
    )
    record(ticket, f"recovery.{how}", now=now, by=by, commitment=recovery.commitment)
    for followup in _planned(recovery):
        for task in ticket.call_tasks.filter(followup=followup, ended_at=None):
            calls.not_needed(task, because=because or str(How(how).label), by=by, now=now)
        end_followup(followup, FollowUp.State.SKIPPED, now=now, reason=because or str(How(how).label), by=by)
