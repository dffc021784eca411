"""What all tests share: how files are served, and which browser is used."""

from __future__ import annotations

import os
import shutil
from typing import Any

import pytest
from django.conf import settings

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def pytest_configure() -> None:
    """Plain names for static files, so that nothing has to be collected; one test has the real ones."""
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """An installed Chromium: the one that CHROMIUM names, else the first on the path."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _BROWSERS)), None)
    chosen = {"executable_path": found} if found else {}
    return {**browser_type_launch_args, **chosen, "args": ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]}
