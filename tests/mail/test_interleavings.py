"""Whatever happens, in whatever order: a mail ends in one state, and none leaves that must not."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

import pytest

from mail import outbox
from mail.models import Delivery, Suppression
from tests.mail.posting import Outcome, State, after, again, planned, question
from tests.make import MONDAY_9AM

pytestmark = pytest.mark.django_db

STEPS = 120
MUST_NOT_LEAVE = {State.CANCELLED, State.EXPIRED, State.SENT, State.FAILED, State.UNKNOWN}


class Story:
    """Some mails, some senders, and a clock; every step is one thing that may happen."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.now = MONDAY_9AM
        self.mails = [planned(about="ticket:1", expires_at=self.maybe_expires()) for _ in range(3)]
        self.mails += [question(about="ticket:1", expires_at=self.maybe_expires()) for _ in range(3)]
        self.held: list[tuple[int, object]] = []  # claimed by somebody
        self.in_hand: list[tuple[object, object]] = []  # begun by somebody
        self.accepted: Counter[int] = Counter()
        self.accepted_first: dict[int, object] = {}
        self.stopped: set[int] = set()

    def maybe_expires(self):
        return after(minutes=self.random.randint(1, 30)) if self.random.random() < 0.3 else None

    def step(self) -> None:
        senders = [self.claim, self.begin, self.begin, self.finish, self.finish, self.die, self.release]
        others = [self.wait, self.wait, self.cancel, self.settle, self.expire, self.customer_writes, self.opt_out]
        happens = self.random.choice(senders + others)
        happens()

    def wait(self) -> None:
        self.now += timedelta(seconds=self.random.choice([1, 30, 121, 600]))

    def claim(self) -> None:
        lease, ids = outbox.claim(self.random.randint(1, 4), now=self.now)
        self.held += [(pk, lease) for pk in ids]

    def begin(self) -> None:
        if not self.held:
            return
        pk, lease = self.held.pop(self.random.randrange(len(self.held)))
        before = Delivery.objects.get(pk=pk)
        attempt = outbox.begin(pk, lease, now=self.now)
        if attempt is None:
            return
        assert before.state == State.CLAIMED
        assert before.lease == lease
        assert before.expires_at is None or before.expires_at > self.now
        assert pk not in self.stopped, "left although it was cancelled, or its recipient had opted out"
        unknown = before.attempts.filter(outcome=Outcome.UNKNOWN).count()
        assert unknown < (2 if before.at_least_once else 1), "repeated more often than its kind allows"
        self.in_hand.append((attempt, lease))

    def finish(self) -> None:
        if not self.in_hand:
            return
        attempt, lease = self.in_hand.pop(self.random.randrange(len(self.in_hand)))
        outcome = self.random.choice([Outcome.SENT, Outcome.SENT, *Outcome.values[2:]])
        if outcome == Outcome.SENT:
            self.accepted[attempt.delivery_id] += 1
            self.accepted_first.setdefault(attempt.delivery_id, self.now)
        if outcome == Outcome.UNKNOWN and self.random.random() < 0.5:
            self.accepted[attempt.delivery_id] += 1  # Taken on, without our hearing so.
        outbox.finish(attempt, outcome, "what the server said", lease=lease, now=self.now)

    def die(self) -> None:
        """A sender is killed, before the server took the mail or after."""
        if self.in_hand:
            attempt, _lease = self.in_hand.pop(self.random.randrange(len(self.in_hand)))
            self.accepted[attempt.delivery_id] += self.random.randint(0, 1)
        elif self.held:
            self.held.pop()

    def cancel(self) -> None:
        mail = self.random.choice(self.mails)
        before = again(mail).state
        stopped = outbox.cancel_one(mail, now=self.now, reason="Taken back")
        assert stopped == (before in {State.QUEUED, State.CLAIMED})
        self.stopped |= {mail.pk} if stopped else set()

    def customer_writes(self) -> None:
        if self.random.random() < 0.2:
            waiting = [mail.pk for mail in self.mails if again(mail).state in {State.QUEUED, State.CLAIMED}]
            outbox.cancel("ticket:1", "customer_wrote", now=self.now)
            self.stopped |= {mail.pk for mail in self.mails if mail.pk in waiting and mail.stop_on}

    def opt_out(self) -> None:
        mail = self.random.choice(self.mails)
        if self.random.random() < 0.2 and mail.pk not in self.stopped:
            Suppression.objects.create(address=mail.recipient.upper(), reason="No more mail", at=self.now)
            self.stopped.add(mail.pk)

    def settle(self) -> None:
        outbox.settle_the_dead(now=self.now)

    def expire(self) -> None:
        outbox.expire(now=self.now)

    def release(self) -> None:
        if self.held:
            pk, lease = self.held.pop()
            outbox.release({pk: self.now}, lease)

    def come_to_an_end(self) -> None:
        """Everybody who is alive finishes; then one sender works on until nothing is due any more."""
        while self.in_hand:
            self.finish()
        for _round in range(40):
            self.now += timedelta(hours=2)
            outbox.settle_the_dead(now=self.now)
            outbox.expire(now=self.now)
            lease, ids = outbox.claim(50, now=self.now)
            for pk in ids:
                self.held = [(pk, lease)]
                self.begin()
                if self.in_hand:
                    attempt, lease_of_it = self.in_hand.pop()
                    self.accepted[pk] += 1
                    outbox.finish(attempt, Outcome.SENT, "250", lease=lease_of_it, now=self.now)
            if not ids:
                break


@pytest.mark.parametrize("seed", range(12))
def test_any_order_of_events_ends_every_mail_once_and_sends_nothing_that_must_not_leave(seed):
    story = Story(seed)
    for _step in range(STEPS):
        story.step()
        for mail in Delivery.objects.all():
            if mail.pk in story.accepted_first:
                assert mail.state == State.SENT, "what was accepted is known to be out"
                assert mail.ended_at == story.accepted_first[mail.pk]
    story.come_to_an_end()
    for mail in Delivery.objects.all():
        assert mail.state in MUST_NOT_LEAVE, f"{mail} has come to no end"
        unknown = mail.attempts.filter(outcome=Outcome.UNKNOWN).count()
        assert story.accepted[mail.pk] <= 1 + unknown, "repeated without not knowing"
        if mail.state == State.UNKNOWN:
            assert unknown == (2 if mail.at_least_once else 1)
        elif mail.state not in {State.FAILED, State.CANCELLED, State.EXPIRED}:
            assert story.accepted[mail.pk] >= 1, "said to be sent, and nobody has it"
        assert not mail.attempts.filter(outcome=Outcome.STARTED).exists()
