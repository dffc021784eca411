"""Every address, asked by everybody: who is let in, who is told that it is not there, and that looking changes nothing.

With hashes of every row and all methods for everybody: tests/faults/test_permission_matrix.py.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.test import override_settings
from django.urls import resolve

from tests import stage
from tests.examples import EVERYBODY, EXAMPLES, METHODS, address, audience_of, may_open, named_routes
from tests.knocking import Door, changes_nothing, door, problem, rows_written, undone

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def front_door(django_db_setup: None, django_db_blocker: object) -> Iterator[Door]:
    """One stage for all tests here; each request is undone."""
    with (
        django_db_blocker.unblock(),
        time_machine.travel(stage.NOW, tick=False),
        override_settings(DEMO=True),
        undone(),
    ):
        yield door(stage.build())


def test_there_is_an_example_of_every_address() -> None:
    names = set(named_routes())
    assert not names - set(EXAMPLES), "no example in tests/examples.py"
    assert not set(EXAMPLES) - names, "no such address any more"


@pytest.mark.parametrize("name", EXAMPLES)
def test_everybody_is_let_in_or_turned_away_as_declared(front_door: Door, name: str) -> None:
    wrong = []
    for actor in EVERYBODY:
        for method in {"GET", "POST"} & set(EXAMPLES[name].methods):
            wrong += knock(front_door, name, method, actor)
    if audience_of(name) not in {"public", "customer"}:
        wrong += knock(front_door, name, EXAMPLES[name].methods[0], "anonymous", by_htmx=True)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_method_does_more_than_is_declared(front_door: Door, name: str) -> None:
    somebody = next(actor for actor in reversed(EVERYBODY) if may_open(name, actor))
    wrong = []
    for method in set(METHODS) - {"GET", "POST"} & set(EXAMPLES[name].methods):
        wrong += knock(front_door, name, method, somebody)
    assert not wrong, "\n".join(wrong)


def test_the_examples_lead_where_they_say(front_door: Door) -> None:
    closed = {name for name, example in EXAMPLES.items() if example.answers == (404,)}
    for name in EXAMPLES:
        found = resolve(address(name, front_door.stage).partition("?")[0])
        assert (found.url_name or "closed") == ("closed" if name in closed else name)


def knock(at: Door, name: str, method: str, actor: str, *, by_htmx: bool = False) -> list[str]:
    """What is wrong when `actor` asks there, and what was written that should not have been."""
    where = f"{actor}: {method} {at.where(name)}"
    with undone():
        before = rows_written()
        response = at.knock(name, method, actor, by_htmx=by_htmx)
        written = rows_written() - before
    wrong = problem(name, method, actor, response, by_htmx=by_htmx)
    found = [f"{where}: {wrong}"] if wrong else []
    unasked = set(written) - set(EXAMPLES[name].writes)
    if changes_nothing(name, method, actor) and unasked:
        found.append(f"{where}: wrote to {', '.join(sorted(unasked))}")
    return found
