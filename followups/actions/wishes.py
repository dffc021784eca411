"""What a customer chooses of what they get: the way, the news while we work, and what comes unasked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from followups.wishes import UNASKED, Wishes
from followups.wishes import read as wishes_of
from mail import actions as mail
from mail.models.suppression import OPTIONAL
from people.actions import customers
from people.models import Organisation
from tickets.actions import owing
from tickets.actions.events import record
from tickets.models import Ticket
from tickets.models.ticket import TicketQuerySet


@transaction.atomic
def choose(ticket: Ticket, *, channel: str, only_when_solved: bool, wanted: Collection[str], now: datetime) -> Wishes:
    """Record what the customer of `ticket` chose on its page: `wanted` of what comes unasked, the rest never.

    It counts for all their tickets, and can be chosen anew at any time. Nothing wanted stops also
    what we may think of later. Refused where no address or number is known for `channel`.
    """
    for one in _open_ones_and(ticket):
        Ticket.objects.lock(one)
    ticket = Ticket.objects.lock(ticket)
    before = wishes_of(ticket.customer)
    ticket.customer = customers.choose(ticket.customer, channel=channel, news_only_when_solved=only_when_solved)
    _stop_and_allow(ticket.customer.email, set(wanted) & set(UNASKED), now)
    after = wishes_of(ticket.customer)
    if after == before:
        return after
    record(
        ticket, "customer.chose", now=now, channel=channel, only_when_solved=only_when_solved,
        unwanted=[purpose for purpose in UNASKED if purpose not in after.wanted],
    )  # fmt: skip
    if before.only_when_solved != only_when_solved:
        for one in _open_ones_and(ticket):
            if only_when_solved:
                owing.news_only_when_solved(one, now=now)
            else:
                owing.owe_an_update(one, at=now, now=now)
    return after


def _stop_and_allow(address: str, wanted: set[str], now: datetime) -> None:
    organisation = Organisation.objects.the()
    with translation.override(organisation.language):
        unwanted, again = _("The customer wants no such mail."), _("The customer chose it again on their page.")
    if not wanted:
        mail.stop(address, OPTIONAL, now=now, reason=unwanted)
        return
    mail.allow_again(address, [*wanted, OPTIONAL], because=again, now=now)
    for purpose in UNASKED:
        if purpose not in wanted:
            mail.stop(address, purpose, now=now, reason=unwanted)


def _open_ones_and(ticket: Ticket) -> TicketQuerySet:
    """In one order, so that two who choose at once wait for one another and never for ever."""
    alive = Q(pk=ticket.pk) | Q(pk__in=Ticket.objects.open().filter(customer=ticket.customer_id))
    return Ticket.objects.filter(alive, merged_into=None).select_related("customer").order_by("pk")
