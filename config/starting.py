"""What must be there before Django starts: the directory for data, the key, the embedded database."""

from __future__ import annotations

import os
import secrets
import sys
from datetime import timedelta
from functools import cache
from pathlib import Path
from types import ModuleType

from config import embedded_postgres

_KEY = "secret_key"


@cache
def secret_key(data_dir: Path) -> str:
    """The key kept in `data_dir`; before there is one, a fresh one that `prepare` will keep there."""
    try:
        return (data_dir / _KEY).read_text().strip()
    except FileNotFoundError:
        return secrets.token_urlsafe(50)
    except PermissionError:
        sys.exit(f"{data_dir / _KEY} belongs to another user. Run this as that user, or set DATA_DIR to another place.")


def prepare(settings: ModuleType) -> None:
    """With the embedded database: keep the key, and hold the server until this process ends; else do nothing."""
    if not settings.EMBEDDED:
        return
    try:
        embedded_postgres.hold(settings.DATA_DIR)
    except embedded_postgres.CannotStart as reason:
        sys.exit(str(reason))
    settings.SECRET_KEY = _kept(settings.DATA_DIR, settings.SECRET_KEY)  # type: ignore[attr-defined]  # a module may be given it


def without_statement_timeout(settings: ModuleType) -> None:
    """For a command that a person waits for: a statement may take as long as it takes."""
    options = settings.DATABASE["OPTIONS"]
    options["options"] = options["options"].replace(
        f"statement_timeout={settings.STATEMENT_TIMEOUT // timedelta(seconds=1)}s", "statement_timeout=0"
    )


def _kept(data_dir: Path, key: str) -> str:
    """Keep `key` unless one is kept already, also by somebody who starts at the same moment; the one that is kept."""
    path = data_dir / _KEY
    if not path.exists():
        mine = path.with_name(f"{_KEY}.{os.getpid()}")
        mine.write_text(key + "\n")
        mine.chmod(0o600)
        try:
            os.link(mine, path)
        except FileExistsError:
            pass
        finally:
            mine.unlink()
    return path.read_text().strip()
