"""From nothing to a company with a past, and a scene for today. The commands call this in one transaction."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

from config.demo import absent, cared, closed_months, customers, owned, reasons, reminded
from config.demo import company as companies
from config.demo.company import Company
from config.demo.copying import Keys, reserve, write
from config.demo.history import TICKETS, arrivals, period, tell_all
from config.demo.rows import Rows
from config.demo.special import BEGIN, Special
from config.demo.today import HOW_MANY, Scene
from people.models import Organisation, User
from tickets.models import Ticket

SEED = 20261001
NUMBERS = "'tickets_ticket_number'"


def is_empty() -> bool:
    """Whether nobody has worked with this database yet."""
    return not (Organisation.objects.exists() or User.objects.exists() or Ticket.objects.exists())


def is_demo() -> bool:
    """Whether this database holds the demo company."""
    return Organisation.objects.filter(demo=True).exists()


def found(now: datetime) -> None:
    """The company and its customers."""
    companies.found(now)
    customers.make_all()


def add_history(now: datetime, seed: int = SEED) -> int:
    """Eighteen weeks of tickets, and the results of the months that have closed; returns how many tickets."""
    now = now.astimezone(UTC)
    company, rng = Company.read(), Random(seed)
    rows = Rows(Keys(500))
    special = Special(company, rows, now, rng)
    count = TICKETS - len(BEGIN)
    tell_history(company, rows, special, reserve(NUMBERS, TICKETS), count, now, rng)
    write(rows)
    reasons.give(company, now, seed)
    closed_months.publish(company, now)
    return TICKETS


def tell_history(
    company: Company, rows: Rows, special: Special, numbers: list[int], count: int, now: datetime, rng: Random
) -> None:
    """Ordinary and special tickets, numbered in the order in which they came."""
    since, until = period(now)
    ordinary = arrivals(company, count, since, until, rng)
    order = sorted([(at, True) for at in special.openings] + [(at, False) for at in ordinary])
    numbered = list(zip(numbers, order, strict=True))
    special.tell_all([number for number, (_at, is_special) in numbered if is_special])
    tell_all(company, rows, [(number, at) for number, (at, is_special) in numbered if not is_special], now, rng)


def add_scene(now: datetime, seed: int = SEED) -> int:
    """Today's tickets, placed around `now`; returns how many. Tomorrow's scene will be another."""
    now = now.astimezone(UTC).replace(microsecond=0)
    company = Company.read()
    rng = Random(f"{seed} {now.astimezone(company.zone).date()}")
    rows = Rows(Keys(100))
    numbers = reserve(NUMBERS, HOW_MANY)
    Scene(company, rows, now, rng).tell_all(numbers)
    write(rows)
    reminded.plan(list(numbers), now)
    absent.tell(company, now)
    cared.tell(now, list(numbers))
    owned.tell(company, list(numbers), now)
    return HOW_MANY
