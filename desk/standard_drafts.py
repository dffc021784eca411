"""What the pages of the standards' editor share: finding one, and saying what a draft still lacks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from math import floor
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from compliance.backtest import Backtest
from compliance.expected import Expected, expected
from compliance.past_cases import would_have_been
from compliance.results import Figure
from compliance.words import result_in_words, says_share
from desk.forms.settings_standards import DraftForm
from people.models import Organisation, User
from standards import words
from standards.actions import standards as actions
from standards.models import ServiceStandard, StandardVersion
from standards.overview import Overview, overview_of
from standards.validation import Draft, ready_problems
from standards.working_time import NoWorkingTime
from tickets.clock import calendar_of, due_of
from ui.formats import count_in_words

HOUR = 60


@dataclass(frozen=True)
class Checked:
    """What was found in a draft: what stands in the way, and when somebody who writes now would have it."""

    problems: list[str] = field(default_factory=list)
    due: datetime | None = None
    zone: str = ""


def find(pk: int, now: datetime) -> Overview:
    """That standard with its versions, or 404. Three queries, however many versions there are."""
    found = ServiceStandard.objects.select_related("owner").prefetch_related(
        "versions__category", "versions__published_by"
    )
    return overview_of(get_object_or_404(found, pk=pk), now)


def problems_of(version: StandardVersion, organisation: Organisation, now: datetime) -> list[str]:
    """What stands in the way of publishing that draft of `organisation` at `now`."""
    return _problems(actions.said(version), version.standard.owner, organisation, now)


def checked(form: DraftForm, now: datetime, owner: User | None) -> Checked:
    """What is to be said of what stands in the form, saved or not. `owner` looks after the standard."""
    if not form.is_valid():
        return Checked([f"{form[name].label}: {problem}" for name, found in form.errors.items() for problem in found])
    draft = form.draft()
    due, zone = _due(draft, now)
    return Checked(_problems(draft, owner, Organisation.objects.the(), now), due, zone)


@dataclass(frozen=True)
class Tested:
    """A back-test in words: the results, the verdict against the draft's target, and the window that would have done.

    `really` is empty where no standard applied then, `needed` where no window would have done, `likely` where
    there were too few cases.
    """

    test: Backtest
    result: str
    likely: str
    verdict: str
    really: str
    needed: str
    expected: Expected | None


def tested(version: StandardVersion, zone: ZoneInfo, now: datetime) -> Tested:
    """What would have happened to the last 90 days under that version; `zone` is the organisation's."""
    test, target = would_have_been(version, zone, now=now), Fraction(version.target_percent)
    return Tested(
        test=test,
        result=result_in_words(test.kept, target / 100),
        likely=_range(test.kept),
        verdict=test.kept.verdict(target),
        really=result_in_words(test.really, target / 100) if test.really.n else "",
        needed=_window(version, test.needed) if test.needed else "",
        expected=expected(version, now=now),
    )


def _range(figure: Figure) -> str:
    if not (figure.range and says_share(figure)):
        return ""
    # Both cut, so that the written range never reaches a target that the true one does not.
    low, high = [count_in_words(floor(end * 100)) for end in figure.range]
    return _("likely %(low)s to %(high)s of 100") % {"low": low, "high": high}


def _window(version: StandardVersion, needed: int) -> str:
    """That many units of the version's clock, in whole hours where it is more than one."""
    if version.window_days:
        return words.window(version.clock, None, needed)
    return words.window(version.clock, needed if needed < HOUR else -(-needed // HOUR) * HOUR, None)


def _problems(draft: Draft, owner: User | None, organisation: Organisation, now: datetime) -> list[str]:
    today = now.astimezone(organisation.zone_info).date()
    found = ready_problems(draft, actions.required_languages(organisation), owner=owner, begins=today)
    return [_named(name, problem) for name, problems in found.items() for problem in problems]


def _named(field_name: str, problem: str) -> str:
    """The problem with the language that it is about, where it is about a text for customers."""
    _field, _underscore, language = field_name.rpartition("_")
    if language not in dict(settings.LANGUAGES):
        return problem
    name = get_language_info(language)["name_local"].capitalize()
    return _("%(language)s: %(problem)s") % {"language": name, "problem": problem}


def _due(draft: Draft, now: datetime) -> tuple[datetime | None, str]:
    """When it would be due for who writes now to the team that catches everything; nothing where that can't be said."""
    team = Organisation.objects.select_related("default_team").get().default_team
    if team is None:
        return None, ""
    try:
        calendar = calendar_of(team)
        return due_of(draft.clock, draft.window_minutes, draft.window_days, calendar, now), calendar.zone
    except (ValidationError, NoWorkingTime):
        return None, ""
