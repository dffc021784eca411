"""How a ticket goes, drawn beforehand: when somebody answers, when it is solved, how the customer comes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from config.demo.company import Company
from config.demo.matter import MAIL, PAGE, PHONE
from config.demo.scenarios import Words
from standards.working_time import is_open

_STREETS = (
    "Ilica 44", "Savska cesta 41", "Vlaška 12", "Maksimirska 103", "Ulica Đure Deželića 7", "Trg žrtava fašizma 3",
    "Šarengradska 9", "Božidarevićeva 21", "Čazmanska 5", "Medveščak 30", "Kneza Mislava 14", "Jukićeva 2",
    "Heinzelova 60", "Tuškanac 18", "Nova cesta 88", "Ulica Grada Vukovara 271",
)  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """How a ticket goes, drawn beforehand, in working minutes."""

    first_after: float
    solved_after: float | None  # None: never finished
    asks: bool = False
    chases: bool = False
    clumsy: float = 0.06  # how often a promise is missed, and how often it is moved


def draw_plan(rng: Random, *, never: float = 0.0, slow: float = 1.0) -> Plan:
    """A plan with a tail: half are solved within a day, one in twenty takes more than three."""
    first = min(rng.lognormvariate(4.6, 1.0) * slow, 1500)
    solved = None if rng.random() < never else first + min(rng.lognormvariate(6.0, 0.85) * slow, 14_000)
    if rng.random() < 0.3:
        solved = first
    return Plan(first, solved, asks=rng.random() < 0.16, chases=rng.random() < 0.14)


def fill(words: Words, language: str, rng: Random) -> Words:
    """The words with an address, a bill, amounts and a meter of somebody's own."""
    cents = rng.randrange(2_000, 48_000)
    given = {
        "street": rng.choice(_STREETS),
        "invoice": f"{rng.randrange(10_000, 99_999)}-{rng.randrange(1, 9)}",
        "amount": _euros(cents, language),
        "less": _euros(cents * 4 // 5, language),
        "meter": f"{rng.randrange(100_000, 999_999)}",
    }
    filled = {name: text.format(**given) for name, text in vars(words).items()}
    # The sentence around a promise ends by itself.
    return Words(**{**filled, "promise": filled["promise"].rstrip(".")})


def _euros(cents: int, language: str) -> str:
    plain = f"{cents / 100:.2f}"
    return plain.replace(".", ",") + " €" if language == "hr" else "€" + plain


def channel_at(company: Company, customer: Any, at: datetime, rng: Random) -> str:
    """How a customer comes at that moment: nobody answers the phone at night."""
    if not customer.email:
        return PHONE
    if is_open(company.calendar, at) and rng.random() < 0.2:
        return PHONE
    return PAGE if rng.random() < 0.08 else MAIL
