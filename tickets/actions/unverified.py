"""Mail of senders whom nothing verifies: it stands beside a ticket, and a person says what it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mail import inbound, senders
from mail.models import Delivery, InboundMail
from mail.parsing import Facts
from people.models import User
from people.terms import Channel
from tickets.actions import conversation
from tickets.actions.attachments import Brought
from tickets.actions.events import record
from tickets.models import Message, Ticket, UnverifiedMail


@transaction.atomic
def put_beside(
    ticket: Ticket,
    mail: InboundMail,
    facts: Facts,
    body: str,
    quoted_from: int | None = None,
    *,
    why: str,
    now: datetime,
) -> UnverifiedMail:
    """Keep a mail beside `ticket`, for staff only: no clock, pause, state or planned mail moves.

    From `quoted_from` on, `body` only repeats earlier mail.
    """
    ticket = Ticket.objects.lock(ticket)
    entry = UnverifiedMail.objects.create(
        ticket=ticket, inbound=mail, why=why, sender=facts.sender, name=facts.name, subject=facts.subject[:200],
        body=body, quoted_from=quoted_from, at=mail.received_at,
    )  # fmt: skip
    inbound.beside(mail, facts)
    record(ticket, "unverified.received", now=now, mail=mail.pk, why=why)
    return entry


@transaction.atomic
def accept(
    entry: UnverifiedMail, message_id: str, files: Sequence[Brought] = (), *, by: User, now: datetime
) -> Message:
    """A person takes it into the conversation, as what its sender said when it came in; clocks count from then.

    From another address it stands under that address, for the customer to see, and that address gets
    nothing by it. What we have written to the customer since has answered it: then no clock starts.
    """
    ticket = Ticket.objects.lock(entry.ticket)
    entry = _decide(entry, UnverifiedMail.Outcome.ACCEPTED, by=by, now=now)
    other = "" if senders.same(entry.sender, ticket.customer.email) else entry.sender
    message = conversation.receive(
        ticket, entry.body, channel=Channel.MAIL, at=entry.at, now=now, inbound=entry.inbound, files=files,
        quoted_from=entry.quoted_from, other_address=other, is_answered=_is_answered(ticket, entry.at),
    )  # fmt: skip
    inbound.filed(entry.inbound, message_id)
    record(ticket, "unverified.accepted", now=now, by=by, message=message.pk)
    return message


@transaction.atomic
def opened(entry: UnverifiedMail, *, by: User, now: datetime) -> None:
    """It has become a ticket of its own. Called in the transaction that opens it, which files the mail."""
    ticket = Ticket.objects.lock(entry.ticket)
    _decide(entry, UnverifiedMail.Outcome.OPENED, by=by, now=now)
    record(ticket, "unverified.opened", now=now, by=by, mail=entry.inbound_id)


@transaction.atomic
def dismiss(entry: UnverifiedMail, *, by: User, now: datetime) -> None:
    """A person has looked at it, and nothing follows; it is kept."""
    ticket = Ticket.objects.lock(entry.ticket)
    _decide(entry, UnverifiedMail.Outcome.DISMISSED, by=by, now=now)
    record(ticket, "unverified.dismissed", now=now, by=by, mail=entry.inbound_id)


def _decide(entry: UnverifiedMail, outcome: str, *, by: User, now: datetime) -> UnverifiedMail:
    """Write the decision down, once; what was put away may still be decided otherwise. The ticket is locked."""
    locked = UnverifiedMail.objects.select_for_update(of=("self",)).select_related("inbound")
    entry = locked.defer("inbound__raw").get(pk=entry.pk)
    if entry.outcome not in {"", UnverifiedMail.Outcome.DISMISSED} or entry.outcome == outcome:
        raise ValidationError(_("Somebody has decided about this mail already."))
    entry.outcome, entry.decided_at, entry.decided_by = outcome, now, by
    entry.save(update_fields=["outcome", "decided_at", "decided_by"])
    return entry


def _is_answered(ticket: Ticket, since: datetime) -> bool:
    """Whether a person has spoken to the customer after `since`; by that everything said before is answered."""
    spoken = ticket.messages.filter(direction=Message.Direction.OUT, human=True, only_a_receipt=False, at__gt=since)
    spoken = spoken.exclude(result__in=[Message.Result.NOT_REACHED, Message.Result.MESSAGE_LEFT])
    return spoken.exclude(delivery__state__in=Delivery.DID_NOT_LEAVE).exists()
