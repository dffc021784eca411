"""Over the whole demo: every figure of the compliance page, compared in every way, is the length of its list."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from config.demo import loading
from config.management.commands.load_demo import found
from people.models import User
from tests.config.demo.scenes import MONDAY
from tests.desk.figures import wrong

pytestmark = pytest.mark.django_db

WAYS = ("version", "kind", "source", "team", "channel", "category", "accountable", "month")
MONTHS = ("2026-08", "2026-09", "2026-10", "2026-11")


@pytest.fixture
def demo() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        found(MONDAY)
        loading.add_history(MONDAY)
        loading.add_scene(MONDAY)
        yield


@pytest.mark.usefixtures("demo")
def test_every_figure_of_the_demo_is_the_length_of_its_list() -> None:
    every = 10_000
    pages = [f"/desk/compliance/?month={month}&by={way}" for month in MONTHS for way in WAYS]
    assert wrong(User.objects.get(email="mara@demo.test"), pages, opened=every) == []
    for email in ("petra@demo.test", "ivana@demo.test"):
        assert wrong(User.objects.get(email=email), pages[-len(WAYS) :], opened=every) == []
