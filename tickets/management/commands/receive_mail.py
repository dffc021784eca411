"""Takes one mail from standard input, as a mail server hands it over; or says what it would understand of some."""

from __future__ import annotations

import json
import logging
import shutil
import sys
from argparse import ArgumentParser
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from mail import inbound
from mail.models import InboundMail, Mailbox
from mail.parsing import LARGEST, Facts, parse
from tickets.actions import intake
from tickets.models import Message, UnverifiedMail

log = logging.getLogger(__name__)

# What mail servers understand as "try again later" (EX_TEMPFAIL of sysexits.h).
LATER = 75


class Command(BaseCommand):
    help = (
        "Store one mail from standard input and file it. Exit 0 only once it is stored; 75 when it should be tried"
        " again. The last line is a JSON object with its state, ticket and message."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mailbox", metavar="NAME", help="name or address; without it the support address's")
        parser.add_argument(
            "--explain", nargs="*", metavar="FILE", type=Path,
            help="store nothing; print what is understood of each file (or of standard input), one JSON object a line",
        )  # fmt: skip

    def handle(self, **options: Any) -> None:
        if options["explain"] is None:
            self._receive(options["mailbox"])
        else:
            self._explain(options["explain"])

    def _receive(self, name: str | None) -> None:
        raw = sys.stdin.buffer.read(LARGEST + 1)
        if not raw.strip():
            raise CommandError("There is no mail on standard input.")
        try:
            mail = _ingest_large(raw, name) if len(raw) > LARGEST else _ingest(raw, name)
        except (DatabaseError, InterfaceError, OSError) as error:
            raise CommandError(f"It could not be stored: {error}", returncode=LATER) from error
        try:
            mail = intake.file(mail, now=timezone.now())
        except (DatabaseError, InterfaceError):
            # It is stored, and that is what was asked for; the worker files it.
            log.warning("the mail %s is filed later", mail.pk, exc_info=True)
        self.stdout.write(json.dumps(_stands(mail)))

    def _explain(self, files: list[Path]) -> None:
        try:
            mails = [path.read_bytes() for path in files] if files else [sys.stdin.buffer.read()]
        except OSError as error:
            raise CommandError(str(error)) from error
        for raw in mails:
            self.stdout.write(json.dumps(_told(parse(raw))))


def _ingest(raw: bytes, name: str | None) -> InboundMail:
    return inbound.ingest(raw, mailbox=_mailbox(name), now=timezone.now())


def _ingest_large(begins: bytes, name: str | None) -> InboundMail:
    """Of a mail that is too large only so much is in memory; the rest goes from standard input to the disk."""
    with TemporaryFile() as whole:
        whole.write(begins)
        shutil.copyfileobj(sys.stdin.buffer, whole)
        whole.seek(0)
        return inbound.ingest_large(whole, mailbox=_mailbox(name), now=timezone.now())


def _mailbox(name: str | None) -> Mailbox | None:
    if name is None:
        return inbound.support_mailbox()
    found = Mailbox.objects.filter(name=name).first() or inbound.mailbox_for(name)
    if found is None:
        raise CommandError(f"There is no mailbox called {name}.")
    return found


def _stands(mail: InboundMail) -> dict[str, Any]:
    """What became of it. The message is looked for, so that a mail that came twice says the same twice."""
    answer: dict[str, Any] = {"state": mail.state, "ticket": None, "message": None}
    if mail.state == InboundMail.State.FILED:
        message = Message.objects.select_related("ticket").get(inbound=mail)
        answer |= {"ticket": message.ticket.number, "message": message.pk}
    if mail.state == InboundMail.State.UNVERIFIED:
        # It belongs to no ticket: a person decides.
        answer["beside"] = UnverifiedMail.objects.values_list("ticket__number", flat=True).get(inbound=mail)
    if mail.why_parked:
        answer["why"] = mail.why_parked
    return answer


def _told(facts: Facts) -> dict[str, Any]:
    told = {
        "from": facts.sender,
        "name": facts.name,
        "to": facts.to,
        "cc": facts.cc,
        "subject": facts.subject,
        "text": facts.text,
        "attachments": [file.name for file in facts.attachments],
        "automatic": bool(facts.machine.why),
        "why": facts.machine.why,
        "bounce": facts.bounce,
        "message_id": facts.message_id,
        "in_reply_to": facts.in_reply_to,
        "references": facts.references,
    }
    return {**told, "unreadable": facts.unreadable} if facts.unreadable else told
