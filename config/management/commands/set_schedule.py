"""What happens every minute, written where the queue looks for it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone
from django_q.models import Schedule

from config.schedule import EVERY_DAY, EVERY_MINUTE

A_DAY = 24 * 60


class Command(BaseCommand):
    help = "Have the worker do what config/schedule.py names, as often as it says, and nothing else. Safe to repeat."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        minutes = {**dict.fromkeys(EVERY_MINUTE, 1), **dict.fromkeys(EVERY_DAY, A_DAY)}
        Schedule.objects.exclude(name__in=minutes).delete()
        for task, between in minutes.items():
            Schedule.objects.update_or_create(
                name=task,
                defaults={
                    "func": task, "args": None, "kwargs": None, "repeats": -1, "cluster": None,
                    "schedule_type": Schedule.MINUTES, "minutes": between, "next_run": now,
                },
            )  # fmt: skip
        if options["verbosity"]:
            self.stdout.write(f"{len(EVERY_MINUTE)} tasks every minute, {len(EVERY_DAY)} every day.")
