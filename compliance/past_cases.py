"""The cases of the last 90 days that a draft would have applied to. Reads only; the same few queries for any number.

Taken from what was owed by rule. Where no standard of that kind was in force, from the tickets themselves: how
long the first response and the resolution took is known without one. Other kinds leave no such trace.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet, Subquery

from compliance.backtest import Backtest, Past, backtest
from compliance.queues import FIRST_RESPONSE, hours_of
from compliance.results import HELD_FOR
from compliance.times import chains, span_of
from people.models import Team
from people.terms import Channel
from standards.due import Window
from standards.matching import Facts, match
from standards.models import StandardVersion
from standards.terms import Kind
from standards.working_time import WorkingCalendar
from tickets.models import Commitment, Pause, Ticket

LOOKED_BACK = timedelta(days=90)
MOST = 2000  # what a page looks at; of more, every second ticket, every third …
Row = TypeVar("Row", bound=Model)
_DONE = {Commitment.Outcome.KEPT, Commitment.Outcome.KEPT_LATE}
_DROPPED = {Commitment.Outcome.WITHDRAWN, Commitment.Outcome.MERGED}


def would_have_been(draft: StandardVersion, zone: ZoneInfo, *, now: datetime) -> Backtest:
    """What would have happened to the last 90 days under `draft`, put in the place of its standard's version.

    `zone` is the organisation's: in it calendar days end.
    """
    applies = _applies(draft, now)
    found, every = _owed(draft.kind, applies, now)
    if not found and not draft.occasion:
        found, every = _from_tickets(draft.kind, applies, now)
    window = Window(draft.clock, draft.window_minutes, draft.window_days)
    return backtest(found, window, float(draft.target_percent) / 100, zone, now=now, every=every)


def _applies(draft: StandardVersion, now: datetime) -> Callable[[Facts], bool]:
    """Whether the draft would be the one that applies, among the standards in force now."""
    others = StandardVersion.objects.in_force(now).filter(kind=draft.kind).exclude(standard=draft.standard_id)
    candidates = [draft, *others]

    @cache
    def applies(facts: Facts) -> bool:
        return match(candidates, facts).get(draft.kind) is draft

    return applies


def _owed(kind: str, applies: Callable[[Facts], bool], now: datetime) -> tuple[list[Past], int]:
    """What was owed by rule; of a chain of moves its last link tells how it ended, its first when it began."""
    reopened = Commitment.objects.filter(
        follows=OuterRef("pk"),
        follows_why=Commitment.FollowsWhy.REOPENED,
        voided_at=None,
        started_at__lte=OuterRef("ended_at") + HELD_FOR,
    )
    rows = (
        Commitment.objects.filter(
            ~Q(outcome=Commitment.Outcome.MOVED),
            kind=kind,
            source=Commitment.Source.STANDARD,
            voided_at=None,
            started_at__gte=now - LOOKED_BACK,
            started_at__lt=now,
        )
        .annotate(reopened=Exists(reopened), occasion=F("standard_version__occasion"))
        .select_related("ticket__customer", "calendar_version")
        .order_by("started_at", "pk")
    )
    looked_at, every = _spread(rows, "ticket_id")
    wanted = [row for row in looked_at if applies(_facts(row.ticket, row.occasion))]  # type: ignore[attr-defined]  # annotated
    begun = chains([span_of(row) for row in wanted])
    stops = _stops([link for _start, links in begun.values() for link in links], now)
    found = []
    for row in wanted:
        start, links = begun[row.pk]
        found.append(_past(row, start, [stop for link in links for stop in stops[link]], now))
    return found, every


def _spread(rows: QuerySet[Row], ticket: str) -> tuple[list[Row], int]:
    """All of them, or so many that they can be looked at: those of every nth ticket, evenly over the time.

    Never the newest: of these more are open still, and they would tell another story.
    """
    found = list(rows[: MOST + 1])
    if len(found) <= MOST:
        return found, 1
    every = -(-rows.count() // MOST)
    return list(rows.annotate(turn=F(ticket) % every).filter(turn=0)), every


def _stops(links: list[int], now: datetime) -> dict[int, list[tuple[datetime, datetime]]]:
    """When the clock of each of those stood still."""
    found: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for commitment, since, until in Pause.objects.filter(commitment__in=links).values_list(
        "commitment", "started_at", "ended_at"
    ):
        found[commitment].append((since, until or now))
    return found


def _past(row: Commitment, start: datetime, stops: list[tuple[datetime, datetime]], now: datetime) -> Past:
    held = not (row.kind == Kind.RESOLUTION and row.reopened)  # type: ignore[attr-defined]  # annotated
    counted = row.counted_due_at
    in_time = bool(row.ended_at and counted and row.ended_at <= counted)
    was_kept = row.outcome == Commitment.Outcome.KEPT and in_time and held
    return Past(
        start=start,
        end=row.ended_at,
        done=row.outcome in _DONE and held,
        calendar=row.calendar_version.working,
        pauses=stops,
        dropped=row.outcome in _DROPPED,
        was_kept=was_kept if counted and counted < now and not (row.outcome in _DROPPED and in_time) else None,
    )


def _from_tickets(kind: str, applies: Callable[[Facts], bool], now: datetime) -> tuple[list[Past], int]:
    if kind not in {Kind.FIRST_RESPONSE, Kind.RESOLUTION}:
        return [], 1
    ended = Subquery(FIRST_RESPONSE) if kind == Kind.FIRST_RESPONSE else F("resolved_at")
    tickets = (
        Ticket.objects.filter(opened_at__gte=now - LOOKED_BACK, opened_at__lt=now, merged_into=None, set_aside_why="")
        .annotate(ended=ended)
        .select_related("customer")
        .order_by("opened_at", "pk")
    )
    if kind == Kind.FIRST_RESPONSE:
        # Who phones is answered on the phone and says nothing about writing.
        tickets = tickets.exclude(channel=Channel.PHONE)
    looked_at, every = _spread(tickets, "id")
    hours = _hours(looked_at)
    found = [
        Past(ticket.opened_at, ticket.ended, ticket.ended is not None, hours[ticket.team_id])  # type: ignore[attr-defined]  # annotated
        for ticket in looked_at
        if ticket.team_id in hours and applies(_facts(ticket))
    ]
    return found, every


def _hours(tickets: Iterable[Ticket]) -> dict[int, WorkingCalendar]:
    """The hours by which each of their teams works now; a team without any is left out."""
    teams = Team.objects.filter(pk__in={ticket.team_id for ticket in tickets})
    known = {team.pk: hours_of(team) for team in teams}
    return {pk: hours for pk, hours in known.items() if hours is not None}


def _facts(ticket: Ticket, occasion: str = "") -> Facts:
    return Facts(ticket.type, ticket.category_id, ticket.priority, ticket.channel, ticket.customer.group, occasion)
