"""Results and standards in the words of the public. Whole sentences in the language that is active."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from math import floor

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from compliance.models import ExceptionDay
from compliance.published import Month
from compliance.results import Figure
from compliance.words import days_in_words, k_of_n, result_in_words, says_share
from standards.models import StandardVersion
from standards.models.standard import words_in
from standards.terms import PAUSING, Clock, Kind
from ui.formats import compact_duration, count_in_words, month_in_words


def likely(figure: Figure) -> dict[str, str]:
    """The ends of the likely range, of a hundred: `low` and `high`."""
    low, high = figure.range or (0.0, 1.0)
    # Both cut, so that the written range never reaches a target that the true one does not.
    return {"low": count_in_words(floor(low * 100)), "high": count_in_words(floor(high * 100))}


def what_counts(version: StandardVersion) -> str:
    """What a case needs to be kept."""
    return {
        Kind.ACKNOWLEDGE: _("Our confirmation counts from the moment our mail server has sent it."),
        Kind.FIRST_RESPONSE: _(
            "What a person writes to you counts, or a call that reached you. An automatic confirmation is no response."
        ),
        Kind.NEXT_RESPONSE: _(
            "What a person writes to you counts, or a call that reached you. An automatic confirmation is no response."
        ),
        Kind.UPDATE: _(
            "A message or a call counts that says what has happened, what comes next and when you hear from us again."
        ),
        Kind.ANSWER: _("Our decision counts, with its reasons."),
        Kind.RESOLUTION: _(
            "It counts when what you came with is settled or finally answered, and you do not have to come back "
            "about it within seven days."
        ),
    }[Kind(version.kind)]


def what_runs(version: StandardVersion) -> str:
    """Which time counts."""
    return {
        Clock.WALL: _("Every minute counts, day and night."),
        Clock.WORKING_TIME: _("Only the hours count in which we are open."),
        Clock.WORKING_DAYS: _("Working days count, from the day after your message; a day ends when we close."),
        Clock.CALENDAR_DAYS: _("Every day counts, weekends and holidays too."),
    }[Clock(version.clock)]


def what_stops(version: StandardVersion) -> str:
    """What stops the clock."""
    if version.kind in PAUSING:
        return _("While we wait for an answer that we asked you for, the time stands still. Nothing else stops it.")
    return _("Nothing stops it.")


def in_force_in_words(since: datetime, until: datetime | None, now: datetime) -> str:
    """From which day to which last day a version holds, or held, or will."""
    told = {"first": date_format(_local_day(since))}
    if until is not None:
        told["last"] = date_format(_local_day(until - timedelta(microseconds=1)))
        if until <= now:
            return _("No longer in force: it was from %(first)s to %(last)s.") % told
        return _("In force from %(first)s to %(last)s.") % told
    if since > now:
        return _("Comes into force on %(first)s.") % told
    return _("In force since %(first)s.") % told


def times_in_words(month: Month) -> str:
    """How long it took in that month; empty where that is not known."""
    if month.median_minutes is None:
        return ""
    told = {"month": month_in_words(month.first, within=True), "half": _length(month.median_minutes)}
    if month.ninth_minutes is None:
        return _("In %(month)s half of them took at most %(half)s. Those still open are counted in.") % told
    told["most"] = _length(month.ninth_minutes)
    return (
        _(
            "In %(month)s half of them took at most %(half)s, nine in ten at most %(most)s. "
            "Those still open are counted in."
        )
        % told
    )


def notes(month: Month) -> list[str]:
    """What has to stand beside the figures of a month: provisional, exception days, corrections."""
    return [*_provisional(month), *_without_exceptions(month), *_corrected(month)]


def exception_in_words(days: ExceptionDay, language: str) -> str:
    """Which days, and why: "12 October 2026 to 13 October 2026: a storm."."""
    said = {"days": days_in_words(days), "reason": words_in(days.reason, language)}
    declared = _("%(days)s, for one of our teams: %(reason)s") if days.team_id else _("%(days)s: %(reason)s")
    if days.withdrawn_at is None:
        return declared % said
    withdrawn = {"declared": declared % said, "why": words_in(days.withdrawn_because, language)}
    return _("%(declared)s Withdrawn, it counts as an ordinary time: %(why)s") % withdrawn


def _provisional(month: Month) -> list[str]:
    if month.final_from is None:
        return []
    day = date_format(_local_day(month.final_from))
    return [_("Provisional until %(day)s: a resolution counts once it has held for seven days.") % {"day": day}]


def _without_exceptions(month: Month) -> list[str]:
    figure = month.without_exceptions
    if figure is None:
        return []
    if says_share(figure):
        told = {"kept": k_of_n(figure), "result": result_in_words(figure)}
        return [_("Without the exception days: %(result)s (%(kept)s).") % told]
    return [_("Without the exception days: %(kept)s.") % {"kept": k_of_n(figure)}]


def _corrected(month: Month) -> list[str]:
    if month.first_published is None:
        return []
    before = k_of_n(month.first_published)
    return [
        _("Corrected on %(day)s, first published as %(before)s. %(why)s")
        % {
            "day": date_format(_local_day(correction.at)),
            "before": before,
            "why": correction.get_why_display(),
        }
        for correction in month.corrections
    ]


def _local_day(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def _length(minutes: int) -> str:
    return compact_duration(timedelta(minutes=minutes), days=False)
