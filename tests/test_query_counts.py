"""What every page asks of the database: little, and no more where there is more to see."""

from __future__ import annotations

import pytest
import time_machine
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from tests import stage
from tests.examples import EXAMPLES, address, audience_of
from tests.screens import looked_at_by

pytestmark = pytest.mark.django_db

MOST, MOST_ON_HORIZON = 13, 6
PAGES = [name for name, example in EXAMPLES.items() if "GET" in example.methods and 200 in example.answers]
# Others' pages: nothing of ours is listed there, and what they write counts.
OURS = [name for name in PAGES if not name.startswith("account_")]


def test_a_page_asks_the_same_few_questions_for_little_and_for_much() -> None:
    with time_machine.travel(stage.NOW, tick=False), override_settings(DEMO=True):
        scene = stage.build()
        few = asked(scene)
        stage.more_of_everything(scene)
        many = asked(scene)
    grown = {name: (few[name], many[name]) for name in OURS if many[name] > few[name]}
    assert not grown, grown
    too_many = {name: count for name, count in many.items() if count > most(name)}
    assert not too_many, too_many


def most(name: str) -> int:
    return MOST_ON_HORIZON if name.startswith("horizon") else MOST


def asked(scene: stage.Stage) -> dict[str, int]:
    """How many queries each page takes, for whoever sees the most of it."""
    clients: dict[str, Client] = {}
    counts = {}
    for name in OURS:
        actor = "anonymous" if audience_of(name) in {"public", "customer"} else looked_at_by(name)
        if actor not in clients:
            clients[actor] = Client()
            if user := scene.actors()[actor]:
                clients[actor].force_login(user)
        where = address(name, scene)
        with CaptureQueriesContext(connection) as queries:
            assert clients[actor].get(where).status_code in EXAMPLES[name].answers, where
        counts[name] = len(queries)
    return counts
