"""What the worker does for results. Each task may run late, twice or side by side."""

from django.utils import timezone

from compliance.actions import auditing, closing, exports, learning, waits
from compliance.models import AuditRun


def freeze_months() -> int:
    """Close the months that have passed and correct what a recount finds."""
    return closing.freeze_months(now=timezone.now())


def measure_months() -> int:
    """Work out how long things took in months that have been closed."""
    return closing.measure_months(now=timezone.now())


def forecast() -> int:
    """Work out how long people who write now will wait for a first response, and how long what we owe takes."""
    now = timezone.now()
    learning.learn(now=now)
    return waits.forecast(now=now)


def write_exports() -> int:
    """Write the lists that were asked for as files, and delete what is older than a day."""
    now = timezone.now()
    exports.forget(now=now)
    return exports.write_all(now=now)


def audit() -> int:
    """Look for what no constraint can hold; returns how many invariants are broken."""
    return _audit(auditing.begin(now=timezone.now()))


def audit_asked_for() -> int:
    """The same, where an administrator has asked for it."""
    run = auditing.begin_asked_for(now=timezone.now())
    return _audit(run) if run else 0


def _audit(run: AuditRun) -> int:
    findings = auditing.look(now=timezone.now())
    auditing.end(run, findings, now=timezone.now())
    return len(findings)
