"""The worker: carries out everything that happens by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from config.cluster import run as run_cluster
from config.supervisor import Supervisor
from mail import outbox


class Command(BaseCommand):
    help = "Carry out what happens by itself: mail, warnings, follow-ups. Stops cleanly on SIGTERM."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--cluster", metavar="DIRECTORY", help="the watched part; started by the worker itself")

    def handle(self, *, cluster: str | None = None, **options: Any) -> None:
        if cluster:
            run_cluster(Path(cluster))
            return
        call_command("set_schedule", verbosity=0)
        # Sending had been paused because our settings were refused; whoever starts the worker has looked.
        for mailbox in outbox.resume_mailboxes():
            self.stderr.write(f"Sending again from {mailbox}. It had been paused: {mailbox.sending_paused_why}")
        Supervisor().run()
