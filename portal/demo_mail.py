"""The demo's mail: each mail that went out, as a file, so that it can be read and answered as its receiver would.

Written by the demo's SMTP server (`manage.py catch_mail`), shown under /demo/mail/. What is written
here goes to that server, on this machine, and nowhere else.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import smtplib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from mail import decoding, senders
from mail.senders import Party
from people.folding import fold

_NAME = re.compile(r"^\d{8}T\d{12}-[0-9a-f]{8}$")
# The list shows so many; the files stay.
SHOWN = 200
CATCHER = "127.0.0.1"


class NotTaken(Exception):
    """The demo's mail server did not take a mail; the text says why."""


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
            return (part.get_payload(decode=True) or b"").decode("utf-8", "replace")  # type: ignore[union-attr]  # a part without parts

    @property
    def attachments(self) -> list[str]:
        """What the files that came along are called."""
        return [part.get_filename() or "" for part in self.mail.iter_attachments()]

    @property
    def is_automatic(self) -> bool:
        """Whether it says that no person wrote it."""
        return str(self.mail["Auto-Submitted"] or "no").lower() != "no"

    @property
    def reply_to(self) -> str:
        """Where an answer of its receiver goes; empty where nobody expects one."""
        return next((party.address for party in self._parties("Reply-To")), "")

    @property
    def written_by(self) -> str:
        """The address that its receiver sees as its sender; not where it comes back to."""
        return next((party.address for party in self._parties("From")), "")

    @property
    def receiver(self) -> Party:
        """Who got it, called as the mail calls them."""
        address = next(iter(self.recipients), "")
        named = [party for party in self._parties("To") if senders.same(party.address, address)]
        return named[0] if named else Party(address, "")

    def _parties(self, header: str) -> list[Party]:
        raw = next((value for name, value in self.mail.raw_items() if name.lower() == header.lower()), "")
        return senders.parties(str(raw))

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
    return CaughtMail(name, at, envelope["from"], envelope["to"], mail)


def receivers(mails: Sequence[CaughtMail]) -> list[tuple[Party, int]]:
    """Who got `mails`, and how many, by name."""
    counted = Counter(mail.receiver.address.lower() for mail in mails)
    parties = {mail.receiver.address.lower(): mail.receiver for mail in mails}
    named = sorted(parties.items(), key=lambda found: fold(found[1].name or found[0]))
    return [(party, counted[address]) for address, party in named]


def answer(caught_mail: CaughtMail, text: str, *, now: datetime, files: Sequence[UploadedFile] = ()) -> None:
    """Send `text` and `files` as the receiver of `caught_mail` would: to the address that it gives, above its text."""
    subject = caught_mail.subject
    mail = _mail(
        caught_mail.receiver,
        caught_mail.reply_to,
        subject if subject.lower().startswith("re:") else f"Re: {subject}",
        f"{text}\n\n{_quoted(caught_mail)}",
        files,
        now,
    )
    answered = decoding.one_line(str(caught_mail.mail["Message-ID"] or ""), 250)
    if answered:
        mail["In-Reply-To"] = mail["References"] = answered
    _send(mail)


def _quoted(caught_mail: CaughtMail) -> str:
    """What mail programs put below an answer."""
    lines = "\n".join(f"> {line}".rstrip() for line in decoding.lines(caught_mail.text).split("\n"))
    return f"{caught_mail.written_by}, {caught_mail.caught_at:%Y-%m-%d %H:%M}:\n{lines}"


def write(
    sender: Party, to: str, subject: str, text: str, *, now: datetime, files: Sequence[UploadedFile] = ()
) -> None:
    """Send a new mail as a customer would."""
    _send(_mail(sender, to, subject, text, files, now))


def _mail(
    sender: Party, to: str, subject: str, text: str, files: Sequence[UploadedFile], now: datetime
) -> EmailMessage:
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"] = Address(decoding.one_line(sender.name, 120), addr_spec=sender.address)
    mail["To"] = Address(addr_spec=to)
    mail["Subject"] = decoding.one_line(subject, 200)
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{secrets.token_hex(16)}@{sender.address.rpartition('@')[2]}>"
    mail.set_content(decoding.lines(text) + "\n")
    for file in files:
        name = decoding.file_name(file.name or "")
        mail.add_attachment(file.read(), maintype="application", subtype="octet-stream", filename=name)
    return mail


def _send(mail: EmailMessage) -> None:
    """By real SMTP to the demo's server; `NotTaken` where that does not take it."""
    try:
        with smtplib.SMTP(CATCHER, settings.MAIL_CATCHER_PORT, timeout=10) as server:
            server.send_message(mail)
    except (smtplib.SMTPException, OSError) as error:
        raise NotTaken(str(error)) from error
