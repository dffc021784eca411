"""Two matters that came as one ticket become two, each as old as it is."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from people.models import User
from standards.terms import Kind
from tickets.actions.clocks import once_more
from tickets.actions.events import record
from tickets.actions.tickets import folded_text
from tickets.models import Commitment, Message, Ticket


def check(ticket: Ticket) -> None:
    """Raise a `ValidationError` that says why `ticket` cannot be split now, if so."""
    if not ticket.is_open:
        raise ValidationError(_("It is resolved. What the customer writes next opens it again."))
    if ticket.commitments.filter(state=Commitment.State.PAUSED).exists():
        raise ValidationError(_("Its clock stands still until the customer answers. Split it then."))


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

    It is as old as the first: what standards promise is owed on both, by the same times. Refusals as
    `check`, and where nothing of the customer's would stand on one of the two.
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
    for row in ticket.commitments.open().filter(source=Commitment.Source.STANDARD).exclude(kind=Kind.ACKNOWLEDGE):
        _owe_on_both(row, part, now=now)
    chosen = ticket.commitments.open().filter(pk__in=[promise.pk for promise in promises])
    for row in chosen.exclude(source=Commitment.Source.STANDARD):
        row.ticket = part
        row.save(update_fields=["ticket"])
        record(part, "commitment.joined", now=now, by=by, commitment=row)
    record(ticket, "ticket.split", now=now, by=by, part=part.pk)
    return part


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
    """The same is owed on the part, too, by the same times."""
    twin = once_more(
        row, part, now=now, accountable_at_due_id=row.accountable_at_due_id, follows=row,
        follows_why=Commitment.FollowsWhy.SPLIT,
    )  # fmt: skip
    twin.save(force_insert=True)
    record(part, "commitment.started", now=now, commitment=twin, due=twin.due_at, why=Commitment.FollowsWhy.SPLIT)
