from compliance.models.audit_run import AuditFinding, AuditRun
from compliance.models.closed_period import ClosedPeriod, Correction
from compliance.models.exception_day import ExceptionDay
from compliance.models.explanation import Explanation
from compliance.models.export import Export
from compliance.models.time_taken import TimeTaken

__all__ = [
    "AuditFinding", "AuditRun", "ClosedPeriod", "Correction", "ExceptionDay", "Explanation", "Export", "TimeTaken",
]  # fmt: skip
