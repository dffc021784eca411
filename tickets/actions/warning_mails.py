"""Telling staff by mail what was announced: in working hours, and one mail in a quarter of an hour at most.

What was announced at night or just after a mail waits on its row, so that the next mail tells all
that is still true then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mail import outbox
from mail.models import Delivery
from mail.models.delivery import Purpose
from people.models import Organisation, User
from standards.working_time import is_open
from tickets.certain import certain
from tickets.clock import calendar_of
from tickets.models import Warning
from ui.formats import long_date, ticket_no

APART = timedelta(minutes=15)
# A mail lists so many, the most pressing; the others stand on Horizon.
LISTED = 20
# One sweep looks at so many warnings.
AT_ONCE = 1_000
# What was overdue when the mail was written is news for so long.
NEWS_FOR = timedelta(hours=8)


def tell_all(*, now: datetime) -> int:
    """Write to everybody who has to be told and works now; returns how many mails."""
    todo: dict[User, list[Warning]] = defaultdict(list)
    open_now: dict[int, bool] = {}
    waiting = Warning.objects.filter(untold=True).order_by("pk").prefetch_related("told")
    for warning in waiting.select_related("commitment__accountable", "commitment__ticket__team__lead")[:AT_ONCE]:
        team = warning.commitment.ticket.team
        if warning.commitment.stage(now) != warning.stage:
            # Ended, paused, or at a later stage, which is announced by itself.
            _told(warning)
            continue
        if team.pk not in open_now:
            open_now[team.pk] = is_open(calendar_of(team).working, now)
        for person in _concerned(warning):
            if open_now[team.pk] and person not in warning.told.all():
                todo[person].append(warning)
    return sum(tell(person, warnings, now=now) is not None for person, warnings in todo.items())


@transaction.atomic
def tell(person: User, warnings: Iterable[Warning], *, now: datetime) -> Delivery | None:
    """One mail to `person` about all of `warnings`; None where they had one just now, or another has them in hand."""
    mine = Warning.objects.select_for_update(of=("self",), skip_locked=True).filter(
        pk__in=[warning.pk for warning in warnings], untold=True
    )
    rows = mine.select_related(
        "commitment__accountable", "commitment__ticket__customer", "commitment__ticket__team__lead"
    )
    pressing = sorted(rows, key=lambda warning: (warning.commitment.due_at, warning.pk))
    if not pressing or _had_one(person, since=now - APART):
        return None
    promises = [warning.commitment for warning in pressing]
    alone = promises[0] if len(promises) == 1 else None
    ahead = [promise.due_at for promise in promises if promise.due_at and promise.due_at > now]
    with translation.override(person.language):
        subject, body = _letter(person, pressing)
    mail = outbox.enqueue(
        key=_key(person, now),
        purpose=Purpose.STAFF_WARNING,
        about=alone.about if alone else "",
        recipient=person.email,
        recipient_name=" ".join(person.name.split()),
        language=person.language,
        subject=subject,
        body=body,
        now=now,
        due_at=now,
        automatic=True,
        at_least_once=True,
        stop_on=[Delivery.StopOn.PROMISE_CHANGED] if alone else [],
        expires_at=min(ahead, default=now + NEWS_FOR),
    )
    through = Warning.told.through
    new = [through(warning_id=warning.pk, user_id=person.pk) for warning in pressing]
    through.objects.bulk_create(new, ignore_conflicts=True)
    told = set(through.objects.filter(warning__in=pressing).values_list("warning_id", "user_id"))
    for warning in pressing:
        if all((warning.pk, other.pk) in told for other in _concerned(warning)):
            _told(warning)
    return mail


def _concerned(warning: Warning) -> set[User]:
    """Who is told: whoever answers for it, and from the last call on the team's lead."""
    people = {warning.commitment.accountable}
    if warning.stage != Warning.Stage.DUE_SOON:
        people.add(warning.commitment.ticket.team.lead)
    return {person for person in people if person.is_active}


def _told(warning: Warning) -> None:
    warning.untold = False
    warning.save(update_fields=["untold"])


def _key(person: User, at: datetime) -> str:
    # Sorts by time for each person, so that their last mail is found by the key's index.
    return f"warnings:{person.pk:010}:{at:%Y-%m-%dT%H:%M:%S}"


def _had_one(person: User, *, since: datetime) -> bool:
    mine = Delivery.objects.filter(key__gt=_key(person, since), key__lte=f"warnings:{person.pk:010}:9")
    return mine.exists()


def _letter(person: User, warnings: list[Warning]) -> tuple[str, str]:
    """Subject and text, in the language that is active."""
    zone = person.zone or Organisation.objects.the().zone
    parts = [_("Hello %(name)s,") % {"name": person.name}]
    parts += [_entry(warning, zone) for warning in warnings[:LISTED]]
    if (more := len(warnings) - LISTED) > 0:
        parts.append(ngettext("%(n)d more needs you.", "%(n)d more need you.", more) % {"n": more})
    parts.append(_("What is still ahead can be kept, or moved in time with its reason. All that is due:"))
    if len(warnings) == 1:
        ticket = warnings[0].commitment.ticket
        subject = f"{_what(warnings[0])}, {ticket_no(ticket.number)} {' '.join(ticket.subject.split())}"
    else:
        number = len(warnings)
        subject = ngettext("%(n)d promise needs you", "%(n)d promises need you", number) % {"n": number}
    return subject, "\n\n".join(parts) + f"\n{settings.SITE_URL}/desk/"


def _entry(warning: Warning, zone: str) -> str:
    promise, ticket = warning.commitment, warning.commitment.ticket
    when = long_date(certain(promise.due_at), zone)
    lines = [
        _what(warning) + (f" ({promise.promised_text})" if promise.promised_text else ""),
        f"{ticket_no(ticket.number)} {' '.join(ticket.subject.split())}, {ticket.customer.name}",
        _("It was due: %(date)s") % {"date": when}
        if warning.stage == Warning.Stage.OVERDUE
        else _("Due: %(date)s") % {"date": when},
        f"{settings.SITE_URL}/desk/tickets/{ticket.number}/",
    ]
    return "\n".join(lines)


def _what(warning: Warning) -> str:
    return _("%(stage)s: %(what)s") % {
        "stage": warning.get_stage_display(),
        "what": warning.commitment.get_kind_display(),
    }
