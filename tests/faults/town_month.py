"""A month of a town: everybody writes, answers, is silent, opens things again, and a desk does what desks do.

Who does what stands in the dice of a seed, a ticket and a mail, never in the order in which two workers do something.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.core.exceptions import ValidationError

from followups.actions import deciding, holding, satisfaction, thanking
from followups.models import FollowUp, Hold, SatisfactionRequest
from mail import actions, inbound
from mail.models import Delivery
from mail.models.suppression import OPTIONAL
from people.models import Customer, User
from people.terms import Channel
from standards.terms import Clock, Kind, Occasion, TicketType
from tests import make
from tests.faults.simulated import DAY, MINUTE, Outside, Simulated, Taken
from tests.mail.letters import report
from tests.make import MONDAY_9AM
from tickets import callbacks
from tickets.actions import conversation, merging, setting_aside, tickets
from tickets.actions.conversation import NextDate
from tickets.actions.writing import Left
from tickets.certain import certain
from tickets.models import Commitment, Ticket

# Tickets come in the first four weeks. Customers answer for as long again; the desk brings everything to its end.
COMES_FOR, ANSWERS_FOR, TIDIES_FOR = 28, 56, 80
ZONES = ["", "", "", "Europe/London", "America/New_York", "Asia/Kuala_Lumpur"]
LANGUAGES = ["en", "en", "hr", "bs", "sr-latn", "ms"]
# What the desk makes of a ticket, and how often in a hundred.
COURSES = {
    "resolves": 34, "asks": 22, "promises": 12, "forgets": 8, "calls": 6, "merges": 6, "sets_aside": 3, "leaves": 9,
}  # fmt: skip
State, Step = FollowUp.State, FollowUp.Step


@dataclass
class Told:
    """What really happened, as the town itself remembers it: (moment, ticket) or (moment, address) of each kind."""

    opened: list[tuple[datetime, str]] = field(default_factory=list)
    wrote: list[tuple[datetime, str]] = field(default_factory=list)
    asked: list[tuple[datetime, str]] = field(default_factory=list)
    answered: list[tuple[datetime, str]] = field(default_factory=list)
    merged: list[tuple[datetime, str]] = field(default_factory=list)
    set_aside: list[tuple[datetime, str]] = field(default_factory=list)
    stopped: list[tuple[datetime, str, str]] = field(default_factory=list)
    came_back: list[tuple[datetime, str]] = field(default_factory=list)


class Month(Simulated):
    """One month by one seed. `live` it, then look at what `told` and `outside` have."""

    def __init__(self, seed: int, number: int, clock: Any, outside: Outside) -> None:
        super().__init__(clock, outside)
        self.seed, self.number, self.told, self._seen = seed, number, Told(), 0
        self._customers_of: dict[str, int] = {}

    def _dice(self, *about: object) -> Random:
        return Random(" ".join(map(str, [self.seed, *about])))

    # Who is there

    def happens(self) -> None:
        self.lead = make.user(name="Petra Novak", email="petra@desk.test")
        team = make.team(name="Devices", lead=self.lead)
        make.organisation(
            default_team=team, support_address="support@example.test", languages=sorted(set(LANGUAGES))
        )  # fmt: skip
        self.manager = make.manager(name="Mara Babić", email="mara@desk.test")
        self.people = [self.lead, *(
            make.user(name=f"Colleague {n}", email=f"colleague{n}@desk.test", teams=[team]) for n in range(4)
        )]  # fmt: skip
        for name, fields in {
            "Confirmation": {"kind": Kind.ACKNOWLEDGE, "clock": Clock.WALL, "window_minutes": 15},
            "First response": {"window_minutes": 480},
            "Next response": {"kind": Kind.NEXT_RESPONSE, "window_minutes": 480},
            "News": {"kind": Kind.UPDATE, "clock": Clock.WORKING_DAYS, "window_days": 2},
            "Resolution": {"kind": Kind.RESOLUTION, "clock": Clock.WORKING_DAYS, "window_days": 5},
            "Not settled": {
                "kind": Kind.NEXT_RESPONSE, "occasion": Occasion.NOT_SETTLED, "clock": Clock.WORKING_DAYS,
                "window_days": 1,
            },
        }.items():  # fmt: skip
            make.standard(name=name, **fields)
        dice = self._dice("customers")
        self.customers = [self._customer(n, dice) for n in range(max(4, self.number // 2))]
        for n in range(self.number):
            self.later(MONDAY_9AM + COMES_FOR * DAY * self._dice("comes", n).random(), self._opens, n)
        for n, customer in enumerate(self.customers):
            sold = self._dice("sold", n)
            if sold.random() < 0.15:
                self.at_work(MONDAY_9AM + COMES_FOR * DAY * sold.random(), self._sells, customer)
        for day in range(1, TIDIES_FOR):
            self.at_work(MONDAY_9AM + day * DAY, self._tidies, day)

    def _customer(self, n: int, dice: Random) -> Customer:
        word = dice.choices(["ordinary", "gone", "returns", "none"], [92, 3, 3, 2])[0]
        phone = f"01 555 {n:04}" if word == "none" or dice.random() < 0.5 else ""
        channels = [Channel.MAIL, Channel.PHONE, Channel.SMS] if phone and word != "none" else [Channel.MAIL]
        return make.customer(
            name=f"Ana Kovač {n}", email="" if word == "none" else f"{word}{n}@example.test", phone=phone,
            language=dice.choice(LANGUAGES), zone=dice.choice(ZONES),
            channel=dice.choice(channels) if word != "none" else Channel.PHONE,
        )  # fmt: skip

    def _ticket(self, name: str) -> Ticket:
        """Where `name` lives on by now."""
        ticket = Ticket.objects.select_related("customer", "team__lead").get(subject=name)
        while ticket.merged_into_id:
            ticket = Ticket.objects.select_related("customer", "team__lead").get(pk=ticket.merged_into_id)
        return ticket

    def customer_of(self, name: str) -> int:
        """Who came with the ticket of that name."""
        return self._customers_of[name]

    def _by(self, name: str) -> User:
        return self.people[self._dice("by", name).randrange(len(self.people))]

    # What the desk does

    def _opens(self, n: int) -> None:
        name, dice = f"Request {n}", self._dice("ticket", n)
        customer = dice.choice(self.customers)
        kind = TicketType.COMPLAINT if dice.random() < 0.1 else TicketType.QUESTION
        tickets.open_ticket(
            customer, name, "It is broken since Monday.", ticket_type=kind, now=self.now,
            channel=Channel.MAIL if customer.email else Channel.PHONE,
        )  # fmt: skip
        self.told.opened.append((self.now, name))
        self._customers_of[name] = customer.pk
        course = dice.choices(list(COURSES), list(COURSES.values()))[0]
        self.at_work(self.now + timedelta(minutes=dice.expovariate(1 / 200)), getattr(self, f"_{course}"), name)
        if dice.random() < 0.1:
            self.later(self.now + 2 * DAY * dice.random(), self._writes, name)

    def _resolves(self, name: str) -> None:
        ticket = self._ticket(name)
        if not ticket.is_open:
            return
        call = ticket.commitments.open().filter(kind=Kind.CALLBACK).order_by("pk").first()
        if call is not None:
            said = NextDate(nothing_more_because="All is said.")
            conversation.log_call(ticket, "Yes.", "reached", said, by=self._by(name), now=self.now, callback=call)
        left = {row.pk: Left.DONE for row in ticket.commitments.open()}
        done = NextDate(resolves=True, left=left)
        try:
            if not ticket.customer.email:
                raise ValidationError("They have no address.")
            conversation.reply(ticket, "The part is changed, and it works.", done, by=self._by(name), now=self.now)
        except ValidationError:
            conversation.log_call(ticket, "It works again.", "reached", done, by=self._by(name), now=self.now)

    def _asks(self, name: str) -> None:
        ticket, dice = self._ticket(name), self._dice("asks", name)
        until = NextDate(wait_until=self.now + 25 * DAY)
        if dice.random() < 0.2:
            conversation.log_call(ticket, "Which label?", "reached", until, by=self._by(name), now=self.now)
        else:
            conversation.reply(ticket, "Is the label blue or grey?", until, by=self._by(name), now=self.now)
        self.told.asked.append((self.now, name))
        if dice.random() < 0.5:
            self.later(self.now + 13 * DAY * dice.random(), self._writes, name)

    def _promises(self, name: str, forgotten: timedelta = timedelta()) -> None:
        ticket, dice = self._ticket(name), self._dice("promises", name)
        due = datetime.combine((self.now + DAY * dice.randint(1, 3)).date(), MONDAY_9AM.timetz()) + 5 * 60 * MINUTE
        soon = NextDate(contact_by=due, words="You hear what we found")
        conversation.reply(ticket, "We look at it.", soon, by=self._by(name), now=self.now)
        self.at_work(due - 60 * MINUTE + forgotten, self._resolves, name)

    def _forgets(self, name: str) -> None:
        self._promises(name, forgotten=3 * DAY)

    def _calls(self, name: str) -> None:
        ticket = self._ticket(name)
        begins = self.now + 60 * MINUTE
        call = NextDate(call=callbacks.Slot(begins, begins + 60 * MINUTE), phone=ticket.customer.phone or "01 555 9999")
        conversation.reply(ticket, "We call you.", call, by=self._by(name), now=self.now)
        for wait in (70, 100):
            self.later(self.now + wait * MINUTE, self._reaches_nobody, name)
        self.at_work(self.now + 2 * DAY, self._resolves, name)

    def _reaches_nobody(self, name: str) -> None:
        ticket = self._ticket(name)
        call = ticket.commitments.open().filter(kind=Kind.CALLBACK).order_by("pk").first()
        if call is None:
            return
        conversation.log_call(ticket, "It rang.", "not_reached", None, by=self._by(name), now=self.now, callback=call)

    def _merges(self, name: str) -> None:
        ticket = self._ticket(name)
        others = Ticket.objects.open().filter(customer=ticket.customer, merged_into=None).exclude(pk=ticket.pk)
        other = others.order_by("opened_at", "pk").first()
        if other is None:
            self._resolves(name)
            return
        merging.merge(ticket, other, by=self._by(name), now=self.now)
        self.told.merged.append((self.now, ticket.subject))
        self.at_work(self.now + DAY, self._resolves, name)

    def _sets_aside(self, name: str) -> None:
        setting_aside.set_aside(self._ticket(name), "test", by=self._by(name), now=self.now)
        self.told.set_aside.append((self.now, name))

    def _leaves(self, name: str) -> None:
        """Nobody looks at it for days."""

    def _calls_about(self, name: str) -> None:
        """Somebody was not content, though it is settled."""
        said = NextDate(nothing_more_because="All is said.")
        conversation.log_call(self._ticket(name), "I am sorry.", "reached", said, by=self._by(name), now=self.now)

    def _sells(self, customer: Customer) -> None:
        thanking.plan(customer, "a heating", delivered_at=self.now, by=self.lead, now=self.now)

    def _tidies(self, day: int) -> None:
        """What lies about is looked after; somebody decides what is held, and about what piled up."""
        for ticket in Ticket.objects.open().filter(merged_into=None).order_by("opened_at", "pk"):
            waits = ticket.state == Ticket.State.WAITING_ON_CUSTOMER and day < ANSWERS_FOR
            if not waits and self._dice("tidies", ticket.subject, day).random() < 0.4:
                wait = self._dice(ticket.subject).randrange(120) * MINUTE
                self.at_work(self.now + wait, self._resolves, ticket.subject)
        put_away = [Ticket.State.RESOLVED, Ticket.State.CLOSED]
        for owed in Commitment.objects.running().filter(kind=Kind.NEXT_RESPONSE, ticket__state__in=put_away):
            self.at_work(self.now, self._calls_about, owed.ticket.subject)
        for hold in Hold.objects.filter(decision=""):
            holding.decide(hold, Hold.Decision.SEND, by=self.manager, now=self.now)
        for followup in FollowUp.objects.exclude(held_at=None).filter(state=State.SCHEDULED):
            deciding.release(followup, by=self.lead, now=self.now)
        planned = FollowUp.objects.filter(state=State.SCHEDULED, ticket__isnull=False).select_related("ticket")
        for followup in planned.order_by("due_at", "ticket__subject"):
            about = certain(followup.ticket).subject, followup.step, followup.cycle
            chance = self._dice("decides", day, *about).random()
            if chance < 0.003:
                deciding.skip(followup, reason="She is here.", by=self.lead, now=self.now)
            elif chance < 0.006:
                deciding.hold(followup, by=self.lead, now=self.now)

    # What customers do

    def _writes(self, name: str) -> None:
        ticket = self._ticket(name)
        conversation.receive(ticket, "It is grey, and it is cold.", channel=Channel.MAIL, at=self.now, now=self.now)
        self.told.wrote += [(self.now, name), *([(self.now, ticket.subject)] if ticket.subject != name else [])]

    def _answers(self, request: int, outcome: str, handling: int | None, may_call: bool) -> None:
        asked = SatisfactionRequest.objects.select_related("ticket").get(pk=request)
        satisfaction.answer(asked, outcome, handling=handling, may_call=may_call, now=self.now)
        self.told.answered.append((self.now, asked.ticket.subject))

    def _stops(self, address: str, purpose: str) -> None:
        actions.stop(address, purpose, reason="The customer wants no such mail.", now=self.now)
        self.told.stopped.append((self.now, address, purpose))

    def _comes_back(self, mail: Taken) -> None:
        raw = report(
            groups=[(f"rfc822; {mail.recipient}", "failed", "5.1.1")], to=mail.envelope_from,
            message_id=f"<back-{mail.message_id[1:]}",
        )  # fmt: skip
        inbound.ingest(raw, now=self.now)
        self.told.came_back.append((self.now, mail.recipient))

    def react(self) -> None:
        """Customers read what came; each mail has dice of its own."""
        new, self._seen = self.outside.taken[self._seen :], len(self.outside.taken)
        known = {
            mail.message_id: mail
            for mail in Delivery.objects.filter(message_id__in=[one.message_id for one in new]).prefetch_related(
                "followups__ticket", "followups__satisfaction_request"
            )
        }
        for mail in sorted(new, key=lambda one: (one.recipient, one.subject.partition("]")[2], one.body[:40])):
            if mail.recipient.startswith("returns"):
                self.later(self.now + 3 * 60 * MINUTE, self._comes_back, mail)
                continue
            if self.now > MONDAY_9AM + ANSWERS_FOR * DAY:
                continue
            for followup in sorted(known[mail.message_id].followups.all(), key=lambda one: str(one.ticket)):
                self._read(mail, followup)

    def _read(self, mail: Taken, followup: FollowUp) -> None:
        name = followup.ticket.subject if followup.ticket else ""
        dice = self._dice("reads", mail.recipient, name, followup.step, followup.cycle)
        then, chance = self.now + timedelta(hours=dice.expovariate(1 / 12)), dice.random()
        if chance < 0.02:
            self.later(then, self._stops, mail.recipient, dice.choice([OPTIONAL, "", "settled_question", "silence"]))
        elif name and followup.step != Step.ACKNOWLEDGEMENT and chance < 0.12:
            self.later(then, self._writes, name)
        elif followup.step in {Step.SETTLED_QUESTION, Step.SETTLED_REMINDER, Step.CHECK_IN} and chance < 0.5:
            request = getattr(followup, "satisfaction_request", None) or SatisfactionRequest.objects.filter(
                ticket=followup.ticket
            ).latest("pk")
            outcome = dice.choices(["yes", "not_quite", "no"], [7, 1, 2])[0]
            handling = dice.choice([None, 1, 2, 3, 4, 5])
            self.later(then, self._answers, request.pk, outcome, handling, dice.random() < 0.3)
        elif followup.step in {Step.SILENCE_REMINDER, Step.SILENCE_SECOND, Step.SILENCE_LAST} and chance < 0.3:
            self.later(then, self._writes, name)
