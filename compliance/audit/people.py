"""Who answers for what: somebody who is here, and who sees it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from compliance.audit.checks import STUCK, WORKER, check
from people.actions.customers import folded as folded_customer
from people.models import Customer, Team
from tickets.actions import absences
from tickets.models import Commitment, HandOver, Ticket

_HAND_OVER = _("Give it to somebody who is here.")


@check("answered-by-nobody", _("Something is owed by a person who can no longer sign in."), _HAND_OVER)
def answered_by_nobody(now: datetime) -> QuerySet[Commitment]:
    return Commitment.objects.open().filter(accountable__is_active=False)


@check(
    "left-with-somebody-away", _("Somebody who is away still answers for what falls due before they are back."),
    WORKER,
)  # fmt: skip
def left_with_somebody_away(now: datetime) -> QuerySet[Commitment]:
    """A sweep gives it to the lead within a minute."""
    already = absences.untended(now - STUCK).values("pk")
    return absences.untended(now).filter(pk__in=already, made_at__lt=now - STUCK)


@check("asked-in-vain", _("Somebody is asked to take what they answer for already, or can no longer sign in."))
def asked_in_vain(now: datetime) -> QuerySet[HandOver]:
    in_vain = Q(asked_of=F("commitment__accountable")) | Q(asked_of__is_active=False)
    return HandOver.objects.waiting().filter(in_vain)


@check("owned-by-nobody", _("An open ticket belongs to a person who can no longer sign in."), _HAND_OVER)
def owned_by_nobody(now: datetime) -> QuerySet[Ticket]:
    return Ticket.objects.open().filter(owner__is_active=False)


@check(
    "led-by-nobody", _("A team is led by a person who can no longer sign in."),
    _("Choose another lead for the team in the settings."),
)  # fmt: skip
def led_by_nobody(now: datetime) -> QuerySet[Team]:
    return Team.objects.filter(lead__is_active=False)


@check("customer-not-found", _("A search does not find a customer by their present name."))
def customer_not_found(now: datetime) -> Iterator[Customer]:
    for customer in Customer.objects.only("name", "email", "phone", "folded").iterator():
        if customer.folded != folded_customer(customer.name, customer.email, customer.phone):
            yield customer
