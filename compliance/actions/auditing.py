"""The audit of every night: what is broken is written down and stands in the log; what can be healed is healed."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model

from compliance import audit
from compliance.audit import CHECKS, Finding
from compliance.models import AuditFinding, AuditRun
from people.models import User
from tickets.models import Ticket

log = logging.getLogger(__name__)

# So many runs are kept: a month of nights. Of each finding the first rows are named, as many as one can look at.
KEPT = 30
NAMED = 20


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


@transaction.atomic
def ask(*, by: User, now: datetime) -> AuditRun:
    """Have the worker run the audit; where one waits already, it is that one."""
    waiting, _is_new = AuditRun.objects.get_or_create(began_at=None, defaults={"asked_at": now, "asked_by": by})
    return waiting


def begin(*, now: datetime) -> AuditRun:
    """The run of this night."""
    return AuditRun.objects.create(asked_at=now, began_at=now)


@transaction.atomic
def begin_asked_for(*, now: datetime) -> AuditRun | None:
    """The run that somebody asked for, begun; None where nobody did, or another worker was first."""
    run = AuditRun.objects.to_begin(now).select_for_update(skip_locked=True).first()
    if run is not None:
        run.began_at = now
        run.save(update_fields=["began_at"])
    return run


@transaction.atomic
def end(run: AuditRun, findings: list[Finding], *, now: datetime) -> None:
    """Write down what `run` found; what the run before found too is found since then. Old runs are forgotten."""
    before = AuditRun.objects.newest()
    since = dict(before.findings.values_list("check_name", "since")) if before else {}
    AuditFinding.objects.bulk_create(
        AuditFinding(
            run=run,
            check_name=finding.check.name,
            rows=len(finding.rows),
            first=[_named(row) for row in finding.rows[:NAMED]],
            since=since.get(finding.check.name, run.began_at or now),
        )
        for finding in findings
    )
    run.ended_at, run.checks = now, len(CHECKS)
    run.save(update_fields=["ended_at", "checks"])
    kept = AuditRun.objects.order_by("-asked_at", "-pk").values_list("pk", flat=True)[:KEPT]
    AuditRun.objects.exclude(pk__in=list(kept)).delete()


def _named(row: Model) -> tuple[str, Any, int | None]:
    """What the row is, its key, and the number of the ticket that it is about."""
    about: Any = row
    for step in ("commitment", "message", "ticket"):
        about = getattr(about, step, None) or about
    return row._meta.label, row.pk, about.number if isinstance(about, Ticket) else None
