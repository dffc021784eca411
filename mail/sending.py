"""Carrying a batch of mails to the server, over one connection."""

from __future__ import annotations

import logging
import time
from collections import deque
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction

from mail import outbox, pace
from mail.building import Letter, Materials, build, materials_for
from mail.enclosing import CannotRead
from mail.models import Attempt, Delivery
from mail.replies import in_words
from mail.server import Answer, CannotConnect, Server, SettingsRefused
from people.models import Organisation

log = logging.getLogger(__name__)
Outcome = Attempt.Outcome

BATCH = 20
BUDGET = 20.0  # seconds; well under the time that a task may take
# Seconds between two tries to write down what became of a mail.
DATABASE_IS_BACK_WITHIN = (0.2, 0.5, 1, 2, 4)


class Draining:
    """Set when the worker shall stop: the mail in hand is finished, no other is begun."""

    now = False


def is_paused() -> bool:
    """Whether nothing at all is sent: there is no server, or only the demo's catcher, which takes the demo's mail."""
    if settings.MAIL_TO_CATCHER:
        return not Organisation.objects.filter(demo=True).exists()
    return bool(settings.MAIL_PAUSED_REASON)


def send_due(*, now: datetime | None = None, budget: float = BUDGET) -> int:
    """Send what is due until nothing is left or the budget is used; returns how many were accepted.

    With `now` a simulation passes its own clock; else the database's is read at each step.
    """
    if is_paused():
        return 0
    outbox.settle_the_dead(now=now or outbox.database_now())
    server, sent, ends = Server(timeout=settings.EMAIL_TIMEOUT), 0, time.monotonic() + budget
    try:
        more = True
        while more and time.monotonic() < ends and not Draining.now:
            batch = _Batch(server, now, ends)
            more = batch.send()
            sent += batch.sent
    finally:
        server.hang_up()
    return sent


class _Batch:
    """Some mails that are ours for as long as a lease lasts, and the one that is leaving.

    That a mail was accepted and that the next begins stands in one commit: half the work, and
    the same promise, since nothing is handed over that was not begun before.
    """

    def __init__(self, server: Server, now: datetime | None, ends: float) -> None:
        self.sent = 0
        self._server, self._given, self._ends = server, now, ends
        self._moment = self._now()
        self._claimed = pace.claim(BATCH, now=self._moment)
        self._lease = self._claimed.lease
        self._waiting = deque(self._claimed.due)
        self._accepted: Attempt | None = None

    def send(self) -> bool:
        """Send them; whether it makes sense to go on."""
        try:
            if self._waiting:
                return self._send(Delivery.objects.select_related("mailbox").in_bulk(self._waiting))
            if self._claimed.is_a_trial and self._is_connected({}):
                pace.is_well()
            return False
        finally:
            self._settle()

    def _send(self, rows: dict[int, Delivery]) -> bool:
        materials: Materials | None = None
        while self._waiting:
            if Draining.now or time.monotonic() >= self._ends:
                return self._stop()
            if not self._is_connected(rows):
                return False
            materials = materials or materials_for(list(rows.values()), now=self._moment)
            delivery = rows[self._waiting.popleft()]
            letter, broken = _written(delivery, self._moment, materials)
            attempt = self._begin(delivery)
            if attempt is None:
                continue
            answer = broken if letter is None else self._server.deliver(letter)
            lighter = answer.too_large and outbox.link_files(delivery)
            if answer.too_large:
                answer = Answer(Outcome.RETRY if lighter else Outcome.REFUSED, answer.text)
            if answer.outcome == Outcome.SENT:
                self._accepted = attempt
                self.sent += 1
            else:
                self._finish(attempt, answer.outcome, answer.text)
            if lighter:
                outbox.hurry(delivery, now=self._now())
            if answer.outcome == Outcome.OUR_FAULT:
                _pause([delivery], answer.text)
                self._stop()
            if answer.about_all:
                return self._hold(answer.text, longer_and_longer=True)
            if self._claimed.is_a_trial and answer.is_sure:
                pace.is_well()
        return True

    def _is_connected(self, rows: dict[int, Delivery]) -> bool:
        """Whether there is a server that listens to us; where not, what is to be sent waits."""
        try:
            self._server.open_or_say_why()
        except CannotConnect as error:
            return self._hold(str(error), longer_and_longer=error.asks_for_patience)
        except SettingsRefused as error:
            _pause([rows[pk] for pk in self._waiting], str(error))
            return self._stop(str(error))
        return True

    def _now(self) -> datetime:
        return self._given or outbox.database_now()

    def _begin(self, delivery: Delivery) -> Attempt | None:
        """Begin one, in the commit that says what became of the one before if that was accepted."""
        begun = None
        if self._accepted is not None:
            try:
                with transaction.atomic():
                    outbox.finish(self._accepted, Outcome.SENT, "", lease=self._lease, now=self._given)
                    # Not waiting while we hold a row: who holds this one may wait for ours.
                    begun = outbox.begin(delivery.pk, self._lease, now=self._given, wait=False)
                self._accepted = None
            except (OperationalError, InterfaceError):
                begun = None
                self._settle()
        return begun or outbox.begin(delivery.pk, self._lease, now=self._given)

    def _settle(self) -> None:
        """Write down that the last one was accepted, if that is still to do."""
        if self._accepted is not None:
            self._finish(self._accepted, Outcome.SENT, "")
            self._accepted = None

    def _finish(self, attempt: Attempt, outcome: str, reply: str) -> None:
        """Write down what became of it, though the database may restart meanwhile: else it would count as unknown."""
        for wait in DATABASE_IS_BACK_WITHIN:
            try:
                outbox.finish(attempt, outcome, reply, lease=self._lease, now=self._given)
                return
            except (OperationalError, InterfaceError):
                if connection.in_atomic_block:
                    raise
                log.warning("what became of a mail could not be written down; trying again in %s s", wait)
                connection.close()
                time.sleep(wait)
        outbox.finish(attempt, outcome, reply, lease=self._lease, now=self._given)

    def _hold(self, why: str, *, longer_and_longer: bool) -> bool:
        """All our mail waits, not only what is in hand."""
        log.warning("the mail server takes no mail at the moment: %s", why)
        trial = self._claimed.is_a_trial
        pace.hold(why, now=self._now(), after_a_trial=trial, longer_and_longer=longer_and_longer)
        return self._stop(why)

    def _stop(self, why: str = "") -> bool:
        """Give back what has not begun."""
        outbox.release({pk: self._claimed.due[pk] for pk in self._waiting}, self._lease, why=why)
        self._waiting.clear()
        return False


def _written(delivery: Delivery, moment: datetime, materials: Materials) -> tuple[Letter | None, Answer]:
    """The mail, or what that it can't be built means for it. What fails here, before it begins, was not sent."""
    try:
        return Letter.of(build(delivery, now=moment, materials=materials)), Answer("", "")
    except DatabaseError:
        raise
    except CannotRead as error:
        log.warning("%s waits for its files: %s", delivery.key, error)
        return None, Answer(Outcome.RETRY, str(error))
    except Exception as error:  # a broken header or template ends this mail and never stops the others
        log.exception("%s could not be built", delivery.key)
        return None, Answer(Outcome.REFUSED, in_words(error))


def _pause(deliveries: list[Delivery], why: str) -> None:
    boxes = {delivery.mailbox.pk: str(delivery.mailbox) for delivery in deliveries if delivery.mailbox}
    log.error("SENDING IS PAUSED for %s: %s", ", ".join(boxes.values()), why)
    outbox.pause_mailboxes(boxes, why)
