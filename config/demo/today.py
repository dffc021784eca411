"""Today's scene: a dozen tickets placed around now, so that every lane of Horizon has something true.

What falls due does so while we are open, or else somebody on call has promised it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from functools import partial
from random import Random

from config.demo import calls, delay, letters
from config.demo.company import BILLING, DESK, Company
from config.demo.life import Life
from config.demo.matter import MAIL, PHONE, Matter, Said
from config.demo.plan import fill
from config.demo.rows import Rows
from config.demo.scenarios import Scenario, Words
from config.demo.scenarios.bills import INSTALMENTS, MOVING
from config.demo.scenarios.streets import BIN, BULKY, MISSED, PERMIT, SECOND_CAR
from config.demo.scenarios.water import LAMP, LEAK, METER, PRESSURE, READING
from people.models import User
from standards.terms import Kind
from standards.working_time import is_open, next_opening
from tickets.models import Draft

HOW_MANY = 16
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
CUSTOM = str(Kind.CUSTOM)


class Scene:
    """Tells today's tickets. What became due lately is left for the worker to announce."""

    def __init__(self, company: Company, rows: Rows, now: datetime, rng: Random):
        self.company, self.rows, self.now, self.rng = company, rows, now, rng
        self.petra, self.ivana, self.nina = company.crews[DESK].people
        self.davor, self.marko = company.crews[BILLING].people
        by_mail = [customer for customer in company.customers if customer.email]
        chosen = rng.sample(by_mail, HOW_MANY)
        self._customers = iter(chosen)
        self._with_a_phone = iter(customer for customer in by_mail if customer.phone and customer not in chosen)
        local = now.astimezone(company.zone)
        self.tomorrow = datetime.combine(local.date() + timedelta(days=1), time(0), company.zone).astimezone(UTC)

    def tell_all(self, numbers: list[int]) -> None:
        """All of them, the oldest first."""
        stories: tuple[Callable[[int], None], ...] = (
            self.far_ahead,
            self.paused,
            self.overdue_promise,
            self.conditional,
            self.condition_came,
            partial(calls.soon, self),
            partial(calls.tried_once, self),
            partial(calls.not_reached, self),
            self.next_morning,
            self.resolved,
            self.other_team,
            self.due_tomorrow,
            self.overdue_first_response,
            self.within_the_hour,
            self.later_today,
            self.other_team_waits,
        )
        for number, story in zip(numbers, stories, strict=True):
            story(number)
        delay.share(self)

    def ago(self, minutes: float) -> datetime:
        """So many working minutes before now."""
        return self.company.before(self.now, minutes).replace(microsecond=0)

    def days_ago(self, days: int, clock: str) -> datetime:
        """A time of day so many working days before today."""
        return self.company.clock(self.company.day(self.now, days), clock)

    def open(
        self, number: int, scenario: Scenario, at: datetime, owner: User | None, channel: str = MAIL, *,
        has_a_phone: bool = False,
    ) -> tuple[Life, Words]:  # fmt: skip
        """A ticket of today's, with its words; of somebody who can be called where that is asked for."""
        customer = next(self._with_a_phone if has_a_phone else self._customers)
        words = fill(scenario.words[customer.language], customer.language, self.rng)
        crew = self.company.crews[scenario.team]
        matter = Matter(customer, crew, scenario.category, scenario.ticket_type, words.subject, words.asks, channel)
        life = Life(self.company, self.rows, matter, number, at, owner=owner)
        if channel == MAIL and at + MINUTE < self.now:
            life.acknowledge(at + timedelta(seconds=19))
        return life, words

    def far_ahead(self, number: int) -> None:
        """A promise in three days, with a note and a colleague's word for tomorrow."""
        life, words = self.open(number, PRESSURE, self.days_ago(2, "09:31"), self.ivana)
        life.writes(
            words.begins,
            by=self.ivana,
            at=self.days_ago(2, "11:02"),
            contact_by=self.company.slot(self.now, 3, 2),
            words=words.promise,
            obstacle=words.obstacle,
        )
        life.note(
            "The recorder is in the van, Perković installs it in the cellar.",
            by=self.nina,
            at=self.days_ago(1, "14:45"),
        )
        life.ask_colleague(
            "Read the recorder and send me the curve.",
            self.company.slot(self.now, 2, 4),
            by=self.ivana,
            doer=self.nina,
            at=self.days_ago(1, "14:50"),
        )

    def paused(self, number: int) -> None:
        """A question went out, so the clock of the resolution stands still; the other team was asked, too."""
        life, words = self.open(number, METER, self.days_ago(2, "10:12"), self.ivana)
        life.reply(
            letters.asking(life.customer, words.question, self.ivana),
            by=self.ivana,
            at=self.days_ago(1, "09:20"),
            wait_until=self.company.slot(self.now, 2, 4),
        )
        life.ask_colleague(
            "Which reading stands on the last bill?", self.soon(50), by=self.ivana, doer=self.davor, at=self.ago(190)
        )

    def overdue_promise(self, number: int) -> None:
        """You hear from us by yesterday: nobody wrote, and Ivana has begun to say sorry."""
        life, words = self.open(number, MISSED, self.days_ago(2, "08:15"), self.ivana)
        due = self.days_ago(1, "15:00")
        life.writes(
            words.begins,
            by=self.ivana,
            at=self.days_ago(2, "10:40"),
            contact_by=due,
            words=words.promise,
            obstacle=words.obstacle,
        )
        self.rows.append(
            Draft,
            ticket_id=life.ticket.id,
            author_id=self.ivana.pk,
            kind=str(Draft.Kind.REPLY),
            at=self.ago(11),
            body=letters.sorry(life.customer, due, words.delay, self.ivana, self.company),
        )

    def conditional(self, number: int) -> None:
        """Two working days after the customer has done their part: no clock runs yet."""
        self._second_car(number)

    def condition_came(self, number: int) -> None:
        """The same, and the customer has written since: the ticket offers to start the clock from that message."""
        life, words = self._second_car(number)
        life.receive(words.answer, self.ago(70))

    def _second_car(self, number: int) -> tuple[Life, Words]:
        life, words = self.open(number, SECOND_CAR, self.days_ago(2, "13:05"), self.nina)
        condition = {
            "en": "we have the page with the employer's stamp",
            "hr": "stigne stranica s pečatom poslodavca",
        }[life.customer.language]
        life.writes(
            words.begins,
            by=self.nina,
            at=self.days_ago(2, "14:10"),
            told=(Said(words.promise, None, kind=CUSTOM, condition=condition, days=2),),
            contact_by=self.company.slot(self.now, 2, 3),
            words="You hear from us in any case",
        )
        return life, words

    def next_morning(self, number: int) -> None:
        """Due half an hour after the next day's opening: it has to be done today."""
        life, words = self.open(number, LAMP, self.days_ago(1, "10:52"), self.ivana)
        life.writes(
            words.begins,
            by=self.ivana,
            at=self.days_ago(1, "11:30"),
            contact_by=next_opening(self.company.calendar, self.tomorrow) + 30 * MINUTE,
            words=words.promise,
            obstacle=words.obstacle,
        )

    def resolved(self, number: int) -> None:
        """Resolved a while ago; the question is planned."""
        life, words = self.open(number, BIN, self.days_ago(1, "08:44"), self.nina)
        life.writes(words.solves, by=self.nina, at=self.ago(75), resolves=True)

    def other_team(self, number: int) -> None:
        """Marko's, in the other team: open for longer than most there, so at risk, and not due soon."""
        life, words = self.open(number, INSTALMENTS, self.ago(1500), self.marko)
        life.writes(
            words.begins,
            by=self.marko,
            at=self.ago(1330),
            contact_by=self.company.slot(self.now, 1, 3),
            words=words.promise,
            obstacle=words.obstacle,
        )

    def due_tomorrow(self, number: int) -> None:
        """Tomorrow: in the morning, or by whoever is on call where tomorrow is closed."""
        due = self.tomorrow + 11 * HOUR
        if is_open(self.company.calendar, due - MINUTE):
            life, words = self.open(number, BULKY, self.days_ago(1, "13:33"), self.ivana)
            life.writes(
                words.begins,
                by=self.ivana,
                at=self.days_ago(1, "15:01"),
                contact_by=due,
                words=words.promise,
                obstacle=words.obstacle,
            )
        else:
            self._on_call(number, due, self.ago(95))

    def overdue_first_response(self, number: int) -> None:
        """Nobody has answered and nobody has taken it: the lead answers for it."""
        self._unanswered(number, PERMIT, self.ago(37), None)

    def within_the_hour(self, number: int) -> None:
        """Due in less than an hour."""
        for minutes in (48, 31, 14):
            due = self.now + minutes * MINUTE
            if is_open(self.company.calendar, self.now) and is_open(self.company.calendar, due):
                self._unanswered(number, BULKY, due, self.ivana)
                return
        self._on_call(number, self.now + 42 * MINUTE, self.now - 100 * MINUTE)

    def later_today(self, number: int) -> None:
        """Later today: unassigned while we are open, on call afterwards; nothing just before midnight."""
        opening = next_opening(self.company.calendar, self.now)
        due = self.company.after(opening, 190)
        if due >= self.tomorrow:
            due = self.company.before(self.tomorrow, 1)
        if self.now + HOUR < due < self.tomorrow:
            self._unanswered(number, READING, due.replace(second=0, microsecond=0), None)
        else:
            self._on_call(number, min(self.now + 130 * MINUTE, self.tomorrow - MINUTE), self.now - 50 * MINUTE)

    def other_team_waits(self, number: int) -> None:
        """A new one in the other team, nobody's yet."""
        self.open(number, MOVING, self.ago(22), None)

    def _unanswered(self, number: int, scenario: Scenario, due: datetime, owner: User | None) -> None:
        """A ticket whose first response falls due at `due`, because it came that long before."""
        first = [version for version in self.company.versions if version.standard.code == "S-2"][-1]
        opened = self.company.before(due, first.window_minutes or 0)
        self.open(number, scenario, min(opened, self.now - 3 * MINUTE), owner)

    def _on_call(self, number: int, due: datetime, at: datetime) -> None:
        """Water at night: taken down by phone, and promised by the one who has the emergency phone."""
        life, words = self.open(number, LEAK, at, self.ivana, PHONE)
        due = due.replace(second=0, microsecond=0)
        told = Said(words.promise, due, kind=CUSTOM, obstacle=words.obstacle)
        life.reply(
            "Told the caller that the emergency crew is on its way, and when the water is back.",
            by=self.ivana,
            at=at + 4 * MINUTE,
            told=(told,),
            call="reached",
        )

    def soon(self, minutes: int) -> datetime:
        """So many minutes from now while we are open then; else after the next opening."""
        due = self.now + minutes * MINUTE
        if not (is_open(self.company.calendar, self.now) and is_open(self.company.calendar, due)):
            due = next_opening(self.company.calendar, due) + minutes * MINUTE
        return due.replace(second=0, microsecond=0)
