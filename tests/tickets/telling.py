"""Announcing and telling in one go, and the mails that came of it."""

from datetime import datetime, timedelta

from mail.models import Delivery
from tests import make
from tests.make import MONDAY_9AM, hours
from tickets.actions import warning_mails, warnings
from tickets.models import Ticket

MINUTE = timedelta(minutes=1)
SOON = MONDAY_9AM + hours(3)  # of a first response within four hours
LAST_CALL = MONDAY_9AM + hours(3.7)
OVERDUE = MONDAY_9AM + hours(4.1)


def ivanas_ticket() -> Ticket:
    """Owned by Ivana in a team that Petra leads; a first response is due on Monday at one."""
    make.standard(window_minutes=240)
    lead, owner = make.user(name="Petra"), make.user(name="Ivana")
    team = make.team(lead=lead, members=[lead, owner])
    return make.ticket(team=team, owner=owner, customer=make.customer(name="Ana Kovač"))


def sweep(now: datetime) -> list[Delivery]:
    """All mails to staff, after what the worker does once a minute."""
    warnings.announce_all(now=now)
    warning_mails.tell_all(now=now)
    return mails()


def mails() -> list[Delivery]:
    return list(Delivery.objects.filter(purpose="staff_warning").order_by("pk"))


def recipients(found: list[Delivery]) -> list[str]:
    return sorted(mail.recipient_name for mail in found)
