"""The trail of a commitment as text for its customer: in their language and zone, and no more than is theirs.

No names of ours but the sender's own, no notes, nothing of who answers for what.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from desk.why_facts import Facts
from standards.due import worked_inside
from standards.explain import follows, why_due
from standards.terms import Clock
from tickets.certain import certain
from tickets.models import Commitment, Message
from tickets.wording import in_their_words
from ui.formats import clock_time, compact_duration, day_in_words, zone_in_words

if TYPE_CHECKING:
    from people.models import Customer, Organisation, User
    from tickets.reckoning import Reckoned

Outcome = Commitment.Outcome
At = Callable[[datetime], str]


def text(facts: Facts, *, viewer: User, organisation: Organisation, now: datetime) -> str:
    """Ready to be copied into a reply of `viewer`; empty for what customers are not told of."""
    row = facts.row
    if row.is_internal:
        return ""
    customer = row.ticket.customer
    with translation.override(language_of(customer)):
        zone = ZoneInfo(customer.zone or organisation.zone)
        lines = [*_lines(facts, organisation, zone, partial(_at, zone=zone, now=now), now)]
        if facts.reckoned is not None:
            lines.append(_("All times are %(place)s.") % {"place": zone_in_words(zone)})
        return "\n".join([*lines, "", viewer.name])


def language_of(customer: Customer) -> str:
    """In what it is told: in English where the customer's own language has no words for all of it."""
    return customer.language if customer.language in dict(settings.LANGUAGES) else "en"


def _lines(facts: Facts, organisation: Organisation, zone: ZoneInfo, at: At, now: datetime) -> Iterator[str]:
    row, first, found = facts.row, facts.chain[0], facts.reckoned
    yield _("%(what)s: how the time came about") % {"what": row.promised_text.rstrip(" .") or in_their_words(row.kind)}
    if found is None:
        yield _("It begins when: %(condition)s") % {"condition": row.condition}
        return
    start = certain(first.started_at)
    if facts.said_at(start, Message.Direction.IN):
        yield _("You came to us on %(date)s.") % {"date": at(start)}
    version = first.standard_version
    if version is not None and (sentence := version.sentence_in(translation.get_language() or "")):
        yield _("What we promise everybody: %(sentence)s") % {"sentence": sentence}
    if row.replaces_id is None:
        yield from _from_the_start(row, found, organisation, zone)
    else:
        told = {"date": at(start), "due": at(found.first_due)}
        yield _("First we promised it by %(due)s; that counts from %(date)s.") % told
    for one in facts.chain:
        for pause in one.pauses.all():
            if pause.ended_at:
                length = worked_inside(row.calendar_version.working, [(pause.started_at, pause.ended_at)])
                yield _(
                    "We asked you something on %(asked)s. Until %(ended)s the clock stood still, for %(length)s of"
                    " opening time."
                ) % {
                    "asked": at(pause.started_at), "ended": at(pause.ended_at),
                    "length": compact_duration(length, days=False),
                }  # fmt: skip
        moved = facts.moves.get(one.pk)
        if moved is not None and moved.due_at and one.ended_at:
            yield _("On %(date)s we told you a new time: %(due)s. The reason: %(reason)s") % {
                "date": at(one.ended_at), "due": at(moved.due_at), "reason": moved.reason,
            }  # fmt: skip
    yield from _where_it_stands(row, found, zone, at, now)


def _from_the_start(row: Commitment, found: Reckoned, organisation: Organisation, zone: ZoneInfo) -> Iterator[str]:
    calendar, start, due = row.calendar_version.working, certain(row.started_at), found.due_if_it_ran
    paused = worked_inside(calendar, found.spans)
    if row.clock == Clock.FIXED or not follows(
        row.clock, row.window_minutes, row.window_days, calendar, start, due, organisation.zone_info, paused
    ):
        return
    yield from why_due(
        clock=row.clock, minutes=row.window_minutes, days=row.window_days, calendar=calendar, start=start,
        due=found.unpaused, zone=organisation.zone_info if row.clock == Clock.CALENDAR_DAYS else zone,
        closed=row.calendar_version.holiday_names(start, due),
    )[:-1]  # fmt: skip


def _where_it_stands(row: Commitment, found: Reckoned, zone: ZoneInfo, at: At, now: datetime) -> Iterator[str]:
    if found.standing_since is not None:
        yield _("The clock stands still until you answer us.")
        return
    due = at(certain(found.due))
    if row.slot_starts_at and found.due == row.due_at:
        due = _("%(begins)s to %(ends)s") % {
            "begins": at(row.slot_starts_at),
            "ends": clock_time(certain(found.due), zone),
        }
    match row.outcome:
        case Outcome.KEPT:
            yield _("So the time was %(due)s. It was done on %(date)s.") % {
                "due": due, "date": at(certain(row.ended_at))
            }  # fmt: skip
        case Outcome.KEPT_LATE:
            yield _("So the time was %(due)s. It was done on %(date)s, and that was late.") % {
                "due": due, "date": at(certain(row.ended_at))
            }  # fmt: skip
        case Outcome.NOT_DONE:
            yield _("So the time was %(due)s, and we did not keep it.") % {"due": due}
        case Outcome.WITHDRAWN | Outcome.MERGED:
            yield _("It is no longer open.")
        case _ if row.may_be_tried_again(now):
            yield _("We promised to call: %(due)s.") % {"due": due}
            again = at(certain(row.second_try_by))
            yield _("We called and did not reach you. We try again by %(date)s.") % {"date": again}
        case _ if row.clock == Clock.FIXED and row.replaces_id is None:
            yield _("The time that we told you: %(due)s.") % {"due": due}
        case _:
            yield _("So the time is %(due)s.") % {"due": due}


def _at(moment: datetime, *, zone: ZoneInfo, now: datetime) -> str:
    day = day_in_words(moment.astimezone(zone).date(), now.astimezone(zone).date())
    return _("%(day)s at %(time)s") % {"day": day, "time": clock_time(moment, zone)}
