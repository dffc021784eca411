"""Every screen as axe sees it; the five key screens also in the dark and on a phone.

All themes, widths and languages: tests/faults/test_themes.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import time_machine
from playwright.sync_api import Page
from pytest_django import Settings

from tests import stage
from tests.screens import KEY_SCREENS, overflow, screens, violations

Visit = Callable[..., Page]


@pytest.fixture
def on_stage(settings: Settings, transactional_db: None) -> Iterator[stage.Stage]:
    """Everything is there for good, and it is Monday at eleven."""
    settings.DEMO = True
    with time_machine.travel(stage.NOW):
        yield stage.build()


@pytest.mark.parametrize("part", range(3))
def test_every_screen_on_a_desk(on_stage: stage.Stage, visit: Visit, part: int) -> None:
    names = list(screens(on_stage))
    assert not look_at(on_stage, visit, names[part::3])


def test_the_key_screens_in_the_dark(on_stage: stage.Stage, visit: Visit) -> None:
    assert not look_at(on_stage, visit, KEY_SCREENS, dark=True)


def test_the_key_screens_on_a_phone(on_stage: stage.Stage, visit: Visit) -> None:
    assert not look_at(on_stage, visit, KEY_SCREENS, narrow=True)


def look_at(on_stage: stage.Stage, visit: Visit, names: list[str] | tuple[str, ...], **how: bool) -> list[str]:
    """What is wrong with those screens."""
    wrong: list[str] = []
    windows: dict[str, Page] = {}
    for name in names:
        actor, address = screens(on_stage)[name]
        if actor not in windows:
            windows[actor] = visit(on_stage.actors()[actor], **how)
        page = windows[actor]
        page.goto(address)
        wrong += [f"{name}, {found}" for found in [*violations(page), *overflow(page)]]
    return wrong
