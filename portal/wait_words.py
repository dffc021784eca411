"""The wait for a first response, in words: for the page, for the greeting on the phone, for a badge.

What may be said at all is decided by `compliance.waiting`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import npgettext, pgettext

from compliance.waiting import STALE, CurrentWait, Saying, Spoken, Unit
from standards import words
from standards.models import StandardVersion
from standards.terms import Clock, Kind
from ui.formats import clock_time, compact_duration, moment_in_words


@dataclass(frozen=True)
class Said:
    """A wait in words: `short` for a heading, `more` what belongs beside it.

    `promise` says where the words of the standard itself belong, which may be of another language: instead
    of the heading, after the rest, or nowhere.
    """

    short: str
    more: str
    promise: str = ""


def in_words(wait: CurrentWait, standard: StandardVersion | None) -> Said:
    """What is said of `wait`; `standard` is the first response that we promise everybody, where there is one."""
    if wait.saying == Saying.NOT_AVAILABLE:
        if standard is None:
            return Said(_("not available just now"), "")
        return Said(_("not available just now"), _("Our standard:"), "after")
    if wait.saying == Saying.STANDARD:
        why = _("Too few people have written lately to say how long it takes now.")
        if standard is None:
            return Said(_("not known yet"), why)
        return Said("", _("That is our standard, not the wait just now. %(why)s") % {"why": why}, "instead")
    half, most = _within(wait.half), {"most": _within(wait.most)}
    if wait.saying == Saying.LONGER:
        more = _("a person answers half of those who write now; longer than usual: nine in ten %(most)s") % most
    else:
        more = _("a person answers half of those who write now; nine in ten %(most)s") % most
    return Said(half, more)


def for_a_badge(wait: CurrentWait, standard: StandardVersion | None) -> str:
    """The same in a few words."""
    if wait.has_times:
        return _within(wait.half)
    if wait.saying == Saying.STANDARD and standard:
        window = words.window(standard.clock, standard.window_minutes, standard.window_days)
        return _("our standard: %(window)s") % {"window": window}
    return _("not available just now")


def greeting(wait: CurrentWait, standard: StandardVersion | None, language: str, now: datetime) -> str:
    """What a machine on the phone may read out: one to three sentences."""
    promised = standard.sentence_in(language) if standard else ""
    said = []
    if wait.has_times:
        if wait.saying == Saying.LONGER:
            said.append(_("It takes longer than usual."))
        times = {"half": _within(wait.half), "most": _within(wait.most)}
        said.append(_("A person answers half of those who write now %(half)s, nine in ten %(most)s.") % times)
        if wait.as_of:
            said.append(_("That was worked out at %(time)s.") % {"time": clock_time(wait.as_of)})
    else:
        if wait.saying == Saying.NOT_AVAILABLE:
            said.append(_("How long it takes now is not available just now."))
        if promised:
            said.append(_("Our standard: %(sentence)s") % {"sentence": promised})
    if wait.opens_at:
        said.append(closed(wait.opens_at, now))
    return " ".join(said)


def closed(opens_at: datetime, now: datetime) -> str:
    """That we are closed, and until when."""
    return _("We are closed now and open again %(moment)s.") % {"moment": moment_in_words(opens_at, now)}


def oldest(wait: CurrentWait, standard: StandardVersion | None) -> str:
    """How long the oldest of those who wait has waited, and whether that is longer than we promise."""
    if wait.longest is None:
        return ""
    told = {"time": compact_duration(timedelta(minutes=wait.longest), days=False)}
    if standard and standard.clock == Clock.WORKING_TIME and wait.longest > (standard.window_minutes or 0):
        return _("the oldest has waited %(time)s of our opening time, longer than we promise") % told
    return _("the oldest has waited %(time)s of our opening time") % told


def first_response(standards: list[StandardVersion]) -> StandardVersion | None:
    """Of those in force the first response that holds for everybody, or else the first of that kind."""
    kind = [version for version in standards if version.kind == Kind.FIRST_RESPONSE]
    general = [
        version
        for version in kind
        if not (
            version.ticket_type or version.category_id or version.priority or version.channel or version.customer_group
        )
    ]
    return next(iter([*general, *kind]), None)


def fresh_for(wait: CurrentWait, now: datetime, most: int) -> int:
    """For how many seconds, `most` at most, what is said may be kept: never until it is too old to be said."""
    if wait.as_of is None:
        return most
    return max(0, min(most, int((wait.as_of + STALE - now).total_seconds())))


def _within(spoken: Spoken | None) -> str:
    if spoken is None:
        return pgettext("answered", "after more than 10 working days")
    match spoken.unit:
        case Unit.HOURS:
            words = npgettext("within", "within %(n)d working hour", "within %(n)d working hours", spoken.number)
        case Unit.DAYS:
            words = npgettext("within", "within %(n)d working day", "within %(n)d working days", spoken.number)
        case _:
            return pgettext("within", "by the time we close today")
    return words % {"n": spoken.number}
