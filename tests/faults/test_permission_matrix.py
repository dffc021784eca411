"""The whole matrix: every address × everybody × every method, by page and by htmx, with hashes of every row."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client, override_settings

from tests import stage
from tests.examples import EVERYBODY, EXAMPLES, METHODS
from tests.knocking import HTMX, Door, changes_nothing, door, problem, row_hashes, undone

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


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_method_of_everybody(front_door: Door, name: str) -> None:
    wrong = []
    front_door.where(name)
    before = row_hashes()
    for actor in EVERYBODY:
        for method in METHODS:
            for by_htmx in (False, True):
                with undone():
                    response = front_door.knock(name, method, actor, by_htmx=by_htmx)
                    after = row_hashes() if changes_nothing(name, method, actor) else before
                where = f"{actor}: {method} {front_door.where(name)}{' by htmx' if by_htmx else ''}"
                if found := problem(name, method, actor, response, by_htmx=by_htmx):
                    wrong.append(f"{where}: {found}")
                changed = {table for table in before if before[table] != after[table]} - set(EXAMPLES[name].writes)
                if changed:
                    wrong.append(f"{where}: changed {', '.join(sorted(changed))}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", [name for name in EXAMPLES if EXAMPLES[name].seen_by])
def test_what_is_not_there_is_told_like_what_may_not_be_seen(front_door: Door, name: str) -> None:
    """Byte for byte, but for what the address itself and the form's secret say."""
    address = front_door.where(name).partition("?")[0]
    parts = [part for part in address.split("/") if part.isdecimal()]
    assert parts, "it is seen by some only, but names no object"
    client = Client(headers=HTMX)
    client.force_login(front_door.stage.other_agent)
    method = "get" if "GET" in EXAMPLES[name].methods else "post"
    hidden = getattr(client, method)(address)
    missing = getattr(client, method)(address.replace(parts[0], "987654321"))
    assert hidden.status_code == missing.status_code == 404
    assert len(hidden.content) - len(missing.content) in range(-200, 200)
