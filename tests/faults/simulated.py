"""Simulated time for a whole desk: what is due next, two workers at once, and a mail server outside.

Time goes on to the next half hour in which anything happens or is due. The two workers are threads with connections of
their own, and both carry out every sweep at the same time. The mail is real: it leaves by SMTP.
"""

from __future__ import annotations

import heapq
import itertools
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Min
from django.utils.module_loading import import_string

from config.schedule import EVERY_MINUTE
from followups.models import FollowUp
from mail.models import Delivery
from standards.terms import Kind
from tests.make import MONDAY_9AM, ZAGREB
from tickets.models import Commitment

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
GRID, ALL_EVERY = 30 * MINUTE, 180 * MINUTE
# Whatever is planned has ended long before this.
OVER_AFTER = 130
# The worker stands still from Tuesday noon to Friday noon of the second week; our mail server takes nothing for a day
# and a half in the third.
STANDSTILL = (MONDAY_9AM + timedelta(days=8, hours=3), MONDAY_9AM + timedelta(days=11, hours=3))
NO_SERVER = (MONDAY_9AM + timedelta(days=15, hours=1), MONDAY_9AM + timedelta(days=16, hours=13))
# What the sweeps return when there was something to do.
BUSY = {
    "mail.tasks.send_queued", "tickets.tasks.file_mail", "tickets.tasks.settle_messages", "followups.tasks.plan",
    "followups.tasks.carry_out", "followups.tasks.finish",
}  # fmt: skip
# What customers notice at once; the rest (warnings to staff, previews, exports) comes every few hours.
MOVES_MAIL = {*BUSY, "mail.tasks.expire", "followups.tasks.prepare_updates"}


@dataclass(frozen=True)
class Taken:
    """One mail as the server outside took it, or refused it."""

    at: datetime
    recipient: str
    message_id: str = ""
    subject: str = ""
    body: str = ""
    envelope_from: str = ""


class Outside:
    """Answers as a mail server does: nobody lives at some addresses, and for a while it takes nothing at all."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.taken: list[Taken] = []
        self.refused: list[Taken] = []
        self._clock = clock

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list) -> str:
        now = self._clock()
        if NO_SERVER[0] <= now < NO_SERVER[1]:
            return "451 4.3.2 we are away"
        if address.startswith("gone"):
            self.refused.append(Taken(now, address))
            return "550 5.1.1 nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        mail = message_from_bytes(envelope.content, policy=policy.default)
        text = mail.get_body(("plain",))
        assert text is not None
        self.taken.append(
            Taken(
                self._clock(), envelope.rcpt_tos[0], str(mail["Message-ID"]), str(mail["Subject"]),
                text.get_content(), envelope.mail_from,
            )
        )  # fmt: skip
        return "250 taken"


class Simulated(ABC):
    """Time, and what happens in it."""

    def __init__(self, clock: Any, outside: Outside) -> None:
        self.outside, self.now, self.ticks = outside, MONDAY_9AM, 0
        self.refused: Counter[str] = Counter()
        self._clock, self._order = clock, itertools.count()
        self._events: list[tuple[datetime, int, Callable[[], None]]] = []
        self._workers = ThreadPoolExecutor(2)
        self._all_swept_at = MONDAY_9AM - DAY

    @abstractmethod
    def happens(self) -> None:
        """What is there first."""

    @abstractmethod
    def react(self) -> None:
        """What follows from the mail that has left."""

    def live(self) -> None:
        """From the first ticket until nothing is planned any more."""
        self._clock.move_to(self.now)
        self.happens()
        try:
            while (moment := self._next()) is not None:
                self.now, self.ticks = moment, self.ticks + 1
                self._clock.move_to(moment)
                while self._events and self._events[0][0] <= moment:
                    heapq.heappop(self._events)[2]()
                if not STANDSTILL[0] <= moment < STANDSTILL[1]:
                    self._sweep()
                    self.react()
        finally:
            for _worker in self._workers.map(lambda _: connection.close(), range(2)):
                pass
            self._workers.shutdown()

    def _next(self) -> datetime | None:
        moments = [self._events[0][0]] if self._events else []
        planned = FollowUp.objects.filter(state=FollowUp.State.SCHEDULED, held_at=None, due_at__gt=self.now)
        waiting = Delivery.objects.filter(state=Delivery.State.QUEUED)
        drafts = Commitment.objects.running().filter(kind=Kind.UPDATE, warn_at__gt=self.now)
        moments += filter(None, [
            planned.aggregate(at=Min("due_at"))["at"], drafts.aggregate(at=Min("warn_at"))["at"],
            self.now + GRID if waiting.filter(next_at__lte=self.now).exists() else None,
            waiting.filter(next_at__gt=self.now).aggregate(at=Min("next_at"))["at"],
        ])  # fmt: skip
        moment = max(min(moments, default=self._end()), self.now + GRID)
        late = (moment - MONDAY_9AM) % GRID
        moment += GRID - late if late else timedelta()
        return moment if moment < self._end() else None

    def _end(self) -> datetime:
        return MONDAY_9AM + OVER_AFTER * DAY

    def _sweep(self) -> None:
        """Both workers carry out every sweep, side by side, until none of them finds anything to do."""
        others_are_due = self.now >= self._all_swept_at + ALL_EVERY
        names = EVERY_MINUTE if others_are_due else [name for name in EVERY_MINUTE if name in MOVES_MAIL]
        self._all_swept_at = self.now if others_are_due else self._all_swept_at
        for _pass in range(8):
            found = 0
            for name in names:
                done = [self._workers.submit(import_string(name)) for _worker in range(2)]
                counts = [one.result() for one in done]
                found += sum(counts) if name in BUSY else 0
            if not found:
                return
            names = [name for name in EVERY_MINUTE if name in BUSY]

    def later(self, moment: datetime, act: Callable[..., Any], *about: Any) -> None:
        heapq.heappush(self._events, (moment, next(self._order), lambda: self._try(act, *about)))

    def at_work(self, moment: datetime, act: Callable[..., Any], *about: Any) -> None:
        """Somebody at the desk does it, once they are there."""
        local = moment.astimezone(ZAGREB)
        while local.weekday() > 4 or local.hour >= 16:
            local = local.replace(hour=8, minute=local.minute // 2) + DAY
        self.later(local.replace(hour=max(local.hour, 8)), act, *about)

    def _try(self, act: Callable[..., Any], *about: Any) -> None:
        """What is refused in words is part of life."""
        try:
            act(*about)
        except ValidationError as refusal:
            self.refused[f"{act.__name__}: {refusal.messages[0][:60]}"] += 1
