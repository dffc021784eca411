"""Due times and warnings: worked out anew from what they follow from. Of what has ended, only lately."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from compliance.audit.checks import LATELY, check
from people.models import Organisation
from standards.due import Window, shift, worked_inside
from standards.terms import Clock, Kind
from tickets.clock import times_after_pauses
from tickets.models import Commitment, Event, Warning

Source, State, Stage = Commitment.Source, Commitment.State, Warning.Stage


def given_another() -> Exists:
    """Whether a re-match or newer hours ever gave it another time."""
    kinds = ["commitment.rematched", "commitment.new_hours"]
    return Exists(Event.objects.filter(commitment=OuterRef("pk"), kind__in=kinds))


@check("due-does-not-follow", _("A due time doesn't follow from its window, start and pauses."))
def due_does_not_follow(now: datetime) -> Iterator[Commitment]:
    """Its window from its start, moved on by its pauses; a re-match keeps its own time.

    So does what newer hours had shrunk into the past.
    """
    zone = Organisation.objects.the().zone_info if Organisation.objects.exists() else None
    rows = Commitment.objects.filter(Q(state=State.RUNNING) | Q(ended_at__gt=now - LATELY, due_at__isnull=False))
    rows = rows.exclude(clock=Clock.FIXED).select_related("calendar_version")
    new_hours = Q(kind="commitment.new_hours", detail__tightened=True)
    rematched = Event.objects.filter(Q(kind="commitment.rematched") | new_hours, commitment=OuterRef("pk"))
    for row in rows.annotate(rematched=Exists(rematched)).prefetch_related("pauses").order_by("pk"):
        calendar = row.calendar_version.working
        if row.started_at is None or row.unpaused_due_at is None:
            continue
        if row.due_at != shift(calendar, row.unpaused_due_at, worked_inside(calendar, _stood_still(row))):
            yield row
        elif row.source == Source.STANDARD and row.replaces_id is None and not row.follows_why and not row.rematched:
            window = Window(row.clock, row.window_minutes, row.window_days)
            if zone and row.unpaused_due_at != window.due(calendar, row.started_at, zone):
                yield row


@check("first-due-is-another", _("The first due time of a promise is not the one that it began with."))
def first_due_is_another(now: datetime) -> QuerySet[Commitment]:
    rows = Commitment.objects.filter(~given_another(), replaces=None)
    # A twin has the time that pauses gave the row it was made of, and the first due of that row.
    rows = rows.exclude(follows_why__in=[Commitment.FollowsWhy.SPLIT, Commitment.FollowsWhy.NOT_REACHED])
    return rows.exclude(first_due_at=None).exclude(first_due_at=F("unpaused_due_at"))


@check("warned-by-another-time", _("The moments of warning don't follow from the due time."))
def warned_by_another_time(now: datetime) -> Iterator[Commitment]:
    """Of what runs and has the due time that it began with, or that its pauses gave it."""
    # A call with a slot is announced before that begins.
    rows = Commitment.objects.running().filter(~given_another(), slot_starts_at=None)
    rows = rows.exclude(follows_why__in=[Commitment.FollowsWhy.SPLIT, Commitment.FollowsWhy.NOT_REACHED])
    for row in rows.select_related("calendar_version").prefetch_related("pauses").order_by("pk"):
        moments = times_after_pauses(row, _stood_still(row))
        if row.kind != Kind.ACKNOWLEDGE and (row.warn_at, row.last_call_at) != (moments.warn_at, moments.last_call_at):
            yield row


@check("warned-too-early", _("Somebody was warned of a promise before its time of warning had come."))
def warned_too_early(now: datetime) -> QuerySet[Warning]:
    """Once overdue, a time stays; the other moments stay where no pause and no re-match has changed them."""
    moved = Event.objects.filter(
        commitment=OuterRef("commitment"),
        kind__in=["commitment.rematched", "commitment.new_hours", "commitment.paused"],
    )
    early = Q(stage=Stage.DUE_SOON, at__lt=F("commitment__warn_at"))
    early |= Q(stage=Stage.LAST_CALL, at__lt=F("commitment__last_call_at"))
    overdue = Q(stage=Stage.OVERDUE, at__lte=F("commitment__due_at"))
    return Warning.objects.filter(overdue | early & ~Exists(moved)).order_by("pk")


def _stood_still(row: Commitment) -> list[tuple[datetime, datetime]]:
    return [(pause.started_at, pause.ended_at) for pause in row.pauses.all() if pause.ended_at]
