"""The words of a mail that tells staff what needs them: what, by when, and where to go.

In the language that is active.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import groupby

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tickets.certain import certain
from tickets.models import Warning
from ui.formats import long_date, long_slot, short_moment, ticket_no

Stage = Warning.Stage

# A mail lists so many, the most pressing; the others stand on Horizon.
LISTED = 20
_ORDER = [Stage.UNOWNED, Stage.OVERDUE, Stage.LAST_CALL, Stage.DUE_SOON]


def in_order(warnings: Iterable[Warning]) -> list[Warning]:
    """The gravest stage first, and of each what was or is due first."""
    return sorted(warnings, key=lambda one: (_ORDER.index(Stage(one.stage)), one.commitment.due_at, one.pk))


def letter(name: str, warnings: list[Warning], *, zone: str, now: datetime) -> tuple[str, str]:
    """Subject and text for the reader of that name, of warnings that are `in_order`; times as clocks in `zone` show."""
    parts = [_("Hello %(name)s,") % {"name": name}]
    counts = _counts(warnings)
    for stage, together in groupby(warnings[:LISTED], key=lambda warning: warning.stage):
        if len(counts) > 1:
            parts.append(f"{Stage(stage).label} ({counts[stage]})")
        parts += [_entry(warning, zone, now) for warning in together]
    if (more := len(warnings) - LISTED) > 0:
        parts.append(ngettext("%(n)d more needs you.", "%(n)d more need you.", more) % {"n": more})
    parts.append(_what_to_do(counts))
    parts.append(_("All that is due:") + f"\n{settings.SITE_URL}/desk/")
    subject = _subject_of_one(warnings[0], zone, now) if len(warnings) == 1 else _subject(counts)
    return subject, "\n\n".join(parts) + "\n"


def _counts(warnings: list[Warning]) -> dict[str, int]:
    return {stage: len(list(together)) for stage, together in groupby(warnings, key=lambda one: one.stage)}


def _subject(counts: dict[str, int]) -> str:
    said: dict[str, Callable[[int], str]] = {
        Stage.UNOWNED: lambda n: ngettext("%(n)d not owned", "%(n)d not owned", n),
        Stage.OVERDUE: lambda n: ngettext("%(n)d overdue", "%(n)d overdue", n),
        Stage.LAST_CALL: lambda n: ngettext("%(n)d last call", "%(n)d last calls", n),
        Stage.DUE_SOON: lambda n: ngettext("%(n)d due soon", "%(n)d due soon", n),
    }
    return ", ".join(said[stage](number) % {"n": number} for stage, number in counts.items())


def _subject_of_one(warning: Warning, zone: str, now: datetime) -> str:
    promise, ticket = warning.commitment, warning.commitment.ticket
    sentence = {
        Stage.UNOWNED: _("No new time given, overdue since %(due)s: %(what)s, %(ticket)s"),
        Stage.OVERDUE: _("Overdue since %(due)s: %(what)s, %(ticket)s"),
        Stage.LAST_CALL: _("Last call, due %(due)s: %(what)s, %(ticket)s"),
        Stage.DUE_SOON: _("Due soon, %(due)s: %(what)s, %(ticket)s"),
    }[Stage(warning.stage)]
    return sentence % {
        "due": short_moment(certain(promise.due_at), now, zone),
        "what": promise.title,
        "ticket": f"{ticket_no(ticket.number)} {' '.join(ticket.subject.split())}",
    }


def _entry(warning: Warning, zone: str, now: datetime) -> str:
    promise, ticket = warning.commitment, warning.commitment.ticket
    lines = [
        promise.title + (f": {promise.promised_text}" if promise.promised_text else ""),
        _when(warning, zone, now),
        f"{ticket_no(ticket.number)} {' '.join(ticket.subject.split())}, {ticket.customer.name}",
        f"{settings.SITE_URL}/desk/tickets/{ticket.number}/#commitment-{promise.pk}",
    ]
    return "\n".join(lines)


def _when(warning: Warning, zone: str, now: datetime) -> str:
    promise, due = warning.commitment, certain(warning.commitment.due_at)
    if warning.stage in {Stage.OVERDUE, Stage.UNOWNED}:
        return _("It was due: %(date)s") % {"date": long_date(due, zone)}
    if promise.may_be_tried_again(now):
        return _("Second try by: %(date)s") % {"date": long_date(certain(promise.second_try_by), zone)}
    if promise.slot_starts_at:
        return _("Due: %(date)s") % {"date": long_slot(promise.slot_starts_at, due, zone)}
    return _("Due: %(date)s") % {"date": long_date(due, zone)}


def _what_to_do(counts: dict[str, int]) -> str:
    advice = []
    if Stage.UNOWNED in counts:
        advice.append(
            _("Not owned means: the customer has heard no apology and no new time, and the time for that is over.")
        )
    elif Stage.OVERDUE in counts:
        advice.append(_("What is overdue needs an apology and a new time."))
    if Stage.LAST_CALL in counts:
        advice.append(_("For a last call, one click on its page says that you have seen it."))
    if Stage.LAST_CALL in counts or Stage.DUE_SOON in counts:
        advice.append(_("What is still ahead can be kept, or moved in time with its reason."))
    return "\n".join(advice)
