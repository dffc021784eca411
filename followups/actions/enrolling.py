"""Enrolling customers for thanks after a sale: known ones or new ones, each delivery once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from followups.actions import thanking
from followups.enrolling import LONGEST_AGO, Line, same
from followups.models import FollowUp
from people.actions import customers
from people.models import Customer, Organisation, User
from people.models.customer import CustomerQuerySet

# Handed in again within so long a time, the same to the same customer is one delivery.
SAME_WITHIN = 12 * LONGEST_AGO


@dataclass(frozen=True)
class Looked:
    """A line as it would be enrolled, for a known customer or a new one; `is_known`: it is enrolled already."""

    line: Line
    customer: Customer | None
    is_known: bool

    @property
    def can_be_enrolled(self) -> bool:
        """Whether there is something to do for it."""
        return not self.line.problem and not self.is_known


def look(lines: Sequence[Line], *, now: datetime) -> list[Looked]:
    """What `enrol` would do with `lines`; nothing is saved. Two queries, however many lines."""
    known = {customer.email.casefold(): customer for customer in _known(lines)}
    before = FollowUp.objects.filter(
        customer__in=known.values(), step=FollowUp.Step.THANK_YOU, made_at__gt=now - SAME_WITHIN
    )
    enrolled = {same(email, what) for email, what in before.values_list("customer__email", "what")}
    looked = []
    for line in lines:
        looked.append(Looked(line, known.get(line.email.casefold()), line.same in enrolled))
        if not line.problem:
            enrolled.add(line.same)
    return looked


@transaction.atomic
def enrol(lines: Sequence[Line], *, by: User, now: datetime) -> list[FollowUp]:
    """Plan thanks in the name of `by` for each of `lines` that is not enrolled yet; a customer we do not know is made.

    All of them or none: refused as a whole where one has a problem, or the playbook is switched off.
    """
    # Handed in twice at once, the second waits here and finds what the first has planned.
    list(_known(lines).select_for_update(no_key=True).order_by("pk"))
    looked = look(lines, now=now)
    if any(one.line.problem for one in looked):
        raise ValidationError(_("Some lines are not right yet. Nothing was saved."))
    zone, planned = Organisation.objects.the().zone_info, []
    made: dict[str, Customer] = {}
    for one in looked:
        if one.is_known or one.line.delivered is None:
            continue
        address = one.line.email.casefold()
        customer = one.customer or made.get(address)
        if customer is None:
            customer = customers.make(name=one.line.name, email=one.line.email, language=one.line.language)
            made[address] = customer
        noon = datetime.combine(one.line.delivered, time(12), zone)
        followup = thanking.plan(customer, one.line.what, delivered_at=min(noon, now), by=by, now=now)
        if followup is None:
            raise ValidationError(_("Thanks after a sale are switched off. An administrator can switch them on."))
        planned.append(followup)
    return planned


def _known(lines: Sequence[Line]) -> CustomerQuerySet:
    addresses = {line.email.casefold() for line in lines}
    return Customer.objects.exclude(email="").alias(lower=Lower("email")).filter(lower__in=addresses)
