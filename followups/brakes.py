"""All that keeps a mail that nobody wrote by hand from a customer: stops, caps, quiet hours and holidays. Reads only.

They count over all tickets of a customer. The figures are in docs/decisions/0005.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from followups import playbooks, ways
from followups.models import FollowUp, SatisfactionRequest
from mail.models import Delivery
from mail.models.delivery import Purpose
from people.models import Customer, Team
from tickets.models import Message

# Alone stops a loop of two machines that answer each other: after so many in a day each must stand an hour apart from
# whatever we have sent before it.
LOOP_OF = 3
APART = timedelta(hours=1)
# What the customer has not asked for by writing to us.
UNSOLICITED_A_DAY, UNSOLICITED_A_WEEK = 1, 3
# A customer is asked for a rating once in so long a time, whatever the number of their tickets.
RATING_EVERY = timedelta(days=30)
_DAY, _WEEK = timedelta(days=1), timedelta(days=7)


def why_not(customer: Customer, step: str, now: datetime) -> str:
    """Why `customer` gets no such mail at all now; empty when they do.

    An acknowledgement answers a message of theirs and cannot wait, so it is not sent at all.
    """
    if step != FollowUp.Step.ACKNOWLEDGEMENT:
        return ""
    if len(_automatic(customer, now - _DAY)) < LOOP_OF or not _has_just_had_mail(customer, now):
        return ""
    return _("This address has had three automatic mails in a day, and mail of ours within the hour. A person answers.")


def stopped(customer: Customer, step: str) -> str:
    """Why `customer` gets nothing of that kind until somebody changes it: they said so, mail came back, or we must not.

    What answers a message of theirs, and what reaches nobody, is not stopped by a reason of ours.
    """
    if customer.nothing_unasked_because and step in ways.PURPOSE and step != FollowUp.Step.ACKNOWLEDGEMENT:
        return customer.nothing_unasked_because
    return ways.why_no_mail(customer, step)


def next_moment(followup: FollowUp, customer: Customer, team: Team, now: datetime) -> datetime | None:
    """Until when `followup` waits, for the caps and then for a polite time; None where it may leave now."""
    if followup.step not in ways.PURPOSE or followup.step == FollowUp.Step.ACKNOWLEDGEMENT:
        return None
    moment = playbooks.polite(team, customer, wait_until(customer, now) or now)
    return moment if moment > now else None


def asks_rating(customer: Customer, but: FollowUp, now: datetime) -> bool:
    """Whether `customer` may be asked for a rating now, apart from what `but` asks."""
    asked = SatisfactionRequest.objects.left_or_leaving().filter(
        ticket__customer=customer, asks_rating=True, made_at__gt=now - RATING_EVERY
    )
    return not asked.exclude(followup=but).exists()


def wait_until(customer: Customer, now: datetime) -> datetime | None:
    """The first moment for a mail that the customer has not asked for; None when that is now.

    What answers their own message goes before it, also where both waited for the worker.
    """
    sent = _automatic(customer, now - _WEEK)
    unsolicited = sorted(at for at, purpose in sent if purpose != Purpose.ACKNOWLEDGEMENT)
    earliest = [at + APART for at, _purpose in sent]
    if len(unsolicited) >= UNSOLICITED_A_WEEK:
        earliest.append(unsolicited[-UNSOLICITED_A_WEEK] + _WEEK)
    if len(unsolicited) >= UNSOLICITED_A_DAY:
        earliest.append(unsolicited[-UNSOLICITED_A_DAY] + _DAY)
    if FollowUp.objects.filter(
        ticket__customer=customer, step=FollowUp.Step.ACKNOWLEDGEMENT, state=FollowUp.State.SCHEDULED
    ).exists():
        earliest.append(now + APART)
    moment = max([now, *earliest])
    return moment if moment > now else None


def _has_just_had_mail(customer: Customer, now: datetime) -> bool:
    """Whether we have written to `customer` within the hour, by ourselves or as a person."""
    ours = Message.objects.filter(ticket__customer=customer, direction=Message.Direction.OUT, delivery__isnull=False)
    return ours.filter(at__gt=now - APART).exclude(delivery__state__in=Delivery.DID_NOT_LEAVE).exists()


def _automatic(customer: Customer, since: datetime) -> list[tuple[datetime, str]]:
    """When and why we wrote to `customer` by ourselves, on any of their tickets: when it left, if it has.

    A new link was asked for by whoever held the old one; if it counted, a stranger could hold up all else.
    """
    ours = Message.objects.filter(
        ticket__customer=customer, direction=Message.Direction.OUT, human=False, at__gt=since, delivery__isnull=False
    )
    counted = ours.exclude(delivery__state__in=Delivery.DID_NOT_LEAVE).exclude(delivery__purpose=Purpose.NEW_LINK)
    about_none = Delivery.objects.filter(followups__customer=customer, made_at__gt=since)
    about_none = about_none.exclude(state__in=Delivery.DID_NOT_LEAVE)
    left, made = Coalesce("delivery__ended_at", "at"), Coalesce("ended_at", "made_at")
    return [*counted.values_list(left, "delivery__purpose"), *about_none.values_list(made, "purpose")]
