"""Mail that comes in, for tests about where it goes: a ticket of Ana's, and how letters arrive."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from mail import addresses, inbound
from mail.models import Delivery, InboundMail, Mailbox
from people.models import Organisation
from standards.terms import Kind
from tests import make
from tests.make import MONDAY_9AM, hours
from tickets.actions import conversation, intake, settling
from tickets.actions.conversation import NextDate
from tickets.models import Commitment, Pause, Ticket

AN_HOUR_LATER = MONDAY_9AM + hours(1)
LATER = MONDAY_9AM + hours(2)
OUR_SERVER = "mx.example.test"


def anas_ticket() -> Ticket:
    """Opened on Monday at nine, with everything owed by rule that her words can start."""
    if not Organisation.objects.exists():
        make.organisation(support_address="support@example.test")
    make.standard()
    make.standard(kind=Kind.NEXT_RESPONSE, name="Next response")
    make.standard(kind=Kind.RESOLUTION, window_minutes=960, name="Resolution")
    return make.ticket(customer=make.customer(name="Ana Kovač", email="ana@example.test"))


def arrives(raw: bytes, *, at: datetime = LATER, mailbox: Mailbox | None = None) -> InboundMail:
    """As if `raw` had come in, and the worker had looked."""
    mail = inbound.ingest(raw, now=at, mailbox=mailbox)
    intake.file_all(now=at)
    return InboundMail.objects.get(pk=mail.pk)


def our_mailbox() -> Mailbox:
    """The support address's, whose receiving server is known by name."""
    mailbox = inbound.support_mailbox()
    assert mailbox is not None
    mailbox.authserv_id = OUR_SERVER
    mailbox.save()
    return mailbox


def reply_to(ticket: Ticket, recipient: str = "ana@example.test") -> str:
    secret = addresses.issue("reply", ticket.about, recipient, now=MONDAY_9AM)
    return addresses.reply_address("support@example.test", secret)


def answered(ticket: Ticket, next_date: NextDate, at: datetime = AN_HOUR_LATER) -> Delivery:
    """We have written, and it was accepted."""
    message = conversation.reply(ticket, "Hello.", next_date, by=ticket.team.lead, now=at)
    Delivery.objects.filter(pk=message.delivery_id).update(state="sent", ended_at=at)
    settling.settle_all(now=at)
    return Delivery.objects.get(pk=message.delivery_id)


def everything(ticket: Ticket) -> list[list[dict[str, Any]]]:
    """Whatever a customer's word can change beside the conversation, and every mail that leaves."""
    rows = [
        Ticket.objects.filter(pk=ticket.pk),
        Commitment.objects.filter(ticket=ticket),
        Pause.objects.filter(commitment__ticket=ticket),
        Delivery.objects.all(),
    ]
    return [list(query.order_by("pk").values()) for query in rows]
