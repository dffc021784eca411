"""Realistic mass data by the demo's generator: the same rows for the same seed."""

from __future__ import annotations

import gc
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import timezone

from config.demo import customers, loading, scale
from config.demo.company import Company
from config.demo.copying import Keys, reserve, trust_references, write
from config.demo.rows import Row, Rows
from config.management.commands.load_demo import found
from people.models import Customer

AT_ONCE = 2000  # tickets in one transaction
TICKETS_EACH = 8  # of one customer, on the average
_ANALYZED = ("people", "tickets", "mail", "followups")


class Command(BaseCommand):
    help = "Add so many tickets of mass data to an empty database or to the demo."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tickets", type=int, required=True, metavar="N")
        parser.add_argument("--seed", type=int, default=loading.SEED)
        parser.add_argument("--open", type=int, metavar="M", help="how many are open: min(N/5, 2000) unless told")

    def handle(self, *args: Any, **options: Any) -> None:
        now, tickets = timezone.now().astimezone(UTC), options["tickets"]
        opened = scale.how_many_open(tickets) if options["open"] is None else options["open"]
        if not 0 <= opened <= tickets or tickets < 1:
            raise CommandError("Name at least one ticket, and not more open ones than tickets.")
        if loading.is_empty():
            with transaction.atomic():
                found(now)
        elif not loading.is_demo():
            raise CommandError(
                "This database holds data that is not the demo's. Mass data goes into an empty one only."
            )
        gc.disable()  # millions of rows without a cycle among them
        for done in self._fill(tickets, opened, options["seed"], now):
            self.stdout.write(f"{done} of {tickets} tickets", ending="\r")
            self.stdout.flush()
        gc.enable()
        self._analyze()
        self.stdout.write(f"{tickets} tickets were added, {opened} of them open.")

    def _fill(self, tickets: int, opened: int, seed: int, now: datetime) -> Iterator[int]:
        company, rng = Company.read(), Random(seed)  # noqa: S311  # repeatable, guards nothing
        served = self._customers(max(tickets // TICKETS_EACH, 60), rng)
        openings = scale.plan(company, tickets, opened, now, rng)
        mass, keys = scale.Mass(company, served, now, rng), Keys(AT_ONCE)
        for start in range(0, tickets, AT_ONCE):
            batch = openings[start : start + AT_ONCE]
            rows, numbers = Rows(keys), reserve(loading.NUMBERS, len(batch))
            for number, (at, is_open) in zip(numbers, batch, strict=True):
                mass.tell(rows, number, at, is_open)
            with transaction.atomic():
                trust_references()
                write(rows)
            yield start + len(batch)

    def _customers(self, count: int, rng: Random) -> list[Row]:
        rows = Rows(Keys(count))
        made = customers.make_many(count, rows, rng, after=Customer.objects.count())
        with transaction.atomic():
            write(rows)
        return made

    def _analyze(self) -> None:
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                if table.split("_")[0] in _ANALYZED:
                    cursor.execute(f"ANALYZE {connection.ops.quote_name(table)}")
