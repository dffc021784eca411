"""What the pages of the standards' editor share: finding one, and saying what a draft still lacks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404

from desk.forms.settings_standards import DraftForm
from people.models import Organisation, User
from standards.actions import standards as actions
from standards.models import ServiceStandard, StandardVersion
from standards.overview import Overview, overview_of
from standards.validation import Draft, ready_problems
from standards.working_time import NoWorkingTime
from tickets.clock import calendar_of, due_of


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


def problems_of(version: StandardVersion, now: datetime) -> list[str]:
    """What stands in the way of publishing that draft at `now`."""
    return _problems(actions.said(version), version.standard.owner, now)


def checked(form: DraftForm, now: datetime, owner: User | None) -> Checked:
    """What is to be said of what stands in the form, saved or not. `owner` looks after the standard."""
    if not form.is_valid():
        return Checked([f"{form[name].label}: {problem}" for name, found in form.errors.items() for problem in found])
    draft = form.draft()
    due, zone = _due(draft, now)
    return Checked(_problems(draft, owner, now), due, zone)


def _problems(draft: Draft, owner: User | None, now: datetime) -> list[str]:
    today = now.astimezone(Organisation.objects.the().zone_info).date()
    found = ready_problems(draft, actions.required_languages(), owner=owner, begins=today)
    return [problem for problems in found.values() for problem in problems]


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
