"""Who sees what: one table, asked of `visible_to` of each kind of row; the rows belong to the team Devices."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import reduce
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db.models import Model
from django.test import override_settings

from followups.models import Decline
from people.models import Team, User
from tests import make, stage
from tests.knocking import undone

pytestmark = pytest.mark.django_db
AGENT, LEAD, OTHER_TEAM, MANAGER, ADMINISTRATOR = "agent", "lead", "agent of another team", "manager", "administrator"
LEAD_ONLY, MOVED, AGENT_OF_TWO = "lead who is no member", "former member", "agent of two teams"
ACTORS = (AGENT, LEAD, OTHER_TEAM, MANAGER, ADMINISTRATOR, LEAD_ONLY, MOVED, AGENT_OF_TWO)
THE_TEAM = {AGENT, LEAD, MANAGER, ADMINISTRATOR, LEAD_ONLY, AGENT_OF_TWO}

# Each kind of row, by where it stands on the stage, and who sees it.
TABLE: dict[str, tuple[str, set[str]]] = {
    "Team": ("team", THE_TEAM),
    "Ticket": ("ticket", THE_TEAM),
    "Commitment": ("running", THE_TEAM),
    "Message": ("held", THE_TEAM),
    "Attachment": ("attachment", THE_TEAM),
    "UnverifiedMail": ("unverified", THE_TEAM),
    "SharedDelay": ("delay", THE_TEAM),
    "DelayNotice": ("delay.notices.first", THE_TEAM),
    "HandOver": ("hand_over", THE_TEAM),
    "FollowUp": ("planned", THE_TEAM),
    "CallTask": ("call_task", THE_TEAM),
    "SatisfactionRequest": ("question", THE_TEAM),
    "SatisfactionAnswer": ("answered.answers.first", THE_TEAM),
    "Decline": ("held.decline", THE_TEAM),
    "Recovery": ("prevention.recovery", THE_TEAM),
    "PreventionAction": ("prevention", THE_TEAM),
    "InboundMail": ("parked", THE_TEAM),
    # Any caller may reach any of us, whoever hands over has to know who is there, and every team's results are read.
    "Customer": ("customer", set(ACTORS)),
    "Absence": ("absence", set(ACTORS)),
    # A list holds what whoever asked for it may see.
    "Export": ("exported", {MANAGER}),
}


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[stage.Stage, dict[str, Any]]]:
    with (
        django_db_blocker.unblock(),
        time_machine.travel(stage.NOW, tick=False),
        override_settings(DEMO=True),
        undone(),
    ):
        built = stage.build()
        no = {"reason": "It is sold out.", "none_because": "Nobody makes it any more."}
        Decline.objects.create(ticket=built.ticket, message=built.held, by=built.agent, at=stage.NOW, **no)
        leads, moved, of_two = make.user(), make.user(teams=[built.team]), make.user(teams=[built.team, make.team()])
        moved.memberships.all().delete()
        yield built, {**built.actors(), LEAD_ONLY: leads, MOVED: moved, AGENT_OF_TWO: of_two}


@pytest.mark.parametrize("kind", TABLE)
def test_each_kind_of_row_is_seen_by_whom_the_table_names(scene: tuple[stage.Stage, dict[str, Any]], kind: str) -> None:
    built, actors = scene
    place, seen_by = TABLE[kind]
    row: Any = reduce(lambda found, name: getattr(found, name), place.split("."), built)
    row = row() if callable(row) else row
    assert type(row).__name__ == kind
    # A row that is found by two ways would be counted twice.
    found = {name: type(row).objects.visible_to(actors[name]).filter(pk=row.pk).count() for name in ACTORS}
    with leading(built.team, actors[LEAD_ONLY]):
        found[LEAD_ONLY] = type(row).objects.visible_to(actors[LEAD_ONLY]).filter(pk=row.pk).count()
    assert found == {name: int(name in seen_by) for name in ACTORS}


@contextmanager
def leading(team: Team, lead: User) -> Iterator[None]:
    """A lead need not be a member."""
    before, team.lead = team.lead, lead
    team.save(update_fields=["lead"])
    yield
    team.lead = before
    team.save(update_fields=["lead"])


def test_every_kind_of_row_that_is_not_for_all_to_see_stands_in_the_table() -> None:
    asked = {model.__name__ for model in apps.get_models() if hasattr(_manager(model), "visible_to")}
    assert asked - {"ClosedPeriod"} == set(TABLE)


def _manager(model: type[Model]) -> Any:
    return model._default_manager
