from compliance.models.closed_period import ClosedPeriod, Correction
from compliance.models.exception_day import ExceptionDay

__all__ = ["ClosedPeriod", "Correction", "ExceptionDay"]
