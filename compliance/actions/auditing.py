"""The audit of every night: what is broken stands in the log, and what can be healed is healed."""

from __future__ import annotations

import logging
from datetime import datetime

from compliance import audit
from compliance.audit import Finding
from tickets.models import Ticket

log = logging.getLogger(__name__)


def heal(*, now: datetime) -> int:
    """Mark resolved tickets without a question for the worker, which then plans it; returns how many."""
    unplanned = audit.question_not_planned(now).values("pk")
    return Ticket.objects.filter(pk__in=unplanned).update(unplanned=True)


def look(*, now: datetime) -> list[Finding]:
    """Everything that is broken at `now`, each with a line in the log, and healed where that is possible."""
    findings = list(audit.run(now))
    for finding in findings:
        keys = ", ".join(str(row.pk) for row in finding.rows[:5])
        log.error("audit: %s: %d rows, among them %s", finding.check.name, len(finding.rows), keys)
    heal(now=now)
    return findings
