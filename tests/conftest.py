"""What all tests share: how files are served, which browser is used, and a desk with one of everything on it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.conf import settings
from django.db import connections
from django.test import Client
from django.utils import timezone, translation
from playwright.sync_api import Browser, Page

from config import catalogues
from followups.actions import playbooks
from followups.models import Playbook
from tests import migrated, stage
from tests.knocking import undone

if TYPE_CHECKING:
    from people.models import User

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"]


def pytest_configure() -> None:
    """Plain names for static files, so that nothing has to be collected; one test has the real ones.

    Translations are compiled, so that pytest says the same by itself as under `make test`.
    """
    catalogues.compile_all()
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.CACHES["process"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
    settings.STORAGES["default"] = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True
    settings.WHITENOISE_MAX_AGE = 60 * 60 * 24 * 365 * 10  # browsers keep them, whatever day it is in a test
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Once a browser was used, playwright's loop stays in this thread; it rests whenever the database is asked.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """The database of this process is a copy of one that is migrated already."""
    cache = getattr(request.config, "cache", None)
    migrated.provide(cache.mkdir("migrated") if cache else None)
    connections.databases["default"]["TEST"]["TEMPLATE"] = migrated.TEMPLATE


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Each test begins in English, whatever language the last request of another was answered in."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def shipped_playbooks(request: pytest.FixtureRequest) -> None:
    """The playbooks that a migration wrote down are there, also after a test that emptied the database."""
    asked = {"db", "transactional_db"} & set(request.fixturenames)
    for name in asked:
        request.getfixturevalue(name)
    if (asked or request.node.get_closest_marker("django_db")) and not Playbook.objects.exists():
        playbooks.ensure_shipped(now=timezone.now())


@pytest.fixture(scope="module")
def _built(django_db_setup: None, django_db_blocker: Any) -> Iterator[stage.Stage]:
    """One stage for all tests of a module."""
    with django_db_blocker.unblock(), time_machine.travel(stage.NOW, tick=False), undone():
        yield stage.build()


@pytest.fixture
def scene(_built: stage.Stage) -> Iterator[stage.Stage]:
    """Everything there is, on Monday at eleven. Each test leaves it as it was."""
    with undone():
        yield deepcopy(_built)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """An installed Chromium: the one that CHROMIUM names, else the first on the path."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _BROWSERS)), None)
    chosen = {"executable_path": found} if found else {}
    return {**browser_type_launch_args, **chosen, "args": _ARGUMENTS}


@pytest.fixture
def visit(browser: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """`visit(user)` opens a browser window of somebody who is signed in, or of anybody without `user`.

    One browser serves the whole session; each window has cookies of its own. Keywords are those of a context of
    playwright, and `narrow` for a phone and `dark`. An error that a page's script throws, a missing file
    and what the content security policy refuses fail the test.
    """
    windows, errors = [], []

    def opened(user: User | None = None, *, narrow: bool = False, dark: bool = False, **more: Any) -> Page:
        given: dict[str, Any] = {
            "base_url": live_server.url,
            "viewport": {"width": 360, "height": 740} if narrow else {"width": 1280, "height": 900},
            "color_scheme": "dark" if dark else "light",
            "reduced_motion": "reduce",
            "locale": "en-GB",
            **more,
        }
        window = browser.new_context(**given)
        window.set_default_timeout(10_000)
        windows.append(window)
        if user is not None:
            client = Client()
            client.force_login(user)
            cookie = client.cookies[settings.SESSION_COOKIE_NAME]
            window.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        window.on("weberror", lambda error: errors.append(str(error.error)))
        window.on("console", lambda said: errors.append(said.text) if "Content Security" in said.text else None)
        window.on(
            "response", lambda file: errors.append(file.url) if file.status == 404 and "/static/" in file.url else None
        )
        return window.new_page()

    yield opened
    for window in windows:
        window.close()
    assert not errors, "\n".join(errors)
