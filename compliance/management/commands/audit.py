"""Asks whether everything that no constraint can hold is true; exit 1 and a list where it isn't."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from compliance import audit
from compliance.actions import auditing

SHOWN = 20  # rows of one finding; the count says how many there are


class Command(BaseCommand):
    help = "List every broken invariant; exit 1 if there is one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--heal", action="store_true", help="mark resolved tickets without a question, so that the worker plans it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        findings = list(audit.run(timezone.now()))
        for finding in findings:
            self.stdout.write(f"{finding.check.name}: {finding.check.sentence} ({len(finding.rows)})")
            self.stdout.write(f"  {finding.check.remedy}")
            for row in finding.rows[:SHOWN]:
                self.stdout.write(f"  {row._meta.label} {row.pk}: {row}")
            if len(finding.rows) > SHOWN:
                self.stdout.write(f"  and {len(finding.rows) - SHOWN} more")
        if options["heal"]:
            healed = auditing.heal(now=timezone.now())
            self.stdout.write(f"{healed} tickets are marked again for the worker.")
        if findings:
            sys.exit(1)
        self.stdout.write("nothing to report")
