"""Telling staff by mail what was announced: in their working hours, and one mail in a quarter of an hour at most.

What was announced at night or just after a mail waits on its row, so that the next mail tells all
that is still true then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import translation

from mail import outbox
from mail.models import Delivery
from mail.models.delivery import Purpose
from people.models import Organisation, User
from tickets import warning_letter
from tickets.at_work import Staff, staff_at
from tickets.models import Warning

APART = timedelta(minutes=15)
# What was overdue when the mail was written is news for so long.
NEWS_FOR = timedelta(hours=8)


def tell_all(*, now: datetime) -> int:
    """Write to everybody who has to be told and works now; returns how many mails."""
    Warning.objects.untold().over(now).update(untold=False)
    if not Warning.objects.untold().exists():
        return 0
    staff = staff_at(now)
    todo = still_to_tell(staff, now)
    at_work = {person: warnings for person, warnings in todo.items() if staff.is_at_work(person)}
    mails = sum(tell(person, warnings, now=now) is not None for person, warnings in at_work.items())
    if mails:
        still_to_tell(staff, now)
    return mails


@transaction.atomic
def tell(person: int, warnings: Iterable[int], *, now: datetime) -> Delivery | None:
    """One mail to `person` about those of `warnings` that are true; None where they had one just now.

    Also where another sweep writes to them at this moment.
    """
    # Whoever writes to a person locks them, so that two sweeps make one mail.
    locked = User.objects.select_for_update(no_key=True, skip_locked=True)
    reader = locked.filter(pk=person, is_active=True).first()
    if reader is None or _had_one(reader, since=now - APART):
        return None
    rows = Warning.objects.untold().true_at(now).filter(pk__in=list(warnings)).exclude(told=reader)
    pressing = warning_letter.in_order(rows.select_related("commitment__ticket__customer", "commitment__made_by"))
    if not pressing:
        return None
    promises = [warning.commitment for warning in pressing]
    alone = promises[0] if len(promises) == 1 else None
    ahead = [promise.due_at for promise in promises if promise.due_at and promise.due_at > now]
    with translation.override(reader.language):
        subject, body = warning_letter.letter(
            reader.name, pressing, zone=reader.zone or Organisation.objects.the().zone, now=now
        )
    Warning.told.through.objects.bulk_create(
        Warning.told.through(warning_id=warning.pk, user_id=reader.pk) for warning in pressing
    )
    return outbox.enqueue(
        key=_key(reader, now),
        purpose=Purpose.STAFF_WARNING,
        about=alone.about if alone else "",
        recipient=reader.email,
        recipient_name=" ".join(reader.name.split()),
        language=reader.language,
        subject=subject,
        body=body,
        now=now,
        due_at=now,
        automatic=True,
        at_least_once=True,
        stop_on=[Delivery.StopOn.PROMISE_CHANGED] if alone else [],
        expires_at=min(ahead, default=now + NEWS_FOR),
    )


def still_to_tell(staff: Staff, now: datetime) -> dict[int, list[int]]:
    """By person the warnings that they have to be told of and were not; one that nobody has to hear of is done."""
    todo: dict[int, list[int]] = defaultdict(list)
    done = []
    waiting = Warning.objects.untold().true_at(now).annotate(
        heard=ArrayAgg("told", filter=Q(told__isnull=False), default=[]),
        lead=Coalesce("commitment__asked_of__lead", "commitment__ticket__team__lead"),
    )  # fmt: skip
    facts = ("pk", "stage", "commitment__accountable", "lead", "heard")
    for pk, stage, accountable, lead, heard in waiting.values_list(*facts):
        missing = staff.to_tell(stage, accountable, lead) - set(heard)
        for person in missing:
            todo[person].append(pk)
        if not missing and staff.concerned(stage, accountable, lead):
            done.append(pk)
    Warning.objects.filter(pk__in=done).update(untold=False)
    return todo


def _key(person: User, at: datetime) -> str:
    # Sorts by time for each person, so that their last mail is found by the key's index.
    return f"warnings:{person.pk:010}:{at:%Y-%m-%dT%H:%M:%S}"


def _had_one(person: User, *, since: datetime) -> bool:
    mine = Delivery.objects.filter(key__gt=_key(person, since), key__lte=f"warnings:{person.pk:010}:9")
    return mine.exists()
