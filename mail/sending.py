"""Carrying a batch of mails to the server, over one connection."""

from __future__ import annotations

import logging
import smtplib
import ssl
import time
from collections import deque
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from mail import outbox
from mail.building import Letter, Materials, build, materials_for
from mail.models import Attempt, Delivery
from mail.replies import NobodyKnows, in_words
from people.models import Organisation

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

log = logging.getLogger(__name__)
Outcome = Attempt.Outcome

BATCH = 20
BUDGET = 20.0  # seconds; well under the time that a task may take
ANSWER_WITHIN = 20.0  # seconds for each command and for the final dot; connecting has settings.EMAIL_TIMEOUT
# Seconds between two tries to write down what became of a mail.
DATABASE_IS_BACK_WITHIN = (0.2, 0.5, 1, 2, 4)
# The other server speaks of us, not of this mail: authentication is missing or wrong.
_ABOUT_US = {530, 535}
_MAIL_TOO_LARGE = 552

# Where the demo's mail may go.
ON_THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}


class Draining:
    """Set when the worker shall stop: the mail in hand is finished, no other is begun."""

    now = False


class CannotConnect(Exception):
    """The server can't be reached, or not now. No mail was tried."""


class SettingsRefused(Exception):
    """The server can be reached, but what we are configured to say it does not take. No mail was tried."""


class Server(EmailBackend):
    """Our outgoing server, one connection for a batch. Which one it is stands in the settings."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """smtplib's, which also knows whether a mail was out when the connection broke."""
        return _OverTLS if self.use_ssl else _Plain

    def open_or_say_why(self) -> None:
        """Have a connection that works, or raise one of the two reasons why there is none."""
        if self.connection is not None and self.connection.sock is not None:
            return
        self.hang_up()
        if self.host not in ON_THIS_MACHINE and Organisation.objects.filter(demo=True).exists():
            why = _("The data are the demo's, and %(server)s is not on this machine: invented mail must not go out.")
            raise SettingsRefused(why % {"server": self.host})
        try:
            self.open()
            if self.connection is not None and self.connection.sock is not None:
                self.connection.sock.settimeout(ANSWER_WITHIN)
        except smtplib.SMTPResponseException as error:
            self.hang_up()
            if error.smtp_code < 500:
                raise CannotConnect(in_words(error)) from error
            raise SettingsRefused(in_words(error)) from error
        except (ssl.SSLCertVerificationError, smtplib.SMTPNotSupportedError) as error:
            self.hang_up()
            raise SettingsRefused(in_words(error)) from error
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            # smtplib's errors are OSErrors too; what is left of them is about our name or our password.
            self.hang_up()
            if isinstance(error, smtplib.SMTPException) and not isinstance(error, smtplib.SMTPServerDisconnected):
                raise SettingsRefused(in_words(error)) from error
            raise CannotConnect(in_words(error)) from error

    def deliver(self, letter: Letter) -> tuple[str, str]:
        """Hand over one mail; what became of it, and what the server said."""
        assert self.connection is not None, "opened before"
        try:
            self.connection.ehlo_or_helo_if_needed()
            largest = self.connection.esmtp_features.get("size", "")
            if largest.isdecimal() and 0 < int(largest) < len(letter.content):
                told = {"size": filesizeformat(len(letter.content)), "largest": filesizeformat(int(largest))}
                return Outcome.REFUSED, _("It has %(size)s, and the mail server takes at most %(largest)s.") % told
            self.connection.sendmail(letter.sender, [letter.recipient], letter.content)
        except Exception as error:  # one bad mail never stops the others
            if isinstance(error, smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused):
                self._begin_anew()
            else:
                self.hang_up()  # Who knows at which command the conversation stands.
            return judged(error)
        return Outcome.SENT, ""

    def _begin_anew(self) -> None:
        """Forget the mail in hand: smtplib does not where DATA itself is refused, and then the next is taken for it."""
        try:
            if self.connection is not None and self.connection.sock is not None:
                self.connection.rset()
        except (smtplib.SMTPException, OSError):
            self.hang_up()

    def hang_up(self) -> None:
        """End the connection, however it is."""
        try:
            self.close()
        except (smtplib.SMTPException, OSError):
            self.connection = None


