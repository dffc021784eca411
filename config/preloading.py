"""What is read before a process forks, so that those it forks share it and have nothing left to read."""

from __future__ import annotations

import gc
from collections.abc import Iterable

from django.conf import settings
from django.urls import resolve
from django.utils import translation
from django.utils.module_loading import import_string


def preload(tasks: Iterable[str] = ()) -> None:
    """Read the routes with all they import, the catalogues, and `tasks` by their names.

    Once, and last before the fork: what has been read until then is never looked at for garbage again.
    """
    for task in tasks:
        import_string(task)
    resolve("/healthz")
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            translation.gettext("")
    # What collects garbage would write into every page, and each process would have its own.
    gc.collect()
    gc.freeze()
