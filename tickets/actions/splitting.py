"""Two matters that came as one ticket become two, each as old as it is."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from people.models import User
from standards.terms import Kind
from tickets.actions import pauses
from tickets.actions.clocks import once_more
from tickets.actions.events import record
from tickets.actions.tickets import folded_text
from tickets.models import Commitment, Message, Pause, Ticket
from tickets.models.commitment import CommitmentQuerySet


def check(ticket: Ticket) -> None:
    """Raise a `ValidationError` that says why `ticket` cannot be split now, if so."""
    if not ticket.is_open:
        raise ValidationError(_("It is resolved. What the customer writes next opens it again."))


@transaction.atomic
def split(
    ticket: Ticket,
    subject: str,
    messages: Collection[Message],
    promises: Collection[Commitment],
    *,
    by: User,
    now: datetime,
) -> Ticket:
    """Open a ticket of its own for what `messages` are about, which leave `ticket`, and for its `promises`.

    It is as old as the first: what standards promise is owed on both, by the same times. A clock that stands
    still goes on standing still where the question is, and runs on where nobody was asked. Refusals as `check`,
    and where nothing of the customer's would stand on one of the two.
    """
    ticket = Ticket.objects.lock(ticket)
    check(ticket)
    if not subject.strip():
        raise ValidationError({"subject": _("Say in a few words what it is about.")})
    theirs = ticket.messages.filter(direction=Message.Direction.IN)
    going = theirs.filter(pk__in=[message.pk for message in messages])
    first = going.order_by("at", "pk").first()
    if first is None:
        raise ValidationError({"messages": _("Choose at least one message of the customer that goes along.")})
    if going.count() == theirs.count():
        raise ValidationError({"messages": _("Leave at least one message of the customer here.")})
    if any(message.unsettled for message in messages):
        raise ValidationError({"messages": _("A mail among them is leaving. Wait until it has left, or take it back.")})
    part = _part(ticket, subject, first)
    record(part, "ticket.opened", now=now, by=by, channel=part.channel)
    record(part, "ticket.split_from", now=now, by=by, ticket_before=ticket.pk)
    ticket.messages.filter(pk__in=[message.pk for message in messages]).update(ticket=part)
    owed = ticket.commitments.open().filter(source=Commitment.Source.STANDARD).exclude(kind=Kind.ACKNOWLEDGE)
    for row in owed.order_by(Coalesce("due_at", "unpaused_due_at"), "pk"):
        # What is owed again after a mail came back may run beside another of its kind; on the part the earlier does.
        if not part.commitments.open().filter(kind=row.kind).exists():
            _owe_on_both(row, part, now=now)
    waited = ticket.state == Ticket.State.WAITING_ON_CUSTOMER
    for one in (ticket, part):
        _wait_where_it_was_asked(one, waited=waited, now=now)
    for row in _going(ticket, [promise.pk for promise in promises]):
        row.ticket = part
        row.save(update_fields=["ticket"])
        record(part, "commitment.joined", now=now, by=by, commitment=row)
    record(ticket, "ticket.split", now=now, by=by, part=part.pk)
    return part


def _going(ticket: Ticket, chosen: Collection[int]) -> CommitmentQuerySet:
    """The promises chosen, and what colleagues were asked: it goes, or stays, with the promise that it serves."""
    told = Q(source=Commitment.Source.PROMISE, pk__in=chosen)
    free = Q(serves=None) | Q(serves__source=Commitment.Source.STANDARD)
    asked = Q(source=Commitment.Source.INTERNAL) & (Q(serves__in=chosen) | free & Q(pk__in=chosen))
    return ticket.commitments.open().filter(told | asked).order_by("pk")


def _part(ticket: Ticket, subject: str, first: Message) -> Ticket:
    part = Ticket(
        number=Ticket.objects.next_number(),
        customer=ticket.customer,
        team=ticket.team,
        owner=ticket.owner,
        type=ticket.type,
        category=ticket.category,
        priority=ticket.priority,
        channel=ticket.channel,
        subject=subject.strip(),
        asked_for=first.body,
        opened_at=ticket.opened_at,
        split_from=ticket,
    )
    part.folded = folded_text(part)
    part.save(force_insert=True)
    return part


def _owe_on_both(row: Commitment, part: Ticket, *, now: datetime) -> None:
    """The same is owed on the part, too, by the same times and with the same pauses."""
    twin = once_more(
        row, part, now=now, accountable_at_due_id=row.accountable_at_due_id, follows=row,
        follows_why=Commitment.FollowsWhy.SPLIT, unpaused_due_at=row.unpaused_due_at,
    )  # fmt: skip
    twin.save(force_insert=True)
    counted = twin.counted_due_at
    for pause in row.pauses.order_by("pk"):
        Pause.objects.create(
            commitment=twin, question_id=pause.question_id, started_at=pause.started_at, ends_by=pause.ends_by,
            ended_at=pause.ended_at, counted_due_at=pause.counted_due_at,
        )  # fmt: skip
        counted = counted if pause.ended_at else pause.counted_due_at
    record(
        part, "commitment.started", now=now, commitment=twin, due=twin.due_at, counted=counted,
        why=Commitment.FollowsWhy.SPLIT,
    )  # fmt: skip


def _wait_where_it_was_asked(ticket: Ticket, *, waited: bool, now: datetime) -> None:
    """What was one ticket and `waited` for the customer does so only where the question stands now."""
    elsewhere = Pause.objects.filter(commitment__ticket=ticket, ended_at=None).exclude(question__ticket=ticket)
    for pause in elsewhere.select_related("commitment__ticket").order_by("pk"):
        pauses.end(pause.commitment, at=now, now=now)
    asked = ticket.messages.asking(now)
    state = Ticket.State.WAITING_ON_CUSTOMER if waited and asked.exists() else Ticket.State.OPEN
    if waited and ticket.state != state:
        ticket.state = state
        ticket.save(update_fields=["state"])
