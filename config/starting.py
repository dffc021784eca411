"""What must be there before Django starts: the directory for data, the keys, the embedded database."""

from __future__ import annotations

import base64
import os
import secrets
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path
from types import ModuleType

from config import embedded_postgres

_SECRET, _ENCRYPTION = "secret_key", "encryption_key"


@cache
def secret_key(data_dir: Path) -> str:
    """The key kept in `data_dir`; before there is one, a fresh one that `prepare` will keep there."""
    return _kept_or_fresh(data_dir / _SECRET, lambda: secrets.token_urlsafe(50))


@cache
def encryption_key(data_dir: Path) -> str:
    """The same for the key that seals stored passwords. It stands beside the database, never in it."""
    return _kept_or_fresh(
        data_dir / _ENCRYPTION, lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    )  # fmt: skip


def prepare(settings: ModuleType) -> None:
    """With the embedded database: keep the keys, and hold the server until this process ends; else do nothing."""
    if not settings.EMBEDDED:
        return
    try:
        embedded_postgres.hold(settings.DATA_DIR)
    except embedded_postgres.CannotStart as reason:
        sys.exit(str(reason))
    settings.SECRET_KEY = _kept(settings.DATA_DIR / _SECRET, settings.SECRET_KEY)  # type: ignore[attr-defined]  # a module may be given it
    # The last of them: those that the environment names come first.
    settings.ENCRYPTION_KEYS[-1] = _kept(settings.DATA_DIR / _ENCRYPTION, settings.ENCRYPTION_KEYS[-1])


def without_statement_timeout(settings: ModuleType) -> None:
    """For a command that a person waits for: a statement may take as long as it takes."""
    options = settings.DATABASE["OPTIONS"]
    options["options"] = options["options"].replace(
        f"statement_timeout={settings.STATEMENT_TIMEOUT // timedelta(seconds=1)}s", "statement_timeout=0"
    )


def _kept_or_fresh(path: Path, fresh: Callable[[], str]) -> str:
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        return fresh()
    except PermissionError:
        sys.exit(f"{path} belongs to another user. Run this as that user, or set DATA_DIR to another place.")


def _kept(path: Path, key: str) -> str:
    """Keep `key` unless one is kept already, also by somebody who starts at the same moment; the one that is kept."""
    if not path.exists():
        mine = path.with_name(f"{path.name}.{os.getpid()}")
        mine.write_text(key + "\n")
        mine.chmod(0o600)
        try:
            os.link(mine, path)
        except FileExistsError:
            pass
        finally:
            mine.unlink()
    return path.read_text().strip()
