"""The desk of a life by chance: who is there, by which standards, and one thing of it drawn by the dice."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.core.exceptions import ValidationError

from people.models import User
from standards.terms import Clock, Kind, Priority
from tests import make
from tests.make import MONDAY_9AM, hours
from tickets.actions.conversation import NextDate
from tickets.actions.writing import Left
from tickets.models import Commitment, Ticket

DAY = timedelta(days=1)
STANDARDS: list[dict[str, Any]] = [
    {"kind": Kind.ACKNOWLEDGE, "clock": Clock.WALL, "window_minutes": 15},
    {"window_minutes": 480},
    {"window_minutes": 120, "priority": Priority.URGENT},
    {"kind": Kind.NEXT_RESPONSE, "window_minutes": 480},
    {"kind": Kind.UPDATE, "clock": Clock.WORKING_DAYS, "window_days": 2},
    {"kind": Kind.ANSWER, "clock": Clock.WORKING_DAYS, "window_days": 5},
    {"kind": Kind.RESOLUTION, "clock": Clock.WORKING_DAYS, "window_days": 5},
    {"kind": Kind.RESOLUTION, "clock": Clock.WORKING_TIME, "window_minutes": 960, "priority": Priority.URGENT},
]


class Ground:
    """A team of four, a manager, two customers and four tickets; all dice are of one seed."""

    def __init__(self, seed: str) -> None:
        self.seed, self.rng, self.now = seed, Random(seed), MONDAY_9AM
        self.calendar = make.calendar()
        self.lead, self.manager = make.user(), make.manager()
        self.team = make.team(calendar=self.calendar, lead=self.lead)
        make.organisation(default_team=self.team)
        self.people = [self.lead, *(make.user(teams=[self.team]) for _ in range(3)), self.manager]
        for number, fields in enumerate(STANDARDS):
            make.standard(name=f"Standard {number}", **fields)
        self.customers = [make.customer(phone="01 555 0142"), make.customer(phone="01 555 0143")]
        self.tickets = [make.ticket(customer=self.customers[number % 2], team=self.team) for number in range(4)]

    def ticket(self) -> Ticket:
        return Ticket.objects.select_related("team__lead", "customer").get(pk=self.rng.choice(self.tickets).pk)

    def owed(self, ticket: Ticket, **which: Any) -> Commitment:
        return self.one_of(ticket.commitments.open().filter(**which))

    def one_of(self, rows: Any) -> Any:
        """One by chance; where there is none, it is as if somebody clicked on what is not there any more."""
        found = list(rows.order_by("pk"))
        if not found:
            raise ValidationError("Nothing of the kind is there.")
        return self.rng.choice(found)

    def person(self) -> User:
        return self.rng.choice(self.people)

    def ahead(self) -> datetime:
        return self.now + self.rng.choice([hours(1), hours(3), DAY, 3 * DAY, 9 * DAY])

    def next_date(self, ticket: Ticket) -> NextDate:
        match self.rng.randrange(6):
            case 0 | 1:
                return NextDate(contact_by=self.ahead(), words="You hear from us")
            case 2 | 3:
                return NextDate(wait_until=self.now + self.rng.choice([DAY, 4 * DAY, 20 * DAY]))
            case 4:
                return NextDate(nothing_more_because="All is said.")
        return NextDate(resolves=True, left={row.pk: self.rng.choice(list(Left)) for row in ticket.commitments.open()})
