"""Why a commitment is due when it is: its whole trail, as one page part shows it. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.utils.functional import Promise as StrPromise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk import why_log, why_told
from desk.why_facts import Facts, read
from desk.why_log import Entry
from people.models import Organisation, User
from standards import words
from standards.due import worked_inside
from standards.explain import follows, why_due
from standards.stretches import MOST, Stretch, stretches, to_the_minute
from standards.terms import Clock
from tickets.certain import certain
from tickets.models import Commitment, Message
from tickets.reckoning import Reckoned
from tickets.trail import Step
from ui.formats import compact_duration, moment_in_words

FollowsWhy = Commitment.FollowsWhy
_FOLLOWS: dict[str, StrPromise] = {
    FollowsWhy.REOPENED: gettext_lazy("Before, it did not hold"),
    FollowsWhy.AFTER_A_MISS: gettext_lazy("Promised after a miss of"),
    FollowsWhy.NOT_REACHED: gettext_lazy("Owed again in place of"),
    FollowsWhy.SPLIT: gettext_lazy("Split from"),
    FollowsWhy.OBJECTED: gettext_lazy("Asked again, because this was not what was asked for"),
}
_FOLLOWED: dict[str, StrPromise] = {
    FollowsWhy.REOPENED: gettext_lazy("It did not hold; owed again as"),
    FollowsWhy.AFTER_A_MISS: gettext_lazy("Promised anew as"),
    FollowsWhy.NOT_REACHED: gettext_lazy("The customer was not reached; owed again as"),
    FollowsWhy.SPLIT: gettext_lazy("Owed on the other part, too, as"),
    FollowsWhy.OBJECTED: gettext_lazy("It was not what was asked for; asked again as"),
}


@dataclass(frozen=True)
class Answered:
    """Somebody answered for it from then on, until another did or it ended."""

    name: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Related:
    """Another commitment that this one goes back to, or that goes back to it, and how."""

    commitment: Commitment
    how: StrPromise | str


@dataclass(frozen=True)
class Why:
    """Everything that is told of one commitment. Times are as the record gives them, not as the row says."""

    commitment: Commitment
    stage: str
    due: datetime | None
    agrees: bool
    begun_with: Message | None
    way: list[Stretch]
    more: int
    sentences: list[str]
    counted: list[str]
    log: list[Entry]
    answered: list[Answered]
    related: list[Related]
    told: str
    told_in: str

    @property
    def window(self) -> str:
        """The time that is allowed; empty for a time that was told."""
        row = self.commitment
        return "" if row.clock == Clock.FIXED else words.window(row.clock, row.window_minutes, row.window_days)


def why(row: Commitment, *, viewer: User, now: datetime, zone: ZoneInfo) -> Why:
    """All of it, for `viewer` in `zone`. The same few queries, however long the trail is."""
    organisation = Organisation.objects.the()
    facts = read(row, organisation.zone_info)
    row = facts.row
    # Calendar days end at midnight where the organisation is, wherever the reader is.
    shown_in = organisation.zone_info if row.clock == Clock.CALENDAR_DAYS else zone
    found = facts.reckoned
    way, sentences = ([], []) if found is None else _way(row, found, facts.steps[row.pk], shown_in, now)
    return Why(
        commitment=row,
        stage=row.stage(now),
        due=found.due_if_it_ran if found else None,
        agrees=found is None or found.due == row.due_at,
        begun_with=facts.said_at(facts.chain[0].started_at, Message.Direction.IN) or _told_by(facts),
        way=way[:MOST],
        more=max(len(way) - MOST, 0),
        sentences=sentences,
        counted=_counted(row, found, now),
        log=why_log.entries(facts, now),
        answered=_answered(facts),
        related=_related(facts),
        told=why_told.text(facts, viewer=viewer, organisation=organisation, now=now),
        told_in=why_told.language_of(row.ticket.customer),
    )


def _told_by(facts: Facts) -> Message | None:
    return facts.said_at(facts.chain[0].started_at, Message.Direction.OUT)


def _way(
    row: Commitment, found: Reckoned, steps: list[Step], zone: ZoneInfo, now: datetime
) -> tuple[list[Stretch], list[str]]:
    """Each piece of the way, and what is to be said of it where the pieces don't say it all."""
    calendar = row.calendar_version.working
    start, due, spans = certain(row.started_at), found.due_if_it_ran, list(found.spans)
    paused = worked_inside(calendar, spans)
    by_rule = follows(row.clock, row.window_minutes, row.window_days, calendar, start, due, zone, paused)
    closed = row.calendar_version.holiday_names(start, due)
    why_paused = _("the clock stood still: we waited for the customer")
    pieces = stretches(
        row.clock if by_rule else Clock.WORKING_TIME, calendar, start,
        found.unpaused if by_rule and row.clock == Clock.WORKING_DAYS else due, zone, closed,
        [(since, until, why_paused) for since, until in spans],
    )  # fmt: skip
    sentences = [] if by_rule else [_set_otherwise(row, found, steps, zone, now)]
    if by_rule:
        told = why_due(
            clock=row.clock, minutes=row.window_minutes, days=row.window_days, calendar=calendar,
            start=start, due=due, zone=zone, paused=paused, closed=closed,
        )  # fmt: skip
        # The pieces say the rest.
        sentences = told[-1 - (paused > timedelta(0)) :] if pieces else told
    if found.standing_since:
        standing = _("The clock has stood still since %(since)s: that is when it would be due if it ran on at once.")
        sentences.append(standing % {"since": moment_in_words(found.standing_since, now, zone)})
    return pieces, sentences


