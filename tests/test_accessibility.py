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
from tests.screens import KEY_SCREENS, overflow, screens, violations, wrong_with

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
    assert not wrong_with(on_stage, visit, names[part::3])


def test_the_key_screens_in_the_dark(on_stage: stage.Stage, visit: Visit) -> None:
    assert not wrong_with(on_stage, visit, KEY_SCREENS, dark=True)


def test_the_key_screens_on_a_phone(on_stage: stage.Stage, visit: Visit) -> None:
    assert not wrong_with(on_stage, visit, KEY_SCREENS, narrow=True)


def test_what_is_wrong_is_found(visit: Visit) -> None:
    page = visit(narrow=True)
    page.set_content('<p style="color: #aaa; background: #fff; width: 400px">hardly to be read</p>')
    assert any("color-contrast" in found for found in violations(page))
    assert overflow(page)
