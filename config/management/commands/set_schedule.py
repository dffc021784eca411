"""Makes the worker's schedule match config/schedule.py."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django_q.models import Schedule

from config.schedule import SCHEDULE


class Command(BaseCommand):
    help = "Make the worker's schedule match config/schedule.py. Safe to run at every deploy."

    @transaction.atomic
    def handle(self, *, verbosity: int = 1, **options: Any) -> None:
        names = [name for name, _function, _minutes in SCHEDULE]
        removed, _by_model = Schedule.objects.exclude(name__in=names).delete()
        for name, function, minutes in SCHEDULE:
            Schedule.objects.update_or_create(
                name=name,
                defaults={"func": function, "schedule_type": Schedule.MINUTES, "minutes": minutes, "repeats": -1},
            )
        if verbosity:
            self.stdout.write(f"{len(names)} scheduled, {removed} removed")
