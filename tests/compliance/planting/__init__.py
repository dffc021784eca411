"""A fault for each check of the audit, made past every action as a hand on the database would. Found by name."""

from collections.abc import Callable
from datetime import datetime, timedelta
from importlib import import_module
from pkgutil import iter_modules

from followups.actions import followups
from mail.models import Delivery
from standards.terms import Clock, Kind
from tests import make
from tests.make import MONDAY_9AM, hours, zagreb
from tickets.actions import conversation, merging, moving, settling, tickets
from tickets.actions.conversation import NextDate
from tickets.models import Commitment, Message, Ticket

NOW = MONDAY_9AM + timedelta(days=4)
WAIT_UNTIL = zagreb("2026-12-04 12:00")
TEN, LEFT = MONDAY_9AM + hours(1), MONDAY_9AM + hours(1.1)
# By check: the function that plants its fault, and what else cannot be in order then.
PLANTED: dict[str, tuple[Callable[[], None], set[str]]] = {}


def all_planted() -> dict[str, tuple[Callable[[], None], set[str]]]:
    """The same, once every module of faults has been read."""
    for module in iter_modules(__path__, f"{__name__}."):
        import_module(module.name)
    return PLANTED


def plants(name: str, *also: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Make a function the one that plants the fault of the check with that name."""

    def known(plant: Callable[[], None]) -> Callable[[], None]:
        PLANTED[name] = plant, {name, *also}
        return plant

    return known


def change(row, **fields) -> None:
    """Past every action."""
    type(row)._default_manager.filter(pk=row.pk).update(**fields)


def resolution() -> Commitment:
    make.standard(kind=Kind.RESOLUTION, clock=Clock.WORKING_DAYS, window_days=5)
    return make.ticket().commitments.get(kind=Kind.RESOLUTION)


def asked(ticket: Ticket, at: datetime = TEN) -> Message:
    """A call in which the customer was asked something, so that clocks stand still."""
    return conversation.log_call(
        ticket, "Which label is on the back?", "reached", NextDate(wait_until=WAIT_UNTIL), by=ticket.team.lead, now=at
    )  # fmt: skip


def paused() -> Commitment:
    """A resolution whose clock stands still since Monday at ten."""
    commitment = resolution()
    asked(commitment.ticket)
    return commitment


def resumed() -> Commitment:
    """The same, running on since Monday at eleven."""
    commitment, at = paused(), MONDAY_9AM + hours(2)
    conversation.receive(commitment.ticket, "FX-200", channel="mail", at=at, now=at)
    return commitment


def resolved() -> Ticket:
    ticket = make.ticket()
    return tickets.resolve(ticket, at=MONDAY_9AM + hours(1), now=MONDAY_9AM + hours(1), by=ticket.team.lead)


def moved() -> Commitment:
    """What took the place of a promise."""
    promise = make.promise()
    at = MONDAY_9AM + hours(1)
    return moving.move(
        promise, MONDAY_9AM + hours(30), "The part is late", words="", by=promise.made_by, at=at, now=at
    )  # fmt: skip


def replied(**fields) -> Message:
    ticket = make.ticket()
    return conversation.reply(
        ticket, "The part is ordered.", NextDate(contact_by=MONDAY_9AM + timedelta(days=9)),
        by=ticket.team.lead, now=MONDAY_9AM + hours(1), **fields,
    )  # fmt: skip


def accepted(message: Message, at: datetime = LEFT) -> None:
    Delivery.objects.filter(pk=message.delivery_id).update(state=Delivery.State.SENT, ended_at=at)


def settled(message: Message, at: datetime = LEFT) -> Message:
    accepted(message, at)
    settling.settle(message, now=at)
    message.refresh_from_db()
    return message


def merged(**fields) -> Ticket:
    """A ticket that was merged into another one of its customer."""
    ticket = make.ticket(**fields)
    into = make.ticket(customer=ticket.customer)
    merging.merge(ticket, into, by=into.team.lead, now=MONDAY_9AM)
    followups.plan(into, now=MONDAY_9AM)
    return Ticket.objects.get(pk=ticket.pk)
