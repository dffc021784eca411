"""What `dev.py` says about the slow suite."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import development

_RESULT = """<testsuites><testsuite>
<testcase classname="tests.faults.test_kills" name="test_a_kill" time="1.5"/>
<testcase classname="tests.faults.test_disk" name="test_a_full_disk" time="0"><skipped message="needs root"/></testcase>
</testsuite></testsuites>"""


def _pytest_that_says(code: int) -> object:
    def call(command: list[str], environment: object = None) -> int:
        result = next(part.split("=", 1)[1] for part in command if part.startswith("--junitxml="))
        Path(result).write_text(_RESULT)
        return code

    return call


def test_what_was_not_run_for_want_of_root_is_reported_and_the_exit_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(development, "_find_browser", lambda: None)
    monkeypatch.setattr(development, "_call", _pytest_that_says(0))
    assert development.faults([]) == 3
    assert "not run       0.0 s  test_disk::test_a_full_disk" in capsys.readouterr().out
    monkeypatch.setattr(development, "_call", _pytest_that_says(1))
    assert development.faults([]) == 1


def test_without_a_browser_the_one_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(development.shutil, "which", lambda name: "/usr/bin/apt-get" if name == "apt-get" else None)
    monkeypatch.setattr(development, "_from_playwright", lambda: False)
    monkeypatch.setattr(development.os, "geteuid", lambda: 1000)
    with pytest.raises(SystemExit, match="sudo apt-get install -y --no-install-recommends chromium"):
        development._find_browser()
