from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tickets.models.commitment import Commitment
from tickets.models.event import Event
from tickets.models.message import Message


def _owned() -> Exists:
    """The customer was given a new time by a person since it was missed: the miss is owned, and yet still owed."""
    given = Message.objects.filter(
        ticket=OuterRef("commitment__ticket"),
        direction=Message.Direction.OUT,
        human=True,
        unsettled=False,
        at__gt=OuterRef("commitment__due_at"),
        promises__isnull=False,
    )
    return Exists(given)


def _is_missed(now: datetime) -> Q:
    """Its commitment's time is over at `now`, that for a second try included. As `Commitment.stage` has it."""
    tried_again = Q(commitment__second_try_by__isnull=False, commitment__second_try_by__gte=now)
    return Q(commitment__due_at__lt=now) & ~tried_again


def acted_on() -> QuerySet[Event]:
    """What whoever answers for it, or the lead, did since the warning: to the commitment, or to its ticket as a whole.

    That somebody was given it is not what they did.
    """
    was_given_it = Q(kind="commitment.taken", detail__has_any_keys=["given_by", "why"])
    return Event.objects.filter(
        Q(commitment=OuterRef("commitment")) | Q(commitment=None),
        Q(by=OuterRef("commitment__accountable"))
        | Q(by=OuterRef("commitment__asked_of__lead"))
        | Q(by=OuterRef("commitment__ticket__team__lead")),
        ticket=OuterRef("commitment__ticket"),
        at__gte=OuterRef("at"),
    ).exclude(was_given_it)


class WarningQuerySet(models.QuerySet["Warning"]):
    def untold(self) -> WarningQuerySet:
        """Those of which somebody has to be told by mail yet."""
        return self.filter(untold=True)

    def owned(self) -> WarningQuerySet:
        """Those of misses for which the customer was given a new time since."""
        return self.filter(_owned())

    def over(self, now: datetime) -> WarningQuerySet:
        """Those that will not be true again: it has ended, was owned, or has come to a later stage."""
        stages = Warning.Stage
        return self.filter(
            Q(commitment__state=Commitment.State.ENDED)
            | Q(stage=stages.DUE_SOON, commitment__last_call_at__lte=now)
            | Q(_is_missed(now), stage__in=[stages.DUE_SOON, stages.LAST_CALL])
            | Q(_owned(), stage=stages.UNOWNED)
        )

    def true_at(self, now: datetime) -> WarningQuerySet:
        """Those that say what is so at `now`. Where a clock stands still, none: it may be true again."""
        stages = Warning.Stage
        return self.filter(
            Q(stage=stages.DUE_SOON, commitment__warn_at__lte=now, commitment__last_call_at__gt=now)
            | Q(~_is_missed(now), stage=stages.LAST_CALL, commitment__last_call_at__lte=now)
            | Q(_is_missed(now), stage__in=[stages.OVERDUE, stages.UNOWNED]),
            commitment__state=Commitment.State.RUNNING,
        ).exclude(_owned(), stage=stages.UNOWNED)

    def to_be_owned_before(self, now: datetime) -> WarningQuerySet:
        """The misses whose time to be owned has passed, the longest first.

        Not while a message that was handed in within that time is still in hand: it may be the apology.
        """
        in_hand = Message.objects.filter(
            ticket=OuterRef("commitment__ticket"), unsettled=True, at__lte=OuterRef("own_by")
        )
        return self.filter(own_by__lt=now).exclude(Exists(in_hand)).order_by("own_by", "pk")

    def last_calls(self) -> WarningQuerySet:
        """Those that were the last call."""
        return self.filter(stage=Warning.Stage.LAST_CALL)

    def not_taken_up(self) -> WarningQuerySet:
        """The last calls of what still runs that nobody said they have seen, and did nothing about; by due time."""
        running = self.last_calls().filter(commitment__state=Commitment.State.RUNNING, seen_at=None)
        return running.exclude(Exists(acted_on())).order_by("commitment__due_at", "pk")


class Warning(models.Model):
    """That a commitment was announced as due soon, last call, overdue or not owned: once each.

    A successor after a move is another commitment and warns anew. A last call is taken up when whoever
    answers for it, or the lead, says that they have seen it.
    """

    class Stage(models.TextChoices):
        DUE_SOON = "due_soon", _("Due soon")
        LAST_CALL = "last_call", _("Last call")
        OVERDUE = "overdue", _("Overdue")
        UNOWNED = "unowned", _("Overdue and not owned")

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="warnings")
    stage = models.CharField(max_length=10, choices=Stage)
    at = models.DateTimeField()
    told = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    untold = models.BooleanField(default=False, help_text="Somebody has to be told by mail yet.")
    own_by = models.DateTimeField(
        null=True, help_text="until when a miss is to be owned; empty: looked at since, or nothing to own"
    )
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = WarningQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="warning_happens_once", fields=["commitment", "stage"]),
            models.CheckConstraint(
                name="warning_of_a_miss_is_to_be_owned", condition=Q(own_by__isnull=True) | Q(stage="overdue")
            ),
            models.CheckConstraint(
                name="warning_of_last_call_is_seen_by_somebody",
                condition=Q(seen_at__isnull=True, seen_by__isnull=True)
                | Q(seen_at__isnull=False, seen_by__isnull=False, stage="last_call"),
            ),
        ]
        indexes = [
            models.Index(name="warning_untold", fields=["id"], condition=Q(untold=True)),
            # WarningQuerySet.to_be_owned_before
            models.Index(name="warning_to_be_owned", fields=["own_by"], condition=Q(own_by__isnull=False)),
            models.Index(name="warning_last_call_by_time", fields=["at"], condition=Q(stage="last_call")),
        ]

    def __str__(self) -> str:
        return f"{self.stage} for {self.commitment_id}"
