"""What is done on a desk beside the daily answering: conditions, absences, delays of many promises, last calls.

Each is a step of a life, by chance.
"""

from __future__ import annotations

from datetime import timedelta

from people.actions import absences
from people.models import Absence
from tests.make import hours
from tests.tickets.life_ground import Ground
from tickets.actions import conditions, conversation, last_calls, shared_delays
from tickets.actions.conditions import Condition
from tickets.actions.conversation import Told
from tickets.models import Commitment, DelayNotice, Message

DAY = timedelta(days=1)


class Apart(Ground):
    """The steps for it."""

    # Promises that start when the customer has done their part

    def promise_on_a_condition(self) -> None:
        takes = self.rng.choice([{"minutes": 240}, {"days": 2}])
        told = [Told("The refund", starts_when=Condition("you send the receipt", **takes))]
        ticket, by = self.ticket(), self.person()
        said = self.next_date(ticket)
        if self.rng.random() < 0.3:
            reached = Message.Result.REACHED
            conversation.log_call(ticket, "We spoke.", reached, said, by=by, now=self.now, told=told)
        else:
            conversation.reply(ticket, "Send us the receipt.", said, by=by, now=self.now, told=told)

    def answer_a_condition(self) -> None:
        row = self.one_of(Commitment.objects.filter(state=Commitment.State.CONDITIONAL))
        theirs = list(row.ticket.messages.filter(direction=Message.Direction.IN).order_by("-at", "-pk")[:2])
        message = self.rng.choice([*theirs, None])
        if self.rng.random() < 0.6:
            conditions.came_true(row, message, by=self.person(), now=self.now)
        else:
            conditions.not_yet(row, message, by=self.person(), now=self.now)

    # Whoever answers for it is away; the worker passes on what falls due meanwhile

    def go_away(self) -> None:
        user, by = self.person(), self.person()
        begins = self.now + self.rng.choice([-hours(2), hours(1), DAY])
        absences.mark(
            user, starts_at=begins, ends_at=begins + self.rng.choice([hours(4), 3 * DAY]), by=by, now=self.now
        )

    def come_back(self) -> None:
        absences.end(self.one_of(Absence.objects.not_over(self.now)), by=self.person(), now=self.now)

    # A delay of several promises

    def share_a_delay(self) -> None:
        running = list(Commitment.objects.to_the_customer().running().filter(due_at__gt=self.now).order_by("pk"))
        rows = self.rng.sample(running, min(len(running), self.rng.randrange(1, 3)))
        by = self.rng.choice([self.lead, self.manager])
        due = max([self.ahead(), *(row.due_at + DAY for row in rows if row.due_at)])
        shared_delays.open_delay({"en": "The delivery is late."}, due, rows, by=by, now=self.now)

    def tell_of_a_delay(self) -> None:
        notice = self.one_of(DelayNotice.objects.untold().select_related("commitment__ticket", "delay"))
        shared_delays.tell(
            notice, "It comes later.", notice.delay.due_at, "The delivery is late.", by=self.person(), now=self.now,
            by_phone=self.rng.random() < 0.4,
        )  # fmt: skip

    def see_a_last_call(self) -> None:
        row = self.one_of(Commitment.objects.running().filter(last_call_at__lte=self.now, due_at__gt=self.now))
        last_calls.see(row, by=self.rng.choice([row.accountable, self.lead, self.person()]), now=self.now)
