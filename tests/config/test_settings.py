"""What the environment says, and what is refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.db import connection

from tests.source import CHECKOUT

_OURS = (
    "DATABASE_URL",
    "DATA_DIR",
    "SECRET_KEY",
    "EMAIL_URL",
    "DEMO",
    "PORT",
    "SITE_URL",
    "ALLOWED_HOSTS",
    "ENCRYPTION_KEYS",
)


def settings_of(directory: Path, names: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Import the settings in a process of their own, without what this one was given."""
    clean = {name: value for name, value in os.environ.items() if name not in _OURS}
    clean |= {"DATA_DIR": str(directory / "data"), "DATABASE_URL": "", "EMAIL_URL": "", "SECRET_KEY": "", **environment}
    values = f"[str(getattr(settings, name)) for name in {names.split()}]"
    code = f"import json; from config import settings; print(json.dumps({values}))"
    return subprocess.run(
        [sys.executable, "-c", code], cwd=CHECKOUT, env=clean, capture_output=True, text=True, check=False
    )  # fmt: skip


def test_importing_the_settings_leaves_no_trace(tmp_path: Path) -> None:
    result = settings_of(tmp_path, "EMBEDDED DEMO SITE_URL", PORT="8123", DEMO="", SITE_URL="")
    assert json.loads(result.stdout) == ["True", "True", "http://localhost:8123"]
    assert list(tmp_path.iterdir()) == []


def test_a_database_without_a_key_is_refused(tmp_path: Path) -> None:
    result = settings_of(tmp_path, "DEMO", DATABASE_URL="postgresql://somebody@db.example.test/desk")
    assert result.returncode
    assert "Set SECRET_KEY" in result.stderr


def test_a_key_that_is_none_is_refused_and_not_repeated(tmp_path: Path) -> None:
    result = settings_of(tmp_path, "ENCRYPTION_KEYS", ENCRYPTION_KEYS=f"{'A' * 43}=,hunter2-hunter2")
    assert result.returncode
    assert "key number 2" in result.stderr
    assert "hunter2" not in result.stderr.replace("ENCRYPTION_KEYS=", "")


def test_the_embedded_database_has_a_key_of_its_own_behind_those_that_are_given(tmp_path: Path) -> None:
    given = "A" * 43 + "="
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "encryption_key").write_text("B" * 43 + "=\n")
    result = settings_of(tmp_path, "ENCRYPTION_KEYS", ENCRYPTION_KEYS=given)
    assert json.loads(result.stdout) == [str([given, "B" * 43 + "="])]


def test_without_a_mail_server_a_real_database_pauses_sending(tmp_path: Path) -> None:
    real = {"DATABASE_URL": "postgresql://somebody@db.example.test/desk", "SECRET_KEY": "x" * 50}
    result = settings_of(tmp_path, "DEMO MAIL_TO_CATCHER MAIL_PAUSED_REASON", **real)
    assert json.loads(result.stdout) == ["False", "False", "no-server"]


def test_encrypted_mail_is_encrypted_from_the_start_or_by_command(tmp_path: Path) -> None:
    names = "EMAIL_HOST EMAIL_PORT EMAIL_USE_SSL EMAIL_USE_TLS EMAIL_HOST_PASSWORD"
    start = settings_of(tmp_path, names, EMAIL_URL="smtps://us:p%40ss@mail.example.test")
    assert json.loads(start.stdout) == ["mail.example.test", "465", "True", "False", "p@ss"]
    command = settings_of(tmp_path, names, EMAIL_URL="smtp://us:secret@mail.example.test:587")
    assert json.loads(command.stdout) == ["mail.example.test", "587", "False", "True", "secret"]


def test_a_task_ends_before_the_queue_gives_it_to_another() -> None:
    assert settings.Q_CLUSTER["timeout"] < settings.Q_CLUSTER["retry"]
    assert settings.Q_CLUSTER["max_attempts"] == 1
    assert settings.Q_CLUSTER["catch_up"] is False


def test_the_database_prepares_no_statements_and_waits_for_nobody_for_ever(db: None) -> None:
    connection.ensure_connection()
    assert connection.connection.prepare_threshold is None
    assert settings.DATABASES["default"]["OPTIONS"]["server_side_binding"] is False
    with connection.cursor() as cursor:
        for name in ("lock_timeout", "idle_in_transaction_session_timeout", "statement_timeout"):
            cursor.execute("SELECT current_setting(%s)", [name])
            assert cursor.fetchone() != ("0",), name
