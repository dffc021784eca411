"""A desk on which whatever people, customers and the worker can do is done in any order, by chance and by the seed.

Through the real actions. What they refuse in words is part of life; anything else that they raise is a fault.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import time_machine
from django.core.exceptions import ValidationError

from compliance import audit, retold
from followups import tasks as followup_tasks
from mail.models import Delivery
from mail.models.delivery import TO_STAFF
from people.terms import Channel
from standards.actions import calendars
from standards.terms import Kind, Priority
from tests import make
from tests.make import OFFICE_HOURS, hours
from tests.tickets import tallied
from tests.tickets.life_apart import Apart
from tickets import callbacks as slots
from tickets.actions import (
    absences,
    asking,
    commitments,
    conversation,
    handover,
    merging,
    new_hours,
    not_reached,
    notes,
    other_customer,
    pauses,
    rematch,
    setting_aside,
    settling,
    splitting,
    thanks,
    tickets,
    warnings,
)
from tickets.actions.conversation import NextDate, Told
from tickets.models import Commitment, HandOver, Message, Ticket

State, Source = Commitment.State, Commitment.Source
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
LONGER = {**OFFICE_HOURS, "sat": [["09:00", "13:00"]]}
SHORTER = {**OFFICE_HOURS, "fri": [["08:00", "12:00"]]}


class Life(Apart):
    """One sequence of actions. `done` and `refused` count them by name; `said` is what refusals say."""

    def __init__(self, seed: str) -> None:
        super().__init__(seed)
        self.last = ""
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.said: list[str] = []
        self.ended: dict[int, dict[str, Any]] = {}

    # What people do

    def told(self, ticket: Ticket) -> list[Told]:
        rows = list(ticket.commitments.to_the_customer().running().order_by("pk"))
        chance = self.rng.random()
        if rows and chance < 0.3:
            row = self.rng.choice(rows)
            if row.is_overdue(self.now):
                return [Told("It is done then", self.ahead(), follows=row)]
            return [Told("It comes later", self.ahead(), moves=row, reason="The part is late")]
        return [Told("The part is ordered", self.ahead())] if chance < 0.5 else []

    def reply(self) -> None:
        ticket = self.ticket()
        conversation.reply(
            ticket, "We look at it.", self.next_date(ticket), by=self.person(), now=self.now, told=self.told(ticket),
            decides=self.rng.random() < 0.2, only_a_receipt=self.rng.random() < 0.05,
        )  # fmt: skip

    def undo(self) -> None:
        held = self.one_of(Message.objects.filter(unsettled=True, delivery__state="queued"))
        conversation.undo(held, by=self.person(), now=self.now)

    def call(self) -> None:
        ticket = self.ticket()
        result = self.rng.choice(["reached", "reached", "not_reached", "message_left"])
        conversation.log_call(
            ticket, "We spoke.", result, self.next_date(ticket), by=self.person(), now=self.now,
            told=self.told(ticket), consent=self.rng.random() < 0.5,
        )  # fmt: skip

    def promise_a_call(self) -> None:
        begins = self.now + self.rng.choice([hours(2), DAY])
        call = NextDate(call=slots.Slot(begins, begins + hours(1)))
        conversation.reply(self.ticket(), "We call you.", call, by=self.person(), now=self.now)

    def call_as_promised(self) -> None:
        callback = self.one_of(Commitment.objects.open().filter(kind=Kind.CALLBACK))
        result = self.rng.choice(["reached", "not_reached", "message_left"])
        said = NextDate(nothing_more_because="All is said.") if result == "reached" else None
        conversation.log_call(
            callback.ticket, "As promised.", result, said, by=self.person(), now=self.now, callback=callback
        )  # fmt: skip

    def note(self) -> None:
        notes.note(self.ticket(), "She is on holiday.", by=self.person(), now=self.now)

    def keep(self) -> None:
        row = self.owed(self.ticket(), kind=Kind.CUSTOM)
        if row.is_internal:
            asking.done(row, by=self.person(), now=self.now)
        else:
            commitments.keep(row, at=self.now, now=self.now, by=self.person())

    def withdraw(self) -> None:
        row = self.owed(self.ticket(), source__in=[Source.PROMISE, Source.INTERNAL])
        commitments.withdraw(row, why="told_the_customer", by=self.person(), now=self.now)

    def ask_a_colleague(self) -> None:
        ticket = self.ticket()
        serves = self.rng.choice([None, *ticket.commitments.to_the_customer().open().order_by("pk")])
        asking.ask(
            ticket, "Measure the tray", self.ahead(), of=self.rng.choice([*self.people, self.team]), by=self.person(),
            now=self.now, serves=serves, anyway=self.rng.random() < 0.5,
        )  # fmt: skip

    def give_back_or_object(self) -> None:
        row = self.one_of(Commitment.objects.filter(source=Source.INTERNAL))
        if row.state == State.ENDED:
            asking.object_to(row, "It is not measured", self.ahead(), by=row.made_by, now=self.now)
        elif self.rng.random() < 0.5:
            asking.give_back(row, "I am away", by=row.accountable, now=self.now)
        else:
            asking.move(row, self.ahead(), "More work first", by=row.accountable, now=self.now, anyway=True)

    def assign(self) -> None:
        tickets.assign(self.ticket(), self.rng.choice([None, *self.people]), by=self.person(), now=self.now)

    def hand_over(self) -> None:
        handover.hand_over(self.owed(self.ticket()), self.person(), by=self.person(), now=self.now)

    def answer_a_hand_over(self) -> None:
        asked = self.one_of(HandOver.objects.unanswered())
        if self.rng.random() < 0.6:
            handover.accept(asked, by=asked.asked_of, now=self.now)
        else:
            handover.decline(asked, reason="I am away", by=asked.asked_of, now=self.now)

    def take(self) -> None:
        handover.take(self.owed(self.ticket()), by=self.person(), now=self.now)

    def change_state(self) -> None:
        state = self.rng.choice([Ticket.State.OPEN, Ticket.State.WAITING_ON_OTHERS])
        tickets.change_state(self.ticket(), state, by=self.person(), now=self.now)

    def change_facts(self) -> None:
        ticket = self.ticket()
        priority = self.rng.choice([Priority.NORMAL, Priority.URGENT])
        rematch.change_facts(
            ticket, ticket_type=ticket.type, category=None, priority=priority, by=self.person(), now=self.now
        )  # fmt: skip

    def merge(self) -> None:
        merging.merge(self.ticket(), self.ticket(), by=self.person(), now=self.now)
        self.open()

    def split(self) -> None:
        ticket = self.ticket()
        going = self.one_of(ticket.messages.filter(direction="in"))
        promises = [row for row in ticket.commitments.open().order_by("pk") if self.rng.random() < 0.4]
        part = splitting.split(ticket, "The other thing", [going], promises, by=self.person(), now=self.now)
        self.tickets.append(part)

    def set_aside(self) -> None:
        setting_aside.set_aside(self.ticket(), "test", by=self.person(), now=self.now)

    def take_up_again(self) -> None:
        ticket = self.one_of(Ticket.objects.exclude(set_aside_why=""))
        setting_aside.take_up_again(ticket, by=self.person(), now=self.now)

    def give_to_another(self) -> None:
        other_customer.give_to(self.ticket(), self.rng.choice(self.customers), by=self.person(), now=self.now)

    def close(self) -> None:
        tickets.close(self.ticket(), by=self.person(), now=self.now)

    def no_reply_needed(self) -> None:
        row = self.owed(self.ticket(), kind=Kind.NEXT_RESPONSE)
        thanks.no_reply_needed(row, by=self.person(), now=self.now)

    def reply_needed(self) -> None:
        row = self.one_of(Commitment.objects.filter(kind=Kind.NEXT_RESPONSE, outcome="withdrawn"))
        thanks.reply_needed(row, by=self.person(), now=self.now)

    def new_hours(self) -> None:
        given = self.rng.choice([OFFICE_HOURS, LONGER, SHORTER])
        version = calendars.change(
            self.calendar, name=self.calendar.name, zone="Europe/Zagreb", hours=given, by=self.manager, now=self.now
        )  # fmt: skip
        if self.rng.random() < 0.6:
            new_hours.follow(self.calendar, seen=version.number, by=self.manager, now=self.now)

    # What customers do, and what happens by itself

    def open(self) -> None:
        customer = self.rng.choice(self.customers)
        self.tickets.append(make.ticket(customer=customer, team=self.team, now=self.now, at=self.now))

    def write(self) -> None:
        at = self.now - self.rng.choice([timedelta(0), timedelta(0), 2 * MINUTE])
        conversation.receive(self.ticket(), "And what now?", channel=Channel.MAIL, at=at, now=self.now)

    def bounce(self) -> None:
        mails = Message.objects.filter(delivery__state="sent", not_reached_at=None, unsettled=False, direction="out")
        message = self.one_of(mails)
        Delivery.objects.filter(pk=message.delivery_id).update(bounced_at=self.now)
        not_reached.note(Ticket.objects.lock(message.ticket), message, status="5.1.1", now=self.now)

    def wait(self) -> None:
        self.now += self.rng.choice([MINUTE, 10 * MINUTE, hours(1), hours(4), hours(16), 3 * DAY])
        self.work()

    def work(self) -> None:
        """The worker, late as it may be: mail leaves, fails or is too late, and every sweep runs."""
        waiting = Delivery.objects.filter(state="queued", next_at__lte=self.now).exclude(purpose__in=TO_STAFF)
        for mail in waiting.order_by("pk"):
            # No two are accepted at the same moment: by that moment it is known what a mail has kept.
            at = min(self.now, mail.next_at + timedelta(seconds=2)) + timedelta(microseconds=mail.pk)
            late = mail.expires_at is not None and at >= mail.expires_at
            refused = self.rng.random() < 0.05
            state = "expired" if late else "failed" if refused else "sent"
            reason = "550 5.1.1 No such user" if refused and not late else ""
            Delivery.objects.filter(pk=mail.pk).update(state=state, ended_at=at, reason=reason)
        settling.settle_all(now=self.now)
        pauses.end_those_run_out(now=self.now)
        absences.pass_on_all(now=self.now)
        warnings.announce_all(now=self.now)
        with time_machine.travel(self.now, tick=False):
            followup_tasks.plan()
            followup_tasks.carry_out()
            followup_tasks.finish()

    # The sequence

    def steps(self) -> list[Callable[[], None]]:
        often = [self.reply, self.call, self.write, self.wait, self.wait, self.wait]
        sometimes = [
            self.note, self.keep, self.hand_over, self.answer_a_hand_over, self.take, self.assign, self.change_facts,
            self.ask_a_colleague, self.give_back_or_object, self.promise_a_call, self.call_as_promised, self.withdraw,
            self.bounce, self.undo, self.merge, self.split, self.new_hours, self.no_reply_needed,
            self.promise_on_a_condition, self.answer_a_condition, self.share_a_delay, self.tell_of_a_delay,
            self.see_a_last_call,
        ]  # fmt: skip
        seldom = [
            self.set_aside, self.take_up_again, self.give_to_another, self.close, self.reply_needed, self.change_state,
            self.open, self.go_away, self.come_back,
        ]  # fmt: skip
        return [*often * 6, *sometimes * 2, *seldom]

    def live(self, actions: int, *, look_every: int) -> None:
        """So many actions; after each nothing that had ended is another, and every so often all is in order."""
        steps = self.steps()
        for number in range(1, actions + 1):
            step = self.rng.choice(steps)
            self.last = f"seed {self.seed}, action {number}: {step.__name__}"
            try:
                step()
            except ValidationError as refusal:
                self.refused[step.__name__] += 1
                self.said += refusal.messages
            else:
                self.done[step.__name__] += 1
            self.now += timedelta(seconds=self.rng.randrange(1, 40))
            self.nothing_that_ended_has_changed()
            if number % look_every == 0 or number == actions:
                self.all_is_in_order()

    def nothing_that_ended_has_changed(self) -> None:
        for row in Commitment.objects.filter(state=State.ENDED).values():
            known = self.ended.setdefault(row["id"], row)
            changed = {name for name, value in row.items() if value != known[name]}
            assert changed <= ({"voided_at"} if known["voided_at"] is None else set()), f"{self.last}: {row} {known}"
            self.ended[row["id"]] = row

    def all_is_in_order(self) -> None:
        self.work()
        assert all(self.said), self.last
        found = [(finding.check.name, finding.rows) for finding in audit.run(self.now)]
        assert not found, f"{self.last}: {found}"
        assert not list(retold.differing(Commitment.objects.order_by("pk"))), self.last
        assert tallied.from_rows(self.now) == tallied.from_events(self.now), self.last
