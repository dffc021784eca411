"""A ticket that was taken down for somebody else: whose it is, is put right, and what was promised stays promised."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mail import addresses, outbox
from people.models import Customer, User
from tickets.actions import new_links
from tickets.actions.events import record
from tickets.actions.rematch import rematch
from tickets.actions.tickets import folded_text
from tickets.models import Ticket


def check(ticket: Ticket, customer: Customer) -> None:
    """Raise a `ValidationError` that says why `ticket` cannot be `customer`'s, if so."""
    if ticket.customer_id == customer.pk:
        raise ValidationError(_("It is their ticket already."))
    if ticket.messages.filter(unsettled=True).exists():
        raise ValidationError(
            _("A mail to %(name)s is leaving. Wait until it has left, or take it back."),
            params={"name": ticket.customer.name},
        )


@transaction.atomic
def give_to(ticket: Ticket, customer: Customer, *, by: User, now: datetime) -> Ticket:
    """Say that `ticket` is `customer`'s, with all that was merged into it. What is owed stays owed, by the same times.

    Every link and reply address that was given out ends, and the new customer is sent a link of their
    own, where they have an address. Standards that look at the group of a customer apply anew.
    """
    whole = Ticket.objects.lock_whole(ticket)
    ticket = whole[0]
    check(ticket, customer)
    outbox.cancel(ticket.about, "state_changed", now=now)
    before = ticket.customer_id
    for one in whole:
        one.customer = customer
        one.folded = folded_text(one)
        one.save(update_fields=["customer", "folded"])
        addresses.revoke(one.about, now=now)
    record(ticket, "ticket.customer_changed", now=now, by=by, before=before, to=customer.pk)
    if ticket.is_open:
        rematch(ticket, by=by, now=now)
    new_links.send(ticket, now=now)
    return Ticket.objects.lock(ticket)
