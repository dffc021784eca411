"""The demo company with eighteen weeks of history, and a scene for today."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import timezone

from config.demo import loading
from mail import actions as mail
from mail.models import Heartbeat
from people.models import Organisation, User

PASSWORD = "demo"  # noqa: S105 for everybody to know
# When the scene was last added: its local day counts, so that it is there at most once a day.
SCENE = "demo scene"
_LOCK = 7_340_001


class Command(BaseCommand):
    help = "Fill an empty database with the demo company, or add today's scene to it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--if-empty", action="store_true", help="do nothing where there is data already")
        how.add_argument("--today", action="store_true", help="only add today's scene to the demo, at most once a day")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        with transaction.atomic():
            with connection.cursor() as cursor:
                # Two starts at one moment must not fill it twice.
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            if options["today"]:
                self.stdout.write(self._add_today(now))
            elif loading.is_empty():
                self.stdout.write(self._load(now))
            elif options["if_empty"]:
                self.stdout.write("There is data already, so nothing was added.")
            else:
                raise CommandError(
                    "There is data in this database already. The demo fills only an empty one: "
                    "name another with DATA_DIR or DATABASE_URL."
                )

    def _load(self, now: datetime) -> str:
        found(now)
        tickets = loading.add_history(now) + self._scene(now)
        return f"The demo company is there, with {tickets} tickets."

    def _add_today(self, now: datetime) -> str:
        if not loading.is_demo():
            return "This is not the demo, so nothing was added."
        zone = Organisation.objects.the().zone_info
        last = Heartbeat.objects.filter(name=SCENE).first()
        if last is not None and last.at.astimezone(zone).date() >= now.astimezone(zone).date():
            return "Today's scene is there already."
        return f"Today's scene was added: {self._scene(now)} tickets."

    def _scene(self, now: datetime) -> int:
        mail.beat(SCENE, now=now)
        return loading.add_scene(now)


def found(now: datetime) -> None:
    """The company, its customers, and a password for its people."""
    loading.found(now)
    # One hash for all of them: making one is slow on purpose.
    User.objects.update(password=make_password(PASSWORD))
