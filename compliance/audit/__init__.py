"""Invariants that no constraint of the database can hold: each a named query that should find nothing.

Reads only. Runs every night and by `manage.py audit`. A new check goes to the module of what it is about.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from compliance.audit import chains, commitments, counting, followups, mail, months, pauses, people, tickets, times
from compliance.audit.checks import CHECKS, Check, Finding
from compliance.audit.followups import question_not_planned

__all__ = [
    "CHECKS", "Check", "Finding", "chains", "commitments", "counting", "followups", "mail", "months", "pauses",
    "people", "question_not_planned", "run", "tickets", "times",
]  # fmt: skip


def run(now: datetime) -> Iterator[Finding]:
    """Everything that is broken at `now`, check by check; nothing when all is well."""
    for known in CHECKS:
        rows = list(known.broken(now))
        if rows:
            yield Finding(known, rows)
