"""What happens every minute, written where the queue looks for it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, transaction
from django.utils import timezone
from django_q.models import Schedule

from config.schedule import EVERY_DAY, EVERY_MINUTE, EVERY_TEN_MINUTES

A_DAY = 24 * 60


class Command(BaseCommand):
    help = "Have the worker do what config/schedule.py names, as often as it says, and nothing else. Safe to repeat."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        minutes = {
            **dict.fromkeys(EVERY_MINUTE, 1),
            **dict.fromkeys(EVERY_TEN_MINUTES, 10),
            **dict.fromkeys(EVERY_DAY, A_DAY),
        }
        with connection.cursor() as cursor:
            # Two workers that start at one moment would each add what is missing: no constraint keeps names apart.
            cursor.execute(f"LOCK TABLE {Schedule._meta.db_table} IN EXCLUSIVE MODE")
        Schedule.objects.all().delete()
        Schedule.objects.bulk_create(
            Schedule(
                name=task, func=task, repeats=-1, schedule_type=Schedule.MINUTES, minutes=between, next_run=now
            )
            for task, between in minutes.items()
        )  # fmt: skip
        if options["verbosity"]:
            often = f"{len(EVERY_MINUTE)} tasks every minute, {len(EVERY_TEN_MINUTES)} every ten minutes"
            self.stdout.write(f"{often}, {len(EVERY_DAY)} every day.")
