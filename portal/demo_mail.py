"""The demo's mail: each mail that went out, as a file, so that it can be read as its receiver would.

Written by the demo's SMTP server (`manage.py catch_mail`), shown under /demo/mail/.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings

_NAME = re.compile(r"^\d{8}T\d{12}-[0-9a-f]{8}$")
# The list shows so many; the files stay.
SHOWN = 200


@dataclass(frozen=True)
class CaughtMail:
    """One mail as it went out, and to whom."""

    name: str
    caught_at: datetime
    sender: str
    recipients: list[str]
    mail: EmailMessage

    @property
    def subject(self) -> str:
        """Its subject, as a mail program shows it."""
        return str(self.mail["Subject"] or "")

    @property
    def text(self) -> str:
        """The text part; what a person reads first."""
        part = self.mail.get_body(preferencelist=("plain", "html"))
        if part is None:
            return ""
        try:
            return part.get_content()
        except (LookupError, UnicodeError):  # a charset that nobody knows
            return (part.get_payload(decode=True) or b"").decode("utf-8", "replace")  # type: ignore[union-attr]

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Every header, in order."""
        return [(name, str(value)) for name, value in self.mail.items()]


def folder() -> Path:
    """Where the mails lie; made when first needed."""
    path = Path(settings.DATA_DIR) / "demo_mail"
    path.mkdir(parents=True, exist_ok=True)
    return path


def store(raw: bytes, *, sender: str, recipients: list[str], now: datetime) -> str:
    """Keep a mail; it is there whole or not at all. Returns its name."""
    name = f"{now.astimezone(UTC):%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}"
    envelope = {"from": sender, "to": recipients, "at": now.isoformat()}
    for suffix, content in ((".json", json.dumps(envelope).encode()), (".eml", raw)):
        draft = folder() / f".{name}{suffix}"
        draft.write_bytes(content)
        os.replace(draft, folder() / f"{name}{suffix}")
    return name


def caught() -> list[CaughtMail]:
    """The newest mails, newest first."""
    names = sorted((path.stem for path in folder().glob("*.eml") if _NAME.match(path.stem)), reverse=True)
    return [mail for name in names[:SHOWN] if (mail := read(name)) is not None]


def read(name: str) -> CaughtMail | None:
    """The mail of that name, or None."""
    if not _NAME.match(name):
        return None
    try:
        envelope = json.loads((folder() / f"{name}.json").read_bytes())
        raw = (folder() / f"{name}.eml").read_bytes()
    except OSError:
        return None
    mail = message_from_bytes(raw, policy=policy.default)
    at = datetime.fromisoformat(envelope["at"])
    return CaughtMail(name, at, envelope["from"], envelope["to"], mail)  # type: ignore[arg-type]
