"""Who waits for a first response, and what is known about how long that takes. Reads only."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from compliance.waiting import CurrentWait, Estimate, Waited, published
from mail.models import Delivery
from people.models import Organisation, Team
from people.terms import Channel
from standards.models import Forecast
from standards.working_time import WorkingCalendar, working_time_between
from tickets.clock import calendar_of
from tickets.models import Message, Ticket

# A queue with more tickets than this in its time has enough of them.
MOST = 20_000
MINUTE = timedelta(minutes=1)


def current_wait(*, team: Team | None = None, now: datetime) -> CurrentWait:
    """What is published about the wait for a first response: of everybody who writes, or to one team."""
    row = Forecast.objects.filter(team=team, what=Forecast.What.FIRST_RESPONSE).first()
    if row is None:
        return published(None, None, hours_of(team), now)
    known = Estimate(row.p50, row.p90, row.p95, row.sample, row.waiting, row.waited, row.longest)
    return published(known, row.as_of, hours_of(team), now)


def hours_of(team: Team | None) -> WorkingCalendar | None:
    """The hours of a team; for everybody those of the team that catches what no rule assigns. None: no calendar."""
    whose = team or Organisation.objects.select_related("default_team").get(pk=1).default_team
    try:
        return calendar_of(whose).working if whose else None
    except ValidationError:
        return None


def waits(team: Team, calendar: WorkingCalendar, *, since: datetime, now: datetime) -> list[Waited]:
    """Each ticket of a team that somebody wrote since then, and those who have been waiting for longer.

    Until the first response: what a person of ours wrote to the customer and our server accepted, or a call
    that reached them. Who phones is answered on the phone and says nothing about writing.
    """
    tickets = (
        Ticket.objects.filter(team=team, opened_at__lte=now, merged_into=None, set_aside_why="")
        .exclude(channel=Channel.PHONE)
        .annotate(answered_at=Subquery(FIRST_RESPONSE))
    )
    recent = tickets.filter(opened_at__gte=since).order_by("-opened_at", "-pk")
    older = tickets.open().filter(Q(answered_at=None), opened_at__lt=since)
    facts = ("opened_at", "answered_at", "resolved_at")
    rows = [*recent.values_list(*facts)[:MOST], *older.values_list(*facts)]
    return [_waited(calendar, now, *row) for row in rows]


FIRST_RESPONSE = (
    Message.objects.filter(
        Q(delivery=None) | Q(delivery__state=Delivery.State.SENT),
        ticket=OuterRef("pk"),
        direction=Message.Direction.OUT,
        human=True,
        only_a_receipt=False,
        result__in=["", Message.Result.REACHED],
    )
    .annotate(accepted_at=Coalesce("delivery__ended_at", "at"))
    .order_by("accepted_at")
    .values("accepted_at")[:1]
)


def _waited(
    calendar: WorkingCalendar,
    now: datetime,
    opened_at: datetime,
    answered_at: datetime | None,
    resolved_at: datetime | None,
) -> Waited:
    answered = answered_at is not None and answered_at <= now
    end = answered_at if answered and answered_at else resolved_at or now
    minutes = -(-working_time_between(calendar, opened_at, end) // MINUTE)
    return Waited(opened_at, minutes, answered, waits=not answered and resolved_at is None)
