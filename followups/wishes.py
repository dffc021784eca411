"""What a customer wants to get from us, and which way. Reads only."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from mail.models import Suppression
from mail.models.delivery import Purpose
from mail.models.suppression import OPTIONAL, SuppressionQuerySet
from people.models import Customer
from people.terms import Channel

# What leaves unasked and may be refused, in the order in which a customer meets it.
UNASKED = {
    Purpose.SETTLED_QUESTION: _("A question whether it is settled, the working day after"),
    Purpose.CHECK_IN: _("A question a month later whether all still works, where something had gone wrong"),
    Purpose.THANK_YOU: _("A short thank-you after a delivery"),
}


@dataclass(frozen=True)
class Wishes:
    """As they stand now; `wanted` are the purposes of `UNASKED` that are not stopped."""

    channel: str
    only_when_solved: bool
    wanted: tuple[str, ...]

    @property
    def has_chosen(self) -> bool:
        """Whether anything is otherwise than for everybody."""
        return self.channel != Channel.MAIL or self.only_when_solved or len(self.wanted) < len(UNASKED)

    @property
    def unwanted(self) -> list[str]:
        """What they stopped, in words for staff."""
        return [str(purpose.label) for purpose in UNASKED if purpose not in self.wanted]


def read(customer: Customer) -> Wishes:
    """The wishes of `customer`; one query where they have an address, none otherwise."""
    return of(customer, set(stopped_for(customer).values_list("purpose", flat=True)) if customer.email else set())


def stopped_for(customer: Customer) -> SuppressionQuerySet:
    """All that may not leave to the address of `customer`."""
    return Suppression.objects.in_force().of_address(customer.email)


def of(customer: Customer, stopped: Collection[str]) -> Wishes:
    """The same from the purposes that are stopped for their address, where those are known already."""
    nothing = OPTIONAL in stopped
    wanted = tuple(str(purpose) for purpose in UNASKED if not nothing and purpose not in stopped)
    return Wishes(customer.channel, customer.news_only_when_solved, wanted)


def ways_of(customer: Customer) -> list[tuple[str, str]]:
    """The channels that they can choose: those for which an address or a number is known, and what they have."""
    known = {Channel.MAIL: customer.email, Channel.PHONE: customer.phone}
    return [
        (channel.value, str(channel.label)) for channel in Channel if known.get(channel) or channel == customer.channel
    ]
