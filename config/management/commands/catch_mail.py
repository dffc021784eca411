"""The demo's SMTP server: takes every mail and keeps it as a file."""

from __future__ import annotations

import signal
import threading
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal import demo_mail


class Keep:
    """What the server does with a mail."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep it, and only then say so."""
        demo_mail.store(
            envelope.original_content or b"",
            sender=envelope.mail_from or "",
            recipients=[str(recipient) for recipient in envelope.rcpt_tos],
            now=timezone.now(),
        )
        return "250 kept"


class Command(BaseCommand):
    help = "Take the demo's mail on 127.0.0.1 and keep each as a file under DATA_DIR/demo_mail."

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
