"""An ordinary ticket, told to its end or up to now: some are quick, a few take for ever."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from config.demo import letters
from config.demo.company import Company
from config.demo.followup import NO, NOT_QUITE, YES
from config.demo.ledger import PROMISE, RUNNING
from config.demo.life import Life
from config.demo.matter import MAIL, PHONE, Matter, Said
from config.demo.plan import Plan, fill
from config.demo.rows import Row, Rows
from config.demo.scenarios import Scenario
from config.demo.weather import Storm
from people.models import User
from standards.terms import Kind

# A mail has to be accepted before the promised time, not only written.
_IN_TIME = timedelta(minutes=2)


class Story:
    """Tells the life of one ticket. Nothing happens after `until`."""

    def __init__(
        self,
        company: Company,
        rows: Rows,
        scenario: Scenario,
        customer: Any,
        *,
        number: int,
        at: datetime,
        until: datetime,
        rng: Random,
        channel: str = MAIL,
        brief: bool = False,
        storm: Storm | None = None,
    ):
        self.company, self.rng, self.until, self.storm = company, rng, until, storm
        crew = company.crews[scenario.team]
        self.words = fill(scenario.words[customer.language], customer.language, rng)
        self.by: User = rng.choice(crew.people[1:] if rng.random() < 0.8 else crew.people)
        taken_at_once = rng.random() < 0.7 or channel == PHONE
        matter = Matter(
            customer, crew, scenario.category, scenario.ticket_type, self.words.subject, self.words.asks, channel,
            priority=rng.choice(("normal", "normal", "normal", "normal", "high", "low")),
        )  # fmt: skip
        self.life = Life(company, rows, matter, number, at, owner=self.by if taken_at_once else None, brief=brief)
        self.opened = self.at = at
        self.told = 0

    def tell(self, plan: Plan) -> None:
        """The whole of it, as far as it goes until now."""
        if self._begin(plan):
            self._go_on(plan)
        self.life.finish(self.until)

    def _begin(self, plan: Plan) -> bool:
        """Acknowledged, and answered by a person; whether it goes on from there."""
        life, opened = self.life, self.opened
        if life.ticket.channel != PHONE and life.customer.email:
            late = self.rng.random() < 0.01
            at = opened + timedelta(minutes=24 if late else 0, seconds=self.rng.randrange(3, 50))
            if at < self.until:
                life.acknowledge(at)
        first = (
            opened + timedelta(minutes=4)
            if life.ticket.channel == PHONE
            else self._put_off(self.company.after(opened, plan.first_after))
        )
        if first >= self.until:
            return False
        if life.ticket.owner_id is None:
            life.assign(
                self.by, by=self.by, at=first - timedelta(seconds=90) if first - opened > timedelta(hours=1) else first
            )
        solved_at = self._solved_at(plan)
        if solved_at and solved_at <= first + timedelta(minutes=30):
            self._solve(first)
            return False
        self._say(self.words.begins, first, self._next(first), self.words.obstacle)
        return True

    def _go_on(self, plan: Plan) -> None:
        """Contacts at the promised times until it is solved, or for ever."""
        asks, chases, contacts = plan.asks, plan.chases, 0
        while True:
            promised = self._promised()
            if promised is None:
                return
            solved_at = self._solved_at(plan)
            contact = self._put_off(self._contact_at(promised.due_at, plan.clumsy))
            if chases and contact - self.at > timedelta(hours=4):
                chases = False
                contact = self._chased(contact)
            if contact >= self.until:
                return
            if solved_at and solved_at <= contact + timedelta(minutes=30):
                at = max(solved_at, self.company.after(self.at, 10))
                if at < self.until:
                    self._solve(at, promised)
                return
            if asks:
                asks = False
                if not self._ask(contact):
                    return
            elif plan.solved_after is None and contacts >= 1:
                self._leave_lying(contact)
                return
            elif self._cannot_be_kept(promised, contact, plan.clumsy):
                self._move(promised, contact)
            else:
                self._say(self._news(promised, contact), contact, self._next(contact))
            contacts += 1

    def _solved_at(self, plan: Plan) -> datetime | None:
        return None if plan.solved_after is None else self._put_off(self.company.after(self.opened, plan.solved_after))

    def _put_off(self, moment: datetime) -> datetime:
        return self.storm.put_off(moment) if self.storm else moment

    def _promised(self) -> Row | None:
        """The next date that the customer was told, or that the standard gives."""
        running = [row for row in self.life.owed(Kind.UPDATE, Kind.NEXT_RESPONSE) if row.state == RUNNING]
        return min(running, key=lambda row: row.due_at, default=None)

    def _next(self, at: datetime) -> datetime:
        """A date to tell: one to three working days ahead."""
        return self.company.slot(at, self.rng.choice((1, 1, 1, 2, 2, 3)), self.rng.choice((1, 2, 3, 4, 5, 6)))

    def _contact_at(self, due: datetime, clumsy: float) -> datetime:
        """When somebody gets round to it: as a rule before it is due."""
        earliest = self.company.after(self.at, 15)
        if self.rng.random() < clumsy:
            return max(self.company.after(due, self.rng.lognormvariate(4.8, 1.0)), earliest)
        early = max(self.company.before(due, self.rng.uniform(8, 200)), earliest)
        if early <= due - _IN_TIME:
            return early
        return due - _IN_TIME if due - 2 * _IN_TIME > self.at else earliest

    def _say(self, text: str, at: datetime, contact_by: datetime, obstacle: str = "") -> None:
        """A word with a date; by phone to those who have no address."""
        self.at = self.life.reply(
            self._letter(text),
            by=self.by,
            at=at,
            contact_by=contact_by,
            words=self.words.promise,
            obstacle=obstacle,
            call=self._call,
        )

    def _news(self, promised: Row, contact: datetime) -> str:
        """A progress update, the later ones without progress; a late one says sorry first."""
        text = letters.nothing_new(self.life.customer, self.told) if self.told else self.words.news
        self.told += 1
        if contact > promised.due_at and promised.kind == Kind.UPDATE and not self._call:
            return letters.sorry(self.life.customer, promised.due_at, text, self.by, self.company)
        return text

    def _letter(self, text: str) -> str:
        if self._call or text.startswith(("Hello ", "Dobar dan")):
            return text
        return letters.greet(self.life.customer, text, self.by)

    @property
    def _call(self) -> str:
        return "" if self.life.customer.email else "reached"

    def _cannot_be_kept(self, promised: Row, contact: datetime, clumsy: float) -> bool:
        """Now and then; once for each promise, and only while it can still be moved."""
        movable = promised.source == PROMISE and "replaces_id" not in vars(promised)
        return movable and contact < promised.due_at - _IN_TIME and self.rng.random() < clumsy

    def _move(self, promised: Row, at: datetime) -> None:
        """It will not work: the new time is told before the old one, with the reason that was named beforehand."""
        said = Said(self.words.promise, self._next(promised.due_at), moves=promised, reason=self.words.delay)
        self.at = self.life.reply(
            self._letter(letters.lower(self.words.delay)), by=self.by, at=at, told=(said,), call=self._call
        )

    def _chased(self, contact: datetime) -> datetime:
        """The customer writes before we do; that is answered within hours."""
        at = (self.at + (contact - self.at) * self.rng.uniform(0.3, 0.8)).replace(microsecond=0)
        if at >= self.until:
            return contact
        self.life.receive(self.words.chases, at, channel=MAIL if self.life.customer.email else PHONE)
        self.at = at
        return min(contact, self.company.after(at, self.rng.lognormvariate(4.5, 0.8)))

    def _ask(self, at: datetime) -> bool:
        """A question, and the clock stands still; whether the customer has answered."""
        life, rng = self.life, self.rng
        wait_until = self.company.slot(at, rng.choice((3, 4, 5)), 4)
        body = self.words.question if self._call else letters.asking(life.customer, self.words.question, self.by)
        self.at = life.reply(body, by=self.by, at=at, wait_until=wait_until, call=self._call)
        answered = (self.at + timedelta(hours=rng.lognormvariate(2.9, 0.9), minutes=7)).replace(microsecond=0)
        if answered < min(wait_until, self.until) and rng.random() < 0.85:
            life.receive(self.words.answer, answered, channel=MAIL if life.customer.email else PHONE)
            self.at = answered
            return True
        if wait_until < self.until:
            life.waited_in_vain(wait_until)
            self.at = self.company.after(wait_until, rng.uniform(30, 240))
            if self.at < self.until:
                self._say(self.words.news, self.at, self._next(self.at))
                return True
        return False

    def _leave_lying(self, at: datetime) -> None:
        """The customer wants to hear only of the decision, and the decision never comes."""
        life = self.life
        self.at = life.reply(
            self._letter(self.words.news), by=self.by, at=at, call=self._call,
            nothing_more="The customer wants to hear from us when it is decided.",
        )  # fmt: skip
        for update in life.owed(Kind.UPDATE):
            life.withdraw(update, "asked_not_to", by=self.by, at=self.at + timedelta(seconds=30))
        life.wait_on_others(by=self.by, at=self.at + timedelta(seconds=40))

    def _solve(self, at: datetime, promised: Row | None = None) -> None:
        text = self.words.solves
        if promised is not None and at > promised.due_at and promised.kind == Kind.UPDATE and not self._call:
            text = letters.sorry(self.life.customer, promised.due_at, text, self.by, self.company)
        self.at = self.life.reply(self._letter(text), by=self.by, at=at, resolves=True, call=self._call)
        self._settle()

    def _settle(self) -> None:
        """The question after it, the answer, and what a "no" begins."""
        life, rng = self.life, self.rng
        planned = life.follow_ups.planned
        if planned is None or planned.due_at + timedelta(seconds=10) >= self.until:
            return
        asked = life.follow_ups.ask()
        drawn, delay, handling = (
            rng.random(),
            timedelta(hours=rng.lognormvariate(2.0, 1.0)),
            rng.choice((3, 4, 4, 5, 5, 5)),
        )
        if asked and asked + delay < self.until and drawn < 0.38:
            at = asked + delay
            if drawn < 0.33:
                life.follow_ups.answer(YES, handling, self.words.thanks if drawn < 0.15 else "", at)
            else:
                self._not_settled(NOT_QUITE if drawn < 0.36 else NO, at)
                return
        self._put_away()

    def _not_settled(self, outcome: str, at: datetime) -> None:
        life = self.life
        life.follow_ups.answer(outcome, self.rng.choice((1, 2, 2, 3)), self.words.again, at, may_call=outcome == NO)
        self.at = at
        sorry = self.company.after(at, self.rng.lognormvariate(4.4, 0.7))
        if sorry >= self.until:
            return
        self._say(self.words.news, sorry, self._next(sorry))
        again = self.company.after(self.at, self.rng.lognormvariate(5.5, 0.6))
        if again < self.until:
            self._solve(again)

    def _put_away(self) -> None:
        at = self.company.after(self.life.ticket.resolved_at, 7 * 8 * 60)
        if at < self.until:
            self.life.close(at)
