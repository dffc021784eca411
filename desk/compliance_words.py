"""What the compliance pages call what became of a promise, and how a question reads as a sentence's parts."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.listed import NO_CAUSE, Asked
from compliance.questions import Days
from compliance.results import ALL, MISSED, NOT_AS_PROMISED, Bucket
from compliance.satisfaction import Said
from compliance.words import BUCKETS
from desk.compliance_names import Names
from desk.forms.compliance import is_month, month_in_words
from people.terms import Channel
from standards.terms import Kind, Priority
from tickets.models import Commitment, DelayCause
from ui.formats import day_in_words, weekday_in_words

# The badge in a list, and its words where they are not the badge's own.
BADGES: dict[Bucket, str] = {
    Bucket.KEPT: "kept",
    Bucket.NOT_HELD: "kept_late",
    Bucket.KEPT_AFTER_MOVE: "moved",
    Bucket.MOVED_AHEAD: "moved",
    Bucket.KEPT_LATE: "kept_late",
    Bucket.NOT_DONE: "not_done",
    Bucket.WITHDRAWN_LATE: "withdrawn",
}
_OWN_WORDS = {Bucket.NOT_HELD, Bucket.KEPT_AFTER_MOVE, Bucket.MOVED_AHEAD, Bucket.WITHDRAWN_LATE}

SAID: dict[Said, Promise] = {
    Said.ASKED: gettext_lazy("Asked"),
    Said.DELIVERED: gettext_lazy("Reached"),
    Said.ANSWERED: gettext_lazy("Answered"),
    Said.RATED: gettext_lazy("Rated how we handled it"),
    Said.SETTLED: gettext_lazy("Settled"),
    Said.WELL_HANDLED: gettext_lazy("Content with the handling"),
    Said.WELL_BUT_NOT_SETTLED: gettext_lazy("Handled well, not settled"),
    Said.SETTLED_BUT_BADLY: gettext_lazy("Settled, handled badly"),
}


def badge(bucket: Bucket, outcome: str) -> tuple[str, str]:
    """The badge of a listed case, and the words that replace its own. What is still owed is overdue, not "not done"."""
    if bucket == Bucket.NOT_DONE and not outcome:
        return "overdue", ""
    return BADGES[bucket], str(BUCKETS[bucket]) if bucket in _OWN_WORDS else ""


def period(asked: Asked, zone: ZoneInfo) -> str:
    """ "October 2026", or the first and the last day."""
    span = asked.question.period
    first = span.since.astimezone(zone).date()
    if is_month(span.since, span.until, zone):
        return month_in_words(first)
    last = (span.until - timedelta(seconds=1)).astimezone(zone).date()
    words = {"first": day_in_words(first, last), "last": day_in_words(last)}
    return words["last"] if first == last else _("%(first)s to %(last)s") % words


def parts(asked: Asked, names: Names, zone: ZoneInfo) -> list[str]:
    """All that narrows the question, in words, the period first."""
    question = asked.question
    labelled = [
        (Kind, question.kind),
        (Commitment.Source, question.source),
        (Channel, question.channel),
        (Priority, question.priority),
    ]
    found = [
        period(asked, zone),
        names.standards.get(question.standard, question.standard),
        _("version %(number)s") % {"number": question.version} if question.version else "",
        *(str(of(value).label) if value else "" for of, value in labelled),
        names.teams.get(question.team or 0, ""),
        names.categories.get(question.category or 0, ""),
        _("Without a category") if asked.no_category else "",
        names.people.get(question.accountable or 0, ""),
        _("Without exception days") if question.days == Days.ORDINARY else "",
        _("Exception days only") if question.days == Days.EXCEPTION else "",
        weekday_in_words(asked.weekday - 1) if asked.weekday and asked.weekday <= 7 else "",
        f"{asked.hour:02}:00" if asked.hour is not None else "",
        str(dict(DelayCause.Cause.choices).get(asked.cause, "")),
        _("No reason yet") if asked.cause == NO_CAUSE else "",
    ]
    return [part for part in found if part]


def title(asked: Asked) -> str:
    """What the list holds, in a few words."""
    if asked.overdue:
        return _("Overdue now")
    buckets = set(asked.question.buckets)
    if asked.question.moved:
        return _("Moved")
    if not buckets or buckets == set(ALL):
        return _("All that fell due")
    if buckets == set(MISSED):
        return _("Missed")
    if buckets == set(NOT_AS_PROMISED):
        return _("Not kept as first promised")
    return " · ".join(str(BUCKETS[bucket]) for bucket in Bucket if bucket in buckets)
