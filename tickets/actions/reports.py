"""What mail servers report of our mail to customers, and what follows on its ticket. Nothing is ever sent for it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from mail import actions
from mail.models import Delivery, InboundMail, Report
from mail.reports import Reported
from tickets.actions import not_reached, settling
from tickets.actions.events import record
from tickets.models import Message, Ticket


@transaction.atomic
def hear(told: Reported, delivery: Delivery, *, inbound: InboundMail, now: datetime) -> Report:
    """Take down what is reported of `delivery`; where it came back, its customer was not reached.

    Only for what came to the return address of that very mail. Told twice, it is shown twice and done once.
    """
    message = Message.objects.filter(delivery=delivery).select_related("ticket").first()
    if message is None:
        return actions.take_down(told, delivery, inbound=inbound, now=now)
    ticket = Ticket.objects.lock(message.ticket)
    # Whatever it was to do it does first, so that there is something to undo.
    settling.settle(message, now=now)
    report = actions.take_down(told, delivery, inbound=inbound, now=now)
    record(ticket, f"mail.{report.kind}", now=now, message=message.pk, status=report.status)
    if report.kind == Report.Kind.FAILED:
        _not_reached(message, report, now=now)
    return report


def _not_reached(message: Message, report: Report, *, now: datetime) -> None:
    settling.settle(message, now=now)
    ticket = Ticket.objects.lock(message.ticket)
    message = Message.objects.select_related("delivery").get(pk=message.pk)
    # One that waits for another try may still arrive, or fail by itself.
    if message.delivery and message.delivery.state in {Delivery.State.SENT, Delivery.State.FAILED}:
        not_reached.note(ticket, message, status=report.status, now=now)
