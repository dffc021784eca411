"""Mass data: the demo's stories told shortly, by the hundred thousand, the same for the same seed."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from config.demo.company import Company
from config.demo.followup import YES
from config.demo.history import arrivals
from config.demo.life import Life
from config.demo.matter import MAIL, Matter
from config.demo.plan import fill
from config.demo.rows import Rows
from config.demo.scenarios import ALL, Scenario, Words
from standards.working_time import add_working_time

YEARS = timedelta(weeks=100)
# What is resolved was opened at least this long ago, so that its whole story fits.
SETTLED = timedelta(days=16)
MOST_OPEN = 2000


def how_many_open(tickets: int) -> int:
    """How many of so many tickets are open, unless told otherwise."""
    return min(tickets // 5, MOST_OPEN)


def plan(company: Company, tickets: int, opened: int, now: datetime, rng: Random) -> list[tuple[datetime, bool]]:
    """When each ticket comes and whether it is still open, in the order in which they come."""
    ended = arrivals(company, tickets - opened, now - YEARS, now - SETTLED, rng)
    recent = arrivals(company, opened - opened // 4, now - timedelta(days=9), now - timedelta(minutes=20), rng)
    older = arrivals(company, opened // 4, now - timedelta(days=60), now - timedelta(days=9), rng)
    return sorted([(at, False) for at in ended] + [(at, True) for at in (*recent, *older)])


class Mass:
    """Tells tickets shortly: their words are shared, and their events are those that the rows don't say."""

    def __init__(self, company: Company, customers: list[Any], now: datetime, rng: Random):
        self.company, self.customers, self.now, self.rng = company, customers, now, rng
        self._words = {language: [_plain(scenario, language) for scenario in ALL] for language in ("en", "hr")}

    def tell(self, rows: Rows, number: int, at: datetime, is_open: bool) -> None:
        """One ticket."""
        rng = self.rng
        customer = rng.choice(self.customers)
        scenario, words = rng.choice(self._words[customer.language])
        crew = self.company.crews[scenario.team]
        by = rng.choice(crew.people)
        matter = Matter(customer, crew, scenario.category, scenario.ticket_type, words.subject, words.asks, MAIL)
        life = Life(
            self.company, rows, matter, number, at, brief=True,
            owner=None if is_open and rng.random() < 0.2 else by,
        )  # fmt: skip
        life.acknowledge(at + timedelta(seconds=rng.randrange(2, 40)))
        first = self._later(at, min(rng.lognormvariate(4.7, 0.8), 1200))
        if is_open:
            self._stay_open(life, words, first)
        else:
            self._resolve(life, words, first)
        life.finish(self.now)

    def _stay_open(self, life: Life, words: Words, first: datetime) -> None:
        rng = self.rng
        if first >= self.now or rng.random() < 0.15:
            return
        by = life.crew.people[-1]
        wait_until = self.company.slot(first, 10, 2)
        waits = rng.random() < 0.15 and wait_until > self.now
        if waits:
            life.reply(words.question, by=by, at=first, wait_until=wait_until)
        else:
            life.reply(words.begins, by=by, at=first, contact_by=self.company.slot(first, 1, 3), words=words.promise)
        # Who writes again last was told a date that is still ahead, more often than not.
        again = self.company.before(self.now, rng.uniform(20, 960))
        if not waits and again > first and rng.random() < 0.85:
            days, hours = rng.choice((0, 1, 1, 2, 3)), rng.uniform(0, 7)
            due = self._later(self.now, hours * 60 + 1) if days == 0 else self.company.slot(again, days, round(hours))
            life.reply(words.news, by=by, at=again, contact_by=due, words=words.promise)

    def _resolve(self, life: Life, words: Words, first: datetime) -> None:
        rng, by = self.rng, life.crew.people[-1]
        if rng.random() < 0.25:
            due = self.company.slot(first, 2, 2)
            life.reply(words.begins, by=by, at=first, contact_by=due, words=words.promise)
            first = self._later(first, rng.uniform(60, 1100))
        life.reply(words.solves, by=by, at=first, resolves=True)
        asked = life.follow_ups.ask()
        if asked and rng.random() < 0.2:
            life.follow_ups.answer(YES, rng.choice((3, 4, 4, 5, 5)), "", asked + timedelta(hours=rng.uniform(0.2, 30)))

    def _later(self, moment: datetime, minutes: float) -> datetime:
        return add_working_time(self.company.calendar, moment, timedelta(seconds=int(minutes * 60)))


def _plain(scenario: Scenario, language: str) -> tuple[Scenario, Words]:
    return scenario, fill(scenario.words[language], language, Random(scenario.category))
