"""Files for browsers as they are served for real: named after their content."""

from __future__ import annotations

import json
import re
from pathlib import Path

from django.core.management import call_command
from django.test import override_settings


def test_all_files_can_be_collected_and_modules_find_each_other(tmp_path: Path) -> None:
    storages = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "config.static_files.Storage"},
    }
    with override_settings(STATIC_ROOT=tmp_path, STORAGES=storages):
        call_command("collectstatic", interactive=False, verbosity=0)
    names = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    assert re.fullmatch(r"css/tokens\.[0-9a-f]{12}\.css", names["css/tokens.css"])
    for name, hashed in names.items():
        if name.startswith("js/"):
            for imported in re.findall(r"""import\s[^"']*["'](\./[^"']+)["']""", (tmp_path / hashed).read_text()):
                assert (tmp_path / hashed).parent.joinpath(imported).exists(), f"{name} imports {imported}"
