"""What `dev.py` does inside the virtual environment."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

CHECKOUT = Path(__file__).resolve().parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# What a skipped test says when it can't be done without root.
NEEDS_ROOT = "needs root"
NOT_RUN = 3


def run(arguments: Sequence[str]) -> int:
    """Start everything."""
    try:
        from config import running
    except Exception as error:  # The settings refuse: a sentence is enough.
        if type(error).__name__ not in {"ImproperlyConfigured", "EnvError", "EnvValidationError", "ValueError"}:
            raise
        print(error, file=sys.stderr)
        return 1
    return running.run()


def test(arguments: Sequence[str]) -> int:
    """The whole fast suite; `arguments` go to pytest."""
    from config import catalogues

    catalogues.compile_all()
    _find_browser()
    return _call([sys.executable, "-m", "pytest", "-n", "2", *arguments])


def check(arguments: Sequence[str]) -> int:
    """Everything that can be said without running the product."""
    from config import catalogues

    # No database is needed to compare models with migrations.
    environment = {**os.environ, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "SECRET_KEY": "none"}
    python = [sys.executable]
    steps = {
        "format": [*python, "-m", "ruff", "format", "--check", "--quiet", "."],
        "lint": [*python, "-m", "ruff", "check", "--quiet", "."],
        "types": [*python, "-m", "mypy", "."],
        "templates": [*python, "-m", "djlint", "--lint", "--quiet", "templates"],
        "migrations": [*python, "-W", "ignore", "manage.py", "makemigrations", "--check", "--dry-run"],
        "system": [*python, "-W", "ignore", "manage.py", "check"],
    }
    failed = []
    for name, command in steps.items():
        print(f"{name} …", flush=True)
        if _call(command, environment):
            failed.append(name)
    print("translations …", flush=True)
    for gap in catalogues.gaps():
        print(f"  {gap}")
        failed = [*failed, "translations"] if "translations" not in failed else failed
    print(f"Not in order: {', '.join(failed)}." if failed else "All in order.")
    return 1 if failed else 0


def faults(arguments: Sequence[str]) -> int:
    """The slow suite, with a table and a report; exit 3 when parts that need root were not run."""
    _find_browser()
    with tempfile.TemporaryDirectory() as directory:
        result = Path(directory) / "result.xml"
        # The default options leave this suite out.
        options = "addopts=-p tests.throw_away_database --strict-markers -q"
        code = _call(
            [sys.executable, "-m", "pytest", "-o", options, "tests/faults", f"--junitxml={result}", *arguments]
        )  # fmt: skip
        rows = _rows(result) if result.exists() else []
    for row in rows:
        print(f"{row['state']:8} {row['seconds']:>8.1f} s  {row['test']}")
    _report("faults", {"exit": code, "tests": rows})
    return NOT_RUN if code == 0 and any(row["state"] == "not run" for row in rows) else code


def bench(arguments: Sequence[str]) -> int:
    """Every figure, or those whose files are named; each prints its table and writes its report."""
    chosen = [Path(name).stem for name in arguments]
    rows = []
    for path in sorted((CHECKOUT / "bench").glob("*.py")):
        if path.stem in {"__init__", "report"} or (chosen and path.stem not in chosen):
            continue
        if 'if __name__ == "__main__"' not in path.read_text():
            continue
        print(f"--- {path.stem}", flush=True)
        began = time.monotonic()
        code = _call([sys.executable, "-m", f"bench.{path.stem}"])
        rows.append({"bench": path.stem, "exit": code, "seconds": round(time.monotonic() - began, 1)})
    print("---")
    for row in rows:
        print(f"{row['bench']:30} {'done' if row['exit'] == 0 else 'FAILED':8} {row['seconds']:>8.1f} s")
    _report("bench", {"benches": rows})
    return 1 if any(row["exit"] for row in rows) else 0


def _find_browser() -> None:
    """Have a Chromium, or stop and name the one command that brings it."""
    given = os.environ.get("CHROMIUM")
    if given:
        if shutil.which(given):
            return
        sys.exit(f"CHROMIUM names {given}, which can't be run.")
    if any(map(shutil.which, BROWSERS)) or _from_playwright():
        return
    command = "apt-get install -y --no-install-recommends chromium"
    debian = shutil.which("apt-get")
    if os.geteuid() == 0 and debian:
        print(f"There is no Chromium for the browser tests; installing it: {command}", flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        _call(["apt-get", "update", "-qq"], quiet)
        if _call([*command.split(), "-qq"], quiet) == 0 and any(map(shutil.which, BROWSERS)):
            return
    advice = f"sudo {command}" if debian else f"{sys.executable} -m playwright install chromium"
    sys.exit(f"The browser tests need Chromium, and there is none. Run this, then again what you ran:\n  {advice}")


def _from_playwright() -> bool:
    place = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    return any(place.glob("chromium-*"))


def _rows(result: Path) -> list[dict[str, str | float]]:
    rows: list[dict[str, str | float]] = []
    for case in ElementTree.parse(result).iter("testcase"):
        skipped = case.find("skipped")
        state = "passed"
        if case.find("failure") is not None or case.find("error") is not None:
            state = "FAILED"
        elif skipped is not None:
            state = "not run" if NEEDS_ROOT in (skipped.get("message") or "") else "skipped"
        name = f"{case.get('classname', '').removeprefix('tests.faults.')}::{case.get('name')}"
        rows.append({"test": name, "state": state, "seconds": float(case.get("time") or 0)})
    return rows


def _report(name: str, content: dict[str, object]) -> None:
    from config import settings

    path = settings.DATA_DIR / "reports" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=2) + "\n")
    print(f"written to {path}")


def _call(command: Sequence[str], environment: dict[str, str] | None = None) -> int:
    try:
        return subprocess.call(command, cwd=CHECKOUT, env=environment)
    except KeyboardInterrupt:
        return 130
