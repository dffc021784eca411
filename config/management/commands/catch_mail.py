"""The demo's SMTP server: mail to an address of ours comes in, all other mail is kept to be looked at."""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from mail import inbound
from portal import demo_mail

log = logging.getLogger(__name__)


class Keep:
    """What the server does with a mail."""

    def __init__(self) -> None:
        # Django's connections belong to a thread, and the server's own must not wait for a database.
        self._thread = ThreadPoolExecutor(1)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # the library's name
        """Keep it, and only then say so."""
        recipients = [str(recipient) for recipient in envelope.rcpt_tos]
        given = (envelope.original_content or b"", envelope.mail_from or "", recipients, timezone.now())
        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, _take, *given)
        except (DatabaseError, InterfaceError, OSError):
            log.warning("a mail could not be taken", exc_info=True)
            return "451 4.3.0 It could not be stored, try again later"
        return "250 2.0.0 kept"


def _take(raw: bytes, sender: str, recipients: list[str], now: datetime) -> None:
    """Store what is for us, from where the worker files it; keep the rest for the demo's inbox."""
    others = []
    try:
        for recipient in recipients:
            mailbox = inbound.mailbox_for(recipient)
            if mailbox is None:
                others.append(recipient)
            else:
                inbound.ingest(_trace(sender, recipient) + raw, mailbox=mailbox, now=now)
    finally:
        connection.close()
    if others:
        demo_mail.store(raw, sender=sender, recipients=others, now=now)


def _trace(sender: str, recipient: str) -> bytes:
    """What the last server on the way writes above a mail."""
    return f"Return-Path: <{sender.strip('<>')}>\r\nDelivered-To: {recipient}\r\n".encode("utf-8", "surrogateescape")


class Command(BaseCommand):
    help = (
        "Take the demo's mail on 127.0.0.1: mail to an address of ours is stored and filed, all other mail kept as a"
        " file under DATA_DIR/demo_mail."
    )

    def handle(self, **options: Any) -> None:
        port = settings.MAIL_CATCHER_PORT
        controller = Controller(Keep(), hostname="127.0.0.1", port=port)
        try:
            controller.start()
        except OSError as error:
            raise CommandError(
                f"Port {port} for the demo's mail is taken ({error.strerror}). Set MAIL_CATCHER_PORT to another one."
            ) from error
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        stop.wait()
        controller.stop()
