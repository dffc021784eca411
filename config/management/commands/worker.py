"""The worker: carries out everything that happens by itself."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from config import supervisor


class Command(BaseCommand):
    help = "Carry out what happens by itself: mail, warnings, follow-ups. Stops cleanly on SIGTERM."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--cluster", action="store_true", help="the watched part; started by the worker itself")

    def handle(self, *, cluster: bool = False, **options: Any) -> None:
        if cluster:
            supervisor.run_cluster()
        else:
            call_command("set_schedule", verbosity=0)
            supervisor.run()
