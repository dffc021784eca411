"""One stage for all tests of a module: built once, and each test leaves it as it was."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

import pytest
import time_machine
from django.test import override_settings

from tests import stage
from tests.knocking import undone


@pytest.fixture(scope="module")
def _built(django_db_setup: None, django_db_blocker: object) -> Iterator[stage.Stage]:
    with (
        django_db_blocker.unblock(),
        time_machine.travel(stage.NOW, tick=False),
        override_settings(DEMO=True),
        undone(),
    ):
        yield stage.build()


@pytest.fixture
def scene(_built: stage.Stage) -> Iterator[stage.Stage]:
    """Everything there is, on Monday at eleven."""
    with undone():
        yield deepcopy(_built)
