"""The worker: carries out everything that happens by itself."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from config.preloading import preload
from config.schedule import EVERY_DAY, EVERY_MINUTE, EVERY_TEN_MINUTES
from config.supervisor import Supervisor
from mail import outbox


class Command(BaseCommand):
    help = "Carry out what happens by itself: mail, warnings, follow-ups. Stops cleanly on SIGTERM."

    def handle(self, **options: Any) -> None:
        call_command("set_schedule", verbosity=0)
        # Sending had been paused because our settings were refused; whoever starts the worker has looked.
        for mailbox in outbox.resume_mailboxes():
            self.stderr.write(f"Sending again from {mailbox}. It had been paused: {mailbox.sending_paused_why}")
        preload([*EVERY_MINUTE, *EVERY_TEN_MINUTES, *EVERY_DAY])
        Supervisor().run()
