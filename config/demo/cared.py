"""Care for customers as it stands today: what they answered and who has read it, and a request that was declined."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import DateTimeField, ExpressionWrapper, F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from followups.actions import declining
from followups.declined import Alternative, No
from followups.models import SatisfactionAnswer
from standards.working_time import next_opening
from tickets.actions.conversation import NextDate
from tickets.clock import calendar_of
from tickets.models import Draft, Ticket

HOUR = timedelta(hours=1)
# Why not, and what is possible instead, as the customer reads it.
NO = {
    "en": ("that day is fully booked and our crew has no second vehicle.", "the same work on the next free day"),
    "hr": ("taj je dan popunjen, a ekipa nema drugo vozilo.", "isti posao prvi sljedeći slobodan dan"),
}
# So many of the newest answers are left for whoever looks at the demo.
UNREAD = 2


def tell(now: datetime, numbers: list[int]) -> None:
    """All answers are read by whoever has the ticket, but the newest; one of today's customers is told no."""
    _answers_are_read(now)
    _decline_one(now, numbers)


def _decline_one(now: datetime, numbers: list[int]) -> None:
    """By phone, with another way in three days: no mail of the demo waits to leave."""
    candidates = Ticket.objects.open().filter(number__in=numbers, state=Ticket.State.OPEN, customer__language__in=NO)
    busy = Draft.objects.values("ticket")
    ticket = candidates.exclude(customer__email="").exclude(owner=None).exclude(pk__in=busy).order_by("-pk").first()
    if ticket is None or ticket.owner is None:
        return
    calendar = calendar_of(ticket.team).working
    reason, other = NO[ticket.customer.language]
    no = No(reason, (Alternative(other, next_opening(calendar, now + timedelta(days=3))),))
    then = NextDate(contact_by=next_opening(calendar, now + timedelta(days=4)))
    declining.decline(ticket, no, f"{reason} {other}", then, by=ticket.owner, now=now, by_phone=True)


def _answers_are_read(now: datetime) -> None:
    newest = list(SatisfactionAnswer.objects.filter(at__lt=now).order_by("-at", "-pk")[: UNREAD + 1])
    if len(newest) <= UNREAD:
        return
    of = Ticket.objects.filter(satisfaction_requests=OuterRef("request"))
    reader = Subquery(of.annotate(who=Coalesce("owner", "team__lead")).values("who")[:1])
    an_hour_later = ExpressionWrapper(F("at") + Value(HOUR), output_field=DateTimeField())
    SatisfactionAnswer.objects.filter(at__lte=min(newest[UNREAD].at, now - HOUR), read_at=None).update(
        read_by=reader, read_at=an_hour_later
    )
