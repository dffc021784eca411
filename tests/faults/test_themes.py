"""Every screen in both themes, on a desk and on a phone, in both languages, folded and unfolded."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import time_machine
from playwright.sync_api import Page
from pytest_django import Settings

from config import catalogues
from people.models import Customer, User
from tests import stage
from tests.screens import screens, wrong_with


@pytest.fixture(scope="module", autouse=True)
def _translated() -> None:
    catalogues.compile_all()


@pytest.fixture
def on_stage(settings: Settings, transactional_db: None) -> Iterator[stage.Stage]:
    """Everything is there for good, and it is Monday at eleven."""
    settings.DEMO = True
    with time_machine.travel(stage.NOW):
        yield stage.build()


@pytest.mark.parametrize("language", ["en", "hr"])
@pytest.mark.parametrize("narrow", [False, True], ids=["desk", "phone"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_screen(
    on_stage: stage.Stage, visit: Callable[..., Page], language: str, narrow: bool, dark: bool
) -> None:
    User.objects.update(language=language)
    Customer.objects.update(language=language)
    how = {"dark": dark, "narrow": narrow, "locale": language}
    wrong = wrong_with(on_stage, visit, screens(on_stage, language), opened=True, **how)
    assert not wrong, "\n".join(wrong)