class _Plain(smtplib.SMTP):
    """Remembers whether the whole mail was handed over when an answer is missing."""

    whole = False

    def send(self, s: Buffer | str) -> None:
        super().send(s)
        self.whole = isinstance(s, bytes) and s.endswith(b"\r\n.\r\n")

    def data(self, msg: Buffer | str) -> tuple[int, bytes]:
        try:
            return super().data(msg)
        except (smtplib.SMTPServerDisconnected, OSError) as lost:
            if self.whole and not isinstance(lost, smtplib.SMTPResponseException):
                raise NobodyKnows(str(lost)) from lost
            raise


class _OverTLS(_Plain, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""


def judged(error: Exception) -> tuple[str, str]:
    """What an error of the conversation about one mail means for that mail, and its text.

    Refused for good, worth another try, not known, or our own settings at fault.
    """
    text = in_words(error)
    match error:
        case NobodyKnows():
            return Outcome.UNKNOWN, text
        case smtplib.SMTPRecipientsRefused():
            code = min((answer[0] for answer in error.recipients.values()), default=0)
            return _by_code(code), text
        case smtplib.SMTPSenderRefused():
            refused = _by_code(error.smtp_code)
            about_us = refused == Outcome.REFUSED and error.smtp_code != _MAIL_TOO_LARGE
            return (Outcome.OUR_FAULT if about_us else refused), text
        case smtplib.SMTPHeloError():
            return (Outcome.RETRY if error.smtp_code < 500 else Outcome.OUR_FAULT), text
        case smtplib.SMTPResponseException():
            return _by_code(error.smtp_code), text
        case smtplib.SMTPNotSupportedError():
            return Outcome.REFUSED, text
        case smtplib.SMTPException() | OSError():
            return Outcome.RETRY, text
    log.error("a mail could not be handed over", exc_info=error)
    return Outcome.REFUSED, text


def _by_code(code: int) -> str:
    if code in _ABOUT_US:
        return Outcome.OUR_FAULT
    return Outcome.REFUSED if code >= 500 else Outcome.RETRY


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
        self._lease, ids = outbox.claim(BATCH, now=self._moment)
        self._waiting = deque(ids)
        self._accepted: Attempt | None = None

    def send(self) -> bool:
        """Send them; whether it makes sense to go on."""
        try:
            return bool(self._waiting) and self._send(Delivery.objects.select_related("mailbox").in_bulk(self._waiting))
        finally:
            self._settle()

    def _send(self, rows: dict[int, Delivery]) -> bool:
        materials: Materials | None = None
        while self._waiting:
            if Draining.now or time.monotonic() >= self._ends:
                return self._stop(due_in=timedelta())
            try:
                self._server.open_or_say_why()
            except CannotConnect as error:
                log.warning("the mail server can't be reached: %s", error)
                return self._stop(due_in=outbox.spread(outbox.BACK_OFF[0]), why=str(error))
            except SettingsRefused as error:
                _pause([rows[pk] for pk in self._waiting], str(error))
                return self._stop(due_in=outbox.BACK_OFF[0], why=str(error))
            materials = materials or materials_for(list(rows.values()), now=self._moment)
            delivery = rows[self._waiting.popleft()]
            letter, broken = _written(delivery, self._moment, materials)
            attempt = self._begin(delivery)
            if attempt is None:
                continue
            outcome, reply = (Outcome.REFUSED, broken) if letter is None else self._server.deliver(letter)
            if outcome == Outcome.SENT:
                self._accepted = attempt
                self.sent += 1
                continue
            self._finish(attempt, outcome, reply)
            if outcome == Outcome.OUR_FAULT:
                _pause([delivery], reply)
                self._stop(due_in=timedelta())
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

    def _stop(self, *, due_in: timedelta, why: str = "") -> bool:
        """Give back what has not begun."""
        outbox.release(self._waiting, self._lease, due_at=self._now() + due_in, why=why)
        self._waiting.clear()
        return False


def _written(delivery: Delivery, moment: datetime, materials: Materials) -> tuple[Letter | None, str]:
    """The mail, or why it can't be built. Done before it begins: what fails here was certainly not sent."""
    try:
        return Letter.of(build(delivery, now=moment, materials=materials)), ""
    except DatabaseError:
        raise
    except Exception as error:  # a broken header or template ends this mail and never stops the others
        log.exception("%s could not be built", delivery.key)
        return None, in_words(error)


def _pause(deliveries: list[Delivery], why: str) -> None:
    boxes = {delivery.mailbox.pk: str(delivery.mailbox) for delivery in deliveries if delivery.mailbox}
    log.error("SENDING IS PAUSED for %s: %s", ", ".join(boxes.values()), why)
    outbox.pause_mailboxes(boxes, why)
