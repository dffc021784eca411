"""Eighteen weeks of ordinary work, with the hard cases that the results shall show."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any

from config.demo import weather
from config.demo.company import Company
from config.demo.ordinary import Story
from config.demo.plan import Plan, channel_at, draw_plan
from config.demo.rows import Rows
from config.demo.scenarios import CLAIMS, ORDINARY, Scenario
from standards.working_time import is_open, opening_intervals

WEEKS, TICKETS = 18, 400
# Every ninth ticket is a claim, and every other claim is left lying: counted by what was closed they look
# well, by what was due they don't.
_CLAIMS_EVERY = 9
# Others that nobody ever finishes.
_NEVER = {37, 142, 231, 305}
# From hour to hour, and how many come then.
_SPANS = ((0, 6, 3), (6, 8, 8), (8, 12, 36), (12, 16, 27), (16, 20, 16), (20, 24, 10))


def arrivals(company: Company, count: int, since: datetime, until: datetime, rng: Random) -> list[datetime]:
    """When customers come: mostly in the day, some at night, few at weekends and on holidays."""
    days = _days(company, since, until)
    chosen = rng.choices([day for day, _weight in days], [weight for _day, weight in days], k=count)
    spans = rng.choices(_SPANS, [weight for _low, _high, weight in _SPANS], k=count)
    moments = []
    for day, (low, high, _weight) in zip(chosen, spans, strict=True):
        moment = day + timedelta(seconds=rng.randrange(low * 3600, high * 3600))
        moments.append(moment if since < moment < until else since + (until - since) * rng.random())
    return sorted(moment.replace(microsecond=0) for moment in moments)


def _days(company: Company, since: datetime, until: datetime) -> list[tuple[datetime, float]]:
    opened = {opens.astimezone(company.zone).date() for opens, _ in opening_intervals(company.calendar, since, until)}
    first, last = since.astimezone(company.zone).date(), until.astimezone(company.zone).date()
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [
        (
            datetime.combine(day, time(0), company.zone).astimezone(UTC),
            (1.35 if day.weekday() == 0 else 1.0) if day in opened else 0.25,
        )
        for day in days
    ]


def period(now: datetime) -> tuple[datetime, datetime]:
    """From when until when the customers of the history came."""
    return now - timedelta(weeks=WEEKS), now - timedelta(minutes=20)


def tell_all(company: Company, rows: Rows, openings: list[tuple[int, datetime]], now: datetime, rng: Random) -> None:
    """An ordinary ticket for each number and moment, told up to `now`."""
    storm = weather.storm(company, now)
    for index, (number, at) in enumerate(openings):
        scenario, plan = _draw(index, rng)
        customer = somebody(company, at, rng)
        Story(
            company, rows, scenario, customer,
            number=number, at=at, until=now, rng=rng, channel=channel_at(company, customer, at, rng),
            storm=storm,
        ).tell(plan)  # fmt: skip


def somebody(company: Company, at: datetime, rng: Random) -> Any:
    """One of the customers; who has no address comes only while somebody answers the phone."""
    while True:
        customer = rng.choice(company.customers)
        if customer.email or is_open(company.calendar, at):
            return customer


def _draw(index: int, rng: Random) -> tuple[Scenario, Plan]:
    if index % _CLAIMS_EVERY == 3:
        return rng.choice(CLAIMS), _claim(index // _CLAIMS_EVERY, rng)
    plan = draw_plan(rng)
    if index in _NEVER:
        plan = Plan(plan.first_after, None)
    return rng.choice(ORDINARY), plan


def _claim(turn: int, rng: Random) -> Plan:
    """A claim that is either settled well within its five days, or left lying."""
    first = rng.uniform(60, 320)
    if turn % 2:
        return Plan(first, None)
    return Plan(first, first + rng.uniform(400, 1500), clumsy=0.0)
