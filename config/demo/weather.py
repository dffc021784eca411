"""Three days of storm in the month that closed last: everybody was in the streets, and what fell due waited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from config.demo.company import Company
from standards.working_time import next_opening, opening_intervals

# Of the working days of the month, counted from nought.
FIRST, LAST = 8, 10
REASON = {
    "en": "A storm with hail flooded streets and cellars; everybody who could helped there.",
    "hr": "Oluja s tučom poplavila je ulice i podrume; svi koji su mogli pomagali su na terenu.",
}


@dataclass(frozen=True)
class Storm:
    """From the beginning of its first day to the end of its last, in local days."""

    first: date
    last: date
    company: Company

    def put_off(self, moment: datetime) -> datetime:
        """When somebody got round to what would have been done at `moment`; after the storm as much later."""
        begins, ends = self._midnight(self.first), self._midnight(self.last + timedelta(days=1))
        if not begins <= moment < ends:
            return moment
        return self.company.after(
            next_opening(self.company.calendar, ends), self.company.worked(begins, moment) / 2 + 1
        )

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(0), self.company.zone)


def storm(company: Company, now: datetime) -> Storm:
    """The storm of the month before that of `now`."""
    this_month = now.astimezone(company.zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    before = (this_month - timedelta(days=1)).replace(day=1)
    opened = [
        opens.astimezone(company.zone).date() for opens, _ in opening_intervals(company.calendar, before, this_month)
    ]
    return Storm(opened[FIRST], opened[LAST], company)
