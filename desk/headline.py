"""The loudest thing on Horizon: one or two sentences that say what will be missed unless somebody acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from desk.horizon import HOUR, OVERDUE, TODAY, Horizon
from tickets.models import Commitment
from ui.formats import clock_time, long_day, moment_in_words, ticket_no, zone_in_words


@dataclass(frozen=True)
class Headline:
    """What the page says first. `overdue` and `soon` are whole sentences; `rest` stands below, smaller."""

    overdue: str
    soon: SafeString | str
    rest: list[SafeString | str]


def headline(seen: Horizon, zone: ZoneInfo) -> Headline:
    """The sentences for what was seen, in the language that is active."""
    overdue, soon, today = seen.counts[OVERDUE], seen.counts[HOUR], seen.counts[TODAY]
    rest: list[SafeString | str] = []
    if today and (overdue or soon):
        rest.append(ngettext("%(n)d more today.", "%(n)d more today.", today) % {"n": today})
    if not overdue and not soon:
        rest.append(_next(seen.first, seen.moments.now, zone))
    rest += _too_full(seen, zone)
    rest += _nobody(seen)
    return Headline(_overdue(overdue), _soon(overdue, soon, clock_time(seen.moments.hour_ends, zone)), rest)


def when(now: datetime, closes: datetime | None, zone: ZoneInfo) -> str:
    """The line above the sentence: which day and time it is here, and whether we are open."""
    today = now.astimezone(zone).date()
    told = {"day": long_day(today, today), "time": clock_time(now, zone), "zone": zone_in_words(zone)}
    if closes is None:
        return _("%(day)s, %(time)s · %(zone)s · closed") % told
    return _("%(day)s, %(time)s · %(zone)s · open until %(closes)s") % {**told, "closes": clock_time(closes, zone)}


def _overdue(count: int) -> str:
    if not count:
        return ""
    return ngettext("%(n)d is overdue.", "%(n)d are overdue.", count) % {"n": count}


def _soon(overdue: int, count: int, until: str) -> SafeString | str:
    link = {"n": count, "time": until, "start": mark_safe('<a class="is-soon" href="#hour">'), "end": mark_safe("</a>")}
    if count and overdue:
        return format_html(
            ngettext(
                "{start}{n} more will be by {time}{end} unless somebody acts.",
                "{start}{n} more will be by {time}{end} unless somebody acts.",
                count,
            ),
            **link,
        )
    if count:
        return format_html(
            ngettext(
                "{start}{n} will be overdue by {time}{end} unless somebody acts.",
                "{start}{n} will be overdue by {time}{end} unless somebody acts.",
                count,
            ),
            **link,
        )
    if overdue:
        return _("Nothing else is due by %(time)s.") % {"time": until}
    return _("Nothing is due in the next hour.")


def _next(first: Commitment | None, now: datetime, zone: ZoneInfo) -> SafeString | str:
    if first is None or first.due_at is None:
        return _("No promise is running.")
    due = clock_time(first.due_at, zone)
    if first.due_at.astimezone(zone).date() != now.astimezone(zone).date():
        due = moment_in_words(first.due_at, now, zone)
    return format_html(
        _("Next: {due}, {kind}, {ticket}"),
        due=due,
        kind=first.get_kind_display(),
        ticket=format_html(
            '<a href="{}">{}</a>', reverse("desk:ticket", args=[first.ticket.number]), ticket_no(first.ticket.number)
        ),
    )


def _too_full(seen: Horizon, zone: ZoneInfo) -> list[str]:
    full = [clock_time(hour.starts, zone) for hour in seen.load if hour.is_too_full]
    if not full:
        return []
    sentence = ngettext(
        "%(n)d hour is too full: %(hours)s.", "%(n)d hours are too full: %(hours)s.", len(full)
    )  # fmt: skip
    return [sentence % {"n": len(full), "hours": ", ".join(full)}]


def _nobody(seen: Horizon) -> list[str]:
    """Who of the urgent ones has nobody; silent where not all of them are shown, so that no figure is half."""
    urgent = [lane for lane in seen.lanes if lane.is_urgent]
    rows = [row for lane in urgent for row in lane.rows]
    if len(rows) < seen.counts[OVERDUE] + seen.counts[HOUR]:
        return []
    numbers = list(dict.fromkeys(ticket_no(row.ticket.number) for row in rows if row.ticket.owner_id is None))
    if not numbers:
        return []
    named = ", ".join(numbers[:5]) + ("…" if len(numbers) > 5 else "")
    sentence = ngettext(
        "%(n)d of these tickets has nobody: %(tickets)s.",
        "%(n)d of these tickets have nobody: %(tickets)s.",
        len(numbers),
    )
    return [sentence % {"n": len(numbers), "tickets": named}]
