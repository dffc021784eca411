"""Announcing what is about to be missed, and what was missed and not owned: once for each stage of a commitment."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When

from standards.due import owning_ends
from tickets.actions.events import record
from tickets.actions.looking import follow_ups_look_again
from tickets.certain import certain
from tickets.models import Commitment, Message, Ticket, Warning

Stage = Warning.Stage


def unannounced(now: datetime) -> QuerySet[Commitment]:
    """Running commitments whose present stage nobody has been told of.

    Something overdue is not announced while a message handed in before its due time is still in
    hand: that message may have kept it. Nor is a call that was tried in its slot, while a second try
    may still keep it.
    """
    stage = Case(
        When(Q(second_try_by=None) | Q(second_try_by__lt=now), due_at__lt=now, then=Value(Stage.OVERDUE)),
        When(last_call_at__lte=now, then=Value(Stage.LAST_CALL)),
        default=Value(Stage.DUE_SOON),
        output_field=CharField(),
    )
    in_hand = Message.objects.filter(ticket=OuterRef("ticket"), unsettled=True, at__lte=OuterRef("due_at"))
    return (
        Commitment.objects.needing_attention(now)
        .annotate(present_stage=stage)
        .exclude(Exists(Warning.objects.filter(commitment=OuterRef("pk"), stage=OuterRef("present_stage"))))
        .exclude(Exists(in_hand), due_at__lt=now)
    )


@transaction.atomic
def announce(commitment: Commitment, *, now: datetime) -> Warning | None:
    """Mark the stage that `commitment` is in now; None when it has ended or was announced meanwhile."""
    ticket = Ticket.objects.lock(commitment.ticket)
    commitment = Commitment.objects.select_related("calendar_version").get(pk=commitment.pk)
    stage = commitment.stage(now)
    if stage not in Stage.values:
        return None
    warning, made = Warning.objects.get_or_create(
        commitment=commitment, stage=stage, defaults={"at": now, "untold": True, "own_by": _own_by(commitment, stage)}
    )
    if not made:
        return None
    record(ticket, f"warning.{stage}", now=now, commitment=commitment, due=commitment.due_at)
    if warning.own_by is not None:
        follow_ups_look_again(ticket)
    return warning


@transaction.atomic
def announce_unowned(miss: Warning, *, now: datetime) -> Warning | None:
    """Mark that a miss was not owned in time; None where it was, has ended, or another sweep has looked at it."""
    ticket = Ticket.objects.lock(miss.commitment.ticket)
    miss = Warning.objects.select_related("commitment").get(pk=miss.pk)
    if miss.own_by is None or now <= miss.own_by:
        return None
    miss.own_by = None
    miss.save(update_fields=["own_by"])
    if not miss.commitment.is_overdue(now) or Warning.objects.owned().filter(pk=miss.pk).exists():
        return None
    warning = Warning.objects.create(commitment=miss.commitment, stage=Stage.UNOWNED, at=now, untold=True)
    record(ticket, "warning.unowned", now=now, commitment=miss.commitment, due=miss.commitment.due_at)
    return warning


def announce_all(*, now: datetime) -> int:
    """Announce everything that nobody has been told of, the most pressing first; returns how many."""
    stages = sum(announce(commitment, now=now) is not None for commitment in unannounced(now).select_related("ticket"))
    missed = Warning.objects.to_be_owned_before(now).select_related("commitment__ticket")
    return stages + sum(announce_unowned(miss, now=now) is not None for miss in missed)


def _own_by(commitment: Commitment, stage: str) -> datetime | None:
    """Colleagues owe one another no apology in writing: what is only between them has no such time."""
    if stage != Stage.OVERDUE or commitment.is_internal:
        return None
    due = certain(commitment.due_at)
    return owning_ends(commitment.calendar_version.working, max(due, commitment.second_try_by or due))