def _set_otherwise(row: Commitment, found: Reckoned, steps: list[Step], zone: ZoneInfo, now: datetime) -> str:
    """Why the time is not simply the window from the start."""
    if row.replaces_id is not None:
        return _("This time was told when it was moved.")
    tightened = [step for step in steps if step.event and step.event.detail.get("tightened")]
    if tightened:
        return _("By the rule that applied from then on its time had passed already, so it became due shortly after.")
    match row.follows_why:
        case FollowsWhy.REOPENED:
            return _("It did not hold: what was left of its window counts from then on, and half of it at least.")
        case FollowsWhy.NOT_REACHED:
            return _("The customer was not reached with what had kept it, so it is owed again by the same time.")
        case FollowsWhy.SPLIT:
            return _("The ticket was split, and both parts owe it by the same time.")
    shown = (to_the_minute(certain(row.started_at)), to_the_minute(found.due_if_it_ran))
    open_time = worked_inside(row.calendar_version.working, [shown])
    if row.is_internal:
        return _("This time was asked for. There are %(open)s of opening time until then.") % {
            "open": compact_duration(open_time, days=False)
        }
    return _("This time was told to the customer. There are %(open)s of opening time until then.") % {
        "open": compact_duration(open_time, days=False)
    }


def _counted(row: Commitment, found: Reckoned | None, now: datetime) -> list[str]:
    """By which time results count it, and why that is not simply the one shown."""
    if row.voided_at is not None:
        return [_("It doesn't count: it was taken out of the results.")]
    if row.outcome == Commitment.Outcome.MOVED:
        return [_("It was moved: the promise that took its place counts, by the time first promised.")]
    if found is None:
        return [_("It counts once its clock has started.")]
    counted = found.counted or found.counted_so_far
    if counted is None or counted == found.due_if_it_ran:
        return [_("Results count by the time shown.")]
    said = _("Results count by %(counted)s.") % {"counted": moment_in_words(counted, now)}
    if row.replaces_id is not None:
        return [said, _("That is the time promised first: moving a promise makes no result better.")]
    return [said, _("A change of rule or hours makes no result better: the earlier of the times counts.")]


def _answered(facts: Facts) -> list[Answered]:
    """Who answered from when to when, along the whole chain: each change names who had answered before it."""
    first, last = facts.chain[0], facts.row
    events = [event for one in facts.chain for event in one.events.all()]
    changes = [event for event in events if event.kind in {"commitment.taken", "ask.given_back"}]
    nobody = _("somebody who is not on the record")
    names = [facts.names.get(event.detail.get("before", 0), nobody) for event in changes]
    moments = [first.started_at or first.made_at, *(event.at for event in changes), last.ended_at]
    names.append(certain(last.accountable).name)
    return [
        Answered(name, certain(since), until) for name, (since, until) in zip(names, pairwise(moments), strict=True)
    ]


def _related(facts: Facts) -> list[Related]:
    row = facts.row
    before: list[tuple[Commitment, StrPromise | str]] = (
        [(row.replaces, _("It took the place of"))] if row.replaces else []
    )
    if row.follows is not None:
        before.append((row.follows, _FOLLOWS[row.follows_why]))
    after = [
        (one, _("It was moved; in its place stands") if one.replaces_id == row.pk else _FOLLOWED[one.follows_why])
        for one in facts.after
    ]
    return [Related(one, how) for one, how in (*before, *after)]
