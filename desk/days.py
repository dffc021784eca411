"""Whether the day on which something is about to be promised can hold it, in words. A warning, never a refusal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib import messages as toasts
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from desk import load
from desk.forms.composer import NextDateForm
from people.audience import StaffRequest
from people.models import User
from standards.terms import Kind
from tickets.models import Commitment, Ticket
from ui.formats import compact_duration, day_in_words


@dataclass(frozen=True)
class SaidOfDay:
    """What is due on that day already, and the warning where that is too much."""

    due: str
    warning: str


def of_ticket(ticket: Ticket, due_at: datetime, *, by: User, now: datetime) -> SaidOfDay:
    """The day of whoever would answer for what `by` promises on `ticket`; an update that it replaces counts no more."""
    updates = Q(ticket=ticket, kind=Kind.UPDATE) & ~Q(source=Commitment.Source.INTERNAL)
    return _said(load.day_of(ticket.owner or by, due_at, now=now, but=updates))


def of_moved(commitment: Commitment, due_at: datetime, *, now: datetime) -> SaidOfDay:
    """The day to which `commitment` would be moved."""
    return _said(load.day_of(commitment.accountable, due_at, now=now, but=Q(pk=commitment.pk)))


def of_told(ticket: Ticket, form: NextDateForm, *, by: User, now: datetime) -> list[SaidOfDay]:
    """Each day on which what `form` promises falls due."""
    next_date = form.next_date
    dues = [told.due_at for told in form.told if told.due_at]
    if next_date is not None:
        dues += [due for due in (next_date.contact_by, next_date.call and next_date.call.ends_at) if due]
    days = {due.date(): due for due in dues}
    return [of_ticket(ticket, due, by=by, now=now) for _day, due in sorted(days.items())]


def warn(request: StaffRequest, days: Iterable[SaidOfDay]) -> None:
    """Say so after the fact: whoever works without scripts saw nothing while choosing the day."""
    for day in days:
        if day.warning:
            toasts.warning(request, f"{day.due} {day.warning}")


def _said(day: load.Day) -> SaidOfDay:
    facts = {"name": day.person, "day": day_in_words(day.date), "n": day.due}
    due = (
        ngettext("%(name)s has %(n)d promise due on %(day)s.", "%(name)s has %(n)d promises due on %(day)s.", day.due)
        if day.due
        else _("Nothing else that %(name)s answers for falls due on %(day)s.")
    )
    return SaidOfDay(due % facts, _warning(day) % facts)


def _warning(day: load.Day) -> str:
    if day.is_away:
        return _("%(name)s is away on that day.")
    if not day.is_too_full:
        return ""
    if not day.minutes_have:
        return _("There are no opening hours left on that day: it is more than this day can hold.")
    minutes = [compact_duration(timedelta(minutes=number)) for number in (day.minutes_due, day.minutes_have)]
    return _("That is more than this day can hold: %(due)s of work with this one, and %(have)s to do it in.") % {
        "due": minutes[0], "have": minutes[1],
    }  # fmt: skip
