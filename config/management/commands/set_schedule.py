"""What happens every minute, written where the queue looks for it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone
from django_q.models import Schedule

from config.schedule import EVERY_MINUTE


class Command(BaseCommand):
    help = "Have the worker do every minute what config/schedule.py names, and nothing else. Safe to repeat."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        Schedule.objects.exclude(name__in=EVERY_MINUTE).delete()
        for task in EVERY_MINUTE:
            Schedule.objects.update_or_create(
                name=task,
                defaults={
                    "func": task, "args": None, "kwargs": None, "repeats": -1, "cluster": None,
                    "schedule_type": Schedule.MINUTES, "minutes": 1, "next_run": now,
                },
            )  # fmt: skip
        if options["verbosity"]:
            self.stdout.write(f"{len(EVERY_MINUTE)} tasks every minute.")
