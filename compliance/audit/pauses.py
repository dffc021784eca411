"""Clocks stand still only while we wait for an answer that we have asked for, and run on by themselves."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from compliance.audit.checks import STUCK, WORKER, check
from standards.terms import PAUSING, Clock
from tickets.models import Commitment, Message, Pause, Ticket

State = Commitment.State


@check("paused-without-pause", _("A clock stands still, but no pause says why."))
def paused_without_pause(now: datetime) -> QuerySet[Commitment]:
    open_pause = Pause.objects.filter(commitment=OuterRef("pk"), ended_at=None)
    return Commitment.objects.filter(~Exists(open_pause), state=State.PAUSED)


@check("pause-without-paused", _("A pause is open, but the clock is not standing still."))
def pause_without_paused(now: datetime) -> QuerySet[Pause]:
    return Pause.objects.filter(ended_at=None).exclude(commitment__state=State.PAUSED)


@check("paused-without-a-question", _("A clock stood still, but the customer was asked nothing."))
def paused_without_a_question(now: datetime) -> QuerySet[Pause]:
    return Pause.objects.exclude(question__asks=True, question__direction=Message.Direction.OUT)


@check("paused-by-what-never-arrived", _("A clock stands still because of a question that did not reach the customer."))
def paused_by_what_never_arrived(now: datetime) -> QuerySet[Pause]:
    return Pause.objects.filter(ended_at=None, question__not_reached_at__isnull=False)


@check("paused-what-never-pauses", _("A clock stood still that never does."))
def paused_what_never_pauses(now: datetime) -> QuerySet[Pause]:
    return Pause.objects.exclude(~Q(commitment__clock=Clock.FIXED), commitment__kind__in=PAUSING)


@check("paused-outside-its-time", _("A clock stood still before it ran, after it was due, or longer than we said."))
def paused_outside_its_time(now: datetime) -> QuerySet[Pause]:
    before = Q(started_at__lt=F("commitment__started_at"))
    after_due = Q(commitment__due_at__isnull=False, started_at__gte=F("commitment__due_at"))
    return Pause.objects.filter(before | after_due | Q(ended_at__gt=F("ends_by")))


@check("paused-longer-than-said", _("A clock stands still although the time we wait is over."), WORKER)
def paused_longer_than_said(now: datetime) -> QuerySet[Pause]:
    return Pause.objects.filter(ended_at=None, ends_by__lt=now - STUCK)


@check("waits-for-ever", _("A ticket waits for the customer longer than we said, and nothing will end that."))
def waits_for_ever(now: datetime) -> QuerySet[Ticket]:
    asked = Message.objects.filter(ticket=OuterRef("pk"), wait_until__gt=now - STUCK)
    return Ticket.objects.filter(~Exists(asked), state=Ticket.State.WAITING_ON_CUSTOMER)
