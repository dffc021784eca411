"""The tickets that a tour of the product needs: each shows one thing that a promise can go through."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from config.demo import letters
from config.demo.company import BILLING, DESK, Company
from config.demo.followup import NO, YES
from config.demo.ledger import MERGED
from config.demo.life import CLOSED, Life
from config.demo.matter import MAIL, PHONE, Matter, Said
from config.demo.plan import fill
from config.demo.rows import Rows
from config.demo.scenarios import Scenario, Words
from config.demo.scenarios.bills import MOVING, PAID_TWICE
from config.demo.scenarios.claims import CAR
from config.demo.scenarios.streets import BULKY, MISSED, PERMIT
from config.demo.scenarios.water import LEAK, METER, READING
from people.models import User
from standards.terms import Kind

# When each of them begins: working days ago, and the time of day.
BEGIN = (
    (60, "09:12"),
    (50, "08:20"),
    (44, "11:03"),
    (40, "10:30"),
    (34, "12:44"),
    (30, "08:10"),
    (30, "13:25"),
    (27, "11:03"),
    (20, "09:40"),
    (16, "15:20"),
)

Given = Iterator[tuple[int, datetime]]


class Special:
    """Tells the special stories, dated by working days before `now`."""

    def __init__(self, company: Company, rows: Rows, now: datetime, rng: Random):
        self.company, self.rows, self.now, self.rng = company, rows, now, rng
        self.by_name = {customer.name: customer for customer in company.customers}
        desk, billing = company.crews[DESK], company.crews[BILLING]
        self.petra, self.ivana, self.nina = desk.people
        self.davor, self.marko = billing.people

    def tell_all(self, numbers: list[int]) -> None:
        """All of them; each number is one of those of `openings`, in the same order."""
        stories = (
            self.forewarned,
            self.reopened,
            self.first_miss,
            self.not_done,
            self.withdrawn,
            self.merged,
            self.second_miss,
            self.called,
            self.poorly_handled,
        )
        given = iter(zip(numbers, self.openings, strict=True))
        for story in stories:
            story(given)

    @property
    def openings(self) -> list[datetime]:
        """When these tickets were opened."""
        return [self.at(days_ago, clock) for days_ago, clock in BEGIN]

    def at(self, days_ago: int, clock: str) -> datetime:
        """A time of day so many working days ago."""
        return self.company.clock(self.company.day(self.now, days_ago), clock)

    def _open(self, scenario: Scenario, who: str, given: Given, by: User, channel: str = MAIL) -> tuple[Life, Words]:
        customer = self.by_name[who]
        words = fill(scenario.words[customer.language], customer.language, self.rng)
        matter = Matter(
            customer,
            self.company.crews[scenario.team],
            scenario.category,
            scenario.ticket_type,
            words.subject,
            words.asks,
            channel,
        )
        number, at = next(given)
        life = Life(self.company, self.rows, matter, number, at, owner=by)
        if channel == MAIL:
            life.acknowledge(at + timedelta(seconds=14))
        return life, words

    def _begin(self, life: Life, words: Words, by: User, at: datetime, contact_by: datetime) -> None:
        """The first answer, with a date and what may get in the way."""
        life.writes(words.begins, by=by, at=at, contact_by=contact_by, words=words.promise, obstacle=words.obstacle)

    def _end(self, life: Life, answer: str = "", handling: int = 5, comment: str = "") -> None:
        """Asked a day later, answered in the evening, put away after a week."""
        planned = life.follow_ups.planned
        if planned and planned.due_at < self.now - timedelta(days=2):
            asked = life.follow_ups.ask()
            if asked and answer:
                life.follow_ups.answer(answer, handling, comment, asked + timedelta(hours=9, minutes=41))
        if not life.is_open:
            life.close(self.company.after(life.ticket.resolved_at, 7 * 480))
        life.finish(self.now)

    def forewarned(self, given: Given) -> None:
        """A promise moved in time, for the reason that was named beforehand, and then kept."""
        life, words = self._open(METER, "Goran Lončar", given, self.ivana)
        self._begin(life, words, self.ivana, self.at(60, "10:05"), self.at(58, "14:00"))
        moved = Said(words.promise, self.at(56, "12:00"), moves=life.owed(Kind.UPDATE)[0], reason=words.delay)
        life.writes(letters.lower(words.delay), by=self.ivana, at=self.at(58, "09:20"), told=(moved,))
        life.writes(words.solves, by=self.ivana, at=self.at(56, "10:40"), resolves=True)
        self._end(life, YES, 5, words.thanks)

    def reopened(self, given: Given) -> None:
        """Resolved, "no" on the page, a promise in the same hour, and resolved for good."""
        life, words = self._open(MISSED, "Đurđica Đurđević", given, self.nina)
        self._begin(life, words, self.nina, self.at(50, "10:15"), self.at(49, "11:00"))
        life.writes(words.solves, by=self.nina, at=self.at(49, "09:30"), resolves=True)
        asked = life.follow_ups.ask()
        assert asked is not None
        life.follow_ups.answer(NO, 2, words.again, asked + timedelta(minutes=47), may_call=True)
        apology = self.company.after(asked, 130)
        life.note(
            "Driver's record says 6:52 at the next house. I ride along on the next round.", by=self.petra, at=apology
        )
        life.writes(
            words.news,
            by=self.petra,
            at=apology + timedelta(minutes=11),
            contact_by=self.at(46, "13:00"),
            words=words.promise,
        )
        life.writes(words.solves, by=self.petra, at=self.at(46, "10:50"), resolves=True)
        self._end(life, YES, 4)

    def first_miss(self, given: Given) -> None:
        """The promise was missed; the apology gives a new one, and that is kept."""
        self._missed(given, PAID_TWICE, "Amra Delić", 44, self.marko)

    def second_miss(self, given: Given) -> None:
        """Three weeks later the same customer is let down again."""
        self._missed(given, MOVING, "Amra Delić", 27, self.marko)

    def _missed(self, given: Given, scenario: Scenario, who: str, days: int, by: User) -> None:
        life, words = self._open(scenario, who, given, by)
        self._begin(life, words, by, self.at(days, "13:20"), self.at(days - 2, "11:00"))
        missed = life.owed(Kind.UPDATE)[0]
        again = Said(words.promise, self.at(days - 3, "15:00"), follows=missed)
        life.reply(
            letters.sorry(life.customer, missed.due_at, words.news, by, self.company),
            by=by,
            at=self.at(days - 2, "14:10"),
            told=(again,),
        )
        life.writes(words.solves, by=by, at=self.at(days - 3, "13:45"), resolves=True)
        self._end(life, YES, 3)

    def not_done(self, given: Given) -> None:
        """A thing was promised by a time and did not happen: not done, and another promise after it."""
        life, words = self._open(BULKY, "Stjepan Žganec", given, self.nina)
        carried = Said(words.promise, self.at(38, "12:00"), kind=str(Kind.CUSTOM), obstacle=words.obstacle)
        life.writes(
            words.begins,
            by=self.nina,
            at=self.at(40, "11:10"),
            told=(carried,),
            contact_by=self.at(38, "15:00"),
            words="You hear from us that it is done",
        )
        missed = life.owed(Kind.CUSTOM)[0]
        again = Said(words.promise, self.at(36, "10:00"), kind=str(Kind.CUSTOM), follows=missed)
        life.reply(
            letters.sorry(life.customer, missed.due_at, words.delay, self.nina, self.company),
            by=self.nina,
            at=self.at(38, "14:20"),
            told=(again,),
        )
        life.keep(life.owed(Kind.CUSTOM)[0], self.at(36, "09:15"), self.nina)
        life.writes(words.solves, by=self.nina, at=self.at(36, "09:40"), resolves=True)
        self._end(life, YES, 4)

    def withdrawn(self, given: Given) -> None:
        """The customer no longer needs what was promised."""
        life, words = self._open(PERMIT, "Oliver Grant", given, self.ivana)
        sent = Said(words.promise, self.at(30, "15:00"), kind=str(Kind.CUSTOM), obstacle=words.obstacle)
        life.writes(
            words.begins,
            by=self.ivana,
            at=self.at(34, "13:30"),
            told=(sent,),
            contact_by=self.at(32, "12:00"),
            words="You hear from us whether the permit is valid",
        )
        life.receive("We are moving to another district after all, please stop the permit.", self.at(33, "18:05"))
        life.withdraw(life.owed(Kind.CUSTOM)[0], "not_wanted", by=self.ivana, at=self.at(32, "09:05"))
        text = "your request for a permit is withdrawn and the payment is on its way back to your account."
        life.writes(text, by=self.ivana, at=self.at(32, "09:12"), resolves=True)
        self._end(life)

    def merged(self, given: Given) -> None:
        """Two tickets about one thing: the promises of the second go on with the first."""
        life, words = self._open(LEAK, "Tomislav Knežević", given, self.ivana)
        self._begin(life, words, self.ivana, self.at(30, "09:02"), self.at(29, "15:00"))
        twin, _words = self._open(LEAK, "Tomislav Knežević", given, self.nina, PHONE)
        words_told, due = "You hear where the crew stands", self.at(28, "10:00")
        twin.reply(
            "Called about the same leak; told him the crew is there.",
            by=self.nina,
            at=self.at(30, "13:29"),
            told=(Said(words_told, due),),
            call="reached",
        )
        at = self.at(30, "14:00")
        twin.note(f"The same leak as T-{life.ticket.number}, merged.", by=self.nina, at=at)
        for commitment in list(twin.open):
            twin.end(commitment, MERGED, at, self.nina)
        twin.ticket.state, twin.ticket.resolved_at = CLOSED, at
        twin.record("ticket.merged", at, self.nina, into=life.ticket.number)
        life.record("ticket.merged_in", at, self.nina, other=twin.ticket.number)
        # Told in words, so it lives on beside the other one.
        life.promise(str(Kind.UPDATE), words_told, due, by=self.nina, at=at)
        life.writes(
            words.news,
            by=self.ivana,
            at=self.at(29, "14:10"),
            contact_by=self.at(27, "12:00"),
            words=words.promise,
        )
        life.writes(words.solves, by=self.ivana, at=self.at(27, "10:30"), resolves=True)
        self._end(life, YES, 5, words.thanks)

    def called(self, given: Given) -> None:
        """A callback: nobody answered the first time, the second call inside the slot reached the life.customer."""
        life, words = self._open(READING, "Margaret Featherstonehaugh-Cholmondeley", given, self.ivana)
        slot = Said(
            "I call you on 01 555 0163",
            self.at(19, "11:00"),
            kind=str(Kind.CALLBACK),
            slot_starts_at=self.at(19, "10:00"),
        )
        life.writes(words.begins, by=self.ivana, at=self.at(20, "10:20"), told=(slot,))
        call = life.owed(Kind.CALLBACK)[0]
        life.reply("No answer, no mailbox.", by=self.ivana, at=self.at(19, "10:04"), call="not_reached", callback=call)
        life.keep(call, self.at(19, "10:38"), self.ivana)
        life.reply(
            "Went through the bill with her; the reader comes on her day at home.",
            by=self.ivana,
            at=self.at(19, "10:38"),
            contact_by=self.at(17, "14:00"),
            words=words.promise,
            call="reached",
            callback=call,
        )
        life.writes(words.solves, by=self.ivana, at=self.at(17, "11:15"), resolves=True)
        self._end(life, YES, 5, words.thanks)

    def poorly_handled(self, given: Given) -> None:
        """Settled, but the handling was poor: a person answers that as well."""
        life, words = self._open(CAR, "Sarah Whitfield", given, self.davor)
        self._begin(life, words, self.davor, self.at(15, "09:30"), self.at(13, "12:00"))
        life.note(
            "Insurer wants the mileage, I have it from the garage's bill.", by=self.marko, at=self.at(14, "10:12")
        )
        life.writes(words.solves, by=self.davor, at=self.at(13, "10:05"), resolves=True)
        asked = life.follow_ups.ask()
        assert asked is not None
        comment = "The money came, but I had to explain the accident three times to three people."
        life.follow_ups.answer(YES, 2, comment, asked + timedelta(hours=2))
        text = (
            "three people asked you for the same story, and that is our mistake. I am sorry. Your file now carries it "
            "once, in your words, so that whoever opens it can read it."
        )
        life.writes(
            text,
            by=self.davor,
            at=self.company.after(asked + timedelta(hours=2), 75),
            nothing_more="The money has arrived; nothing is open.",
        )
        self._end(life)
