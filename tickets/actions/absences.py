"""What falls due while somebody is away: colleagues are asked to take it, and what nobody has taken is the lead's.

It is the lead's from the moment the absence begins, whether or not somebody was asked in time: from
then on nobody else could act on a warning. Who was asked may still take it, from the lead.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import DateTimeField, DurationField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from people.models import Absence, User
from tickets.actions import commitments, handover
from tickets.models import Commitment, Event, HandOver

# So long before an absence begins, whoever goes is reminded of what they leave behind.
SOON = timedelta(days=2)
# Who answers where nobody else does, as `Commitment.lead` has it.
_LEAD = Coalesce("asked_of__lead", "ticket__team__lead")


def falls_due_in(absence: Absence) -> QuerySet[Commitment]:
    """What somebody answers for that falls due before they are back, and what went to the lead for that reason."""
    passed = Event.objects.filter(
        commitment=OuterRef("pk"), kind="commitment.taken", detail__why="away", detail__before=absence.user_id,
        at__gte=absence.starts_at,
    )  # fmt: skip
    theirs = Q(accountable=absence.user_id) | Q(Exists(passed), accountable=_LEAD)
    return Commitment.objects.running().filter(theirs, due_at__lt=absence.ends_at).order_by("due_at", "pk")


@transaction.atomic
def ask_all(absence: Absence, asked: Mapping[int, User], *, by: User, now: datetime) -> list[HandOver]:
    """Ask for each promise, by its key, the colleague chosen for it; one that has ended meanwhile is passed over.

    All of them are asked, also about what is not due soon: they plan their days by it.
    """
    found = falls_due_in(absence).filter(pk__in=asked).select_related("ticket").order_by("ticket_id", "pk")
    return [handover.ask(one, asked[one.pk], by=by, now=now) for one in found if one.accountable_id != asked[one.pk].pk]


def left_behind(user: User, now: datetime) -> QuerySet[Commitment]:
    """What `user` answers for in an absence that begins within two days, and nobody is asked to take.

    What falls due before they go is theirs to keep, and no reason to ask; what is overdue is.
    """
    # Added up by the database: a page compiles this once, and puts its own `now` in later.
    soon = Value(now, DateTimeField()) + Value(SOON, DurationField())
    asked = HandOver.objects.unanswered().filter(commitment=OuterRef("pk"))
    return Commitment.objects.running().filter(
        Q(due_at__lt=now) | Q(due_at__gte=F("accountable__absences__starts_at")),
        ~Exists(asked),
        accountable=user,
        accountable__absences__starts_at__gt=now,
        accountable__absences__starts_at__lte=soon,
        due_at__lt=F("accountable__absences__ends_at"),
    )


def untended(now: datetime) -> QuerySet[Commitment]:
    """What is due before whoever answers for it is back; a lead who is away answers all the same."""
    # Absences of one person never overlap, so nothing is found twice.
    return (
        Commitment.objects.running()
        .filter(
            accountable__absences__starts_at__lte=now,
            accountable__absences__ends_at__gt=now,
            due_at__lt=F("accountable__absences__ends_at"),
        )
        .exclude(accountable=_LEAD)
        .order_by("due_at", "pk")
    )


def pass_on_all(*, now: datetime) -> int:
    """Give to the lead what is untended; returns how much that was."""
    return sum(_pass_on(commitment, now=now) for commitment in untended(now).select_related("ticket"))


@transaction.atomic
def _pass_on(commitment: Commitment, *, now: datetime) -> bool:
    # Somebody may have taken or kept it since it was found; the lock of its ticket is taken first.
    locked = commitments.lock(commitment)
    if not untended(now).filter(pk=locked.pk).exists():
        return False
    handover.pass_to_lead(locked, now=now)
    return True
