"""The months of the demo that have closed: published as the worker would have, and one of them corrected since."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db.models import Max

from compliance.actions import closing, explaining, learning, waits
from compliance.actions.exceptions import declare_exception
from compliance.models import ClosedPeriod, ExceptionDay
from config.demo import weather
from config.demo.company import Company
from standards.models import StandardVersion
from standards.working_time import next_opening
from tickets.actions import notes
from tickets.models import Commitment

# The worker closes a month in the first night of the next one.
NIGHT = timedelta(minutes=20)
EXPLANATION = {
    "en": "For three days everybody was in the streets after the storm, and nobody was left to answer. "
    "From now on two of us stay at the desk, whatever the weather.",
    "hr": "Tri dana nakon oluje svi smo bili na terenu i nije imao tko odgovarati. "
    "Odsad dvoje ostaje odgovarati, kakvo god bilo vrijeme.",
}
# All the rows that four or five months can have.
MANY = 1000


def publish(company: Company, now: datetime) -> ExceptionDay:
    """Declare the storm, close the months, find one promise that was none, count again; how long people wait now."""
    storm = weather.storm(company, now)
    declared = declare_exception(
        storm.first, storm.last, weather.REASON, by=company.manager, now=company.clock(storm.first, "09:10")
    )
    closed_at, found_at = _when_it_was_found(company, now)
    closing.freeze_months(now=closed_at + NIGHT)
    _find_one_that_was_none(company, closed_at, found_at)
    closing.freeze_months(now=found_at + NIGHT)
    closing.freeze_months(now=now)
    _explain_the_slowest(company, now)
    closing.measure_months(now=now, most=MANY)
    waits.forecast(now=now)
    learning.learn(now=now)
    return declared


def _explain_the_slowest(company: Company, now: datetime) -> None:
    """The manager says why first responses came late in the month of the storm; about the claims nobody has yet."""
    last = ClosedPeriod.objects.aggregate(last=Max("month"))["last"]
    version = StandardVersion.objects.in_force(now).get(standard__code="S-2")
    explaining.explain(version, last, EXPLANATION, by=company.manager, now=now)


def _when_it_was_found(company: Company, now: datetime) -> tuple[datetime, datetime]:
    """When the month closed that is corrected, and when that was found out: in the next morning of work."""
    closed_at = now.astimezone(company.zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    while (
        found_at := company.after(next_opening(company.calendar, closed_at + timedelta(days=1)), 95)
    ) >= now - timedelta(days=1):
        closed_at = (closed_at - timedelta(days=1)).replace(day=1)
    return closed_at.astimezone(UTC), found_at.astimezone(UTC)


def _find_one_that_was_none(company: Company, closed_at: datetime, found_at: datetime) -> None:
    """A date that was kept had been recorded on the wrong ticket; the lead lets it not count."""
    promise = (
        Commitment.objects.filter(source=Commitment.Source.PROMISE, outcome=Commitment.Outcome.KEPT, replaces=None)
        .filter(
            counted_due_at__lt=closed_at, counted_due_at__gte=closed_at - timedelta(days=20), ended_at__lt=closed_at
        )
        .select_related("ticket__team__lead")
        .earliest("counted_due_at", "pk")
    )
    lead = promise.ticket.team.lead
    promise.voided_at, promise.approved_by = found_at, lead
    promise.save(update_fields=["voided_at", "approved_by"])
    text = "The date belonged to another ticket and was noted here by mistake. It does not count; I have approved that."
    notes.note(promise.ticket, text, by=lead, now=found_at)
