"""Our outgoing mail server: one connection, and what its answers mean for a mail."""

from __future__ import annotations

import logging
import re
import smtplib
import ssl
from typing import TYPE_CHECKING, NamedTuple

from django.core.mail.backends.smtp import EmailBackend
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from mail.building import Letter
from mail.models import Attempt
from mail.replies import NobodyKnows, in_words
from people.models import Organisation

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

log = logging.getLogger(__name__)
Outcome = Attempt.Outcome

ANSWER_WITHIN = 20.0  # seconds for each command and for the final dot; connecting has settings.EMAIL_TIMEOUT
# The other server speaks of us, not of this mail: authentication is missing or wrong.
_ABOUT_US = {530, 535}
_MAIL_TOO_LARGE = 552
# The same in other words (RFC 3463): larger than this recipient may get, or than the system takes.
_TOO_LARGE = re.compile(r"^552(?! [245]\.)\b|^5\d\d 5\.(2\.3|3\.4)\b")
# "Not now" that any other mail would hear, too: the server ends the conversation, is full (4.3.1) or stops (4.3.2), or
# we are too fast. 4.2.x is about one mailbox, and 4.7.1 by itself puts a stranger's mail off (greylisting).
_ABOUT_ALL = re.compile(
    r"^(421|454)\b|^452 (?!4\.)|^4\d\d 4\.3\.[12]\b|^4\d\d 4\.7\.(?!1\b)"
    r"|^4\d\d (?!4\.2\.).*(\brate\b|throttl|too (many|much|fast)|slow down)",
    re.IGNORECASE,
)

# Where the demo's mail may go.
ON_THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}


class CannotConnect(Exception):
    """The server can't be reached, or not now. No mail was tried."""

    def __init__(self, why: str, *, asks_for_patience: bool = False) -> None:
        super().__init__(why)
        self.asks_for_patience = asks_for_patience


class SettingsRefused(Exception):
    """The server can be reached, but what we are configured to say it does not take. No mail was tried."""


class Answer(NamedTuple):
    """What became of one mail, and what the server said.

    `about_all`: it will say so to any other mail, too; `too_large`: it would take a smaller one.
    """

    outcome: str
    text: str
    about_all: bool = False
    too_large: bool = False

    @property
    def is_sure(self) -> bool:
        """Whether the server has decided about the mail: then it works."""
        return self.outcome in {Outcome.SENT, Outcome.REFUSED}


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
                raise CannotConnect(in_words(error), asks_for_patience=True) from error
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

    def deliver(self, letter: Letter) -> Answer:
        """Hand over one mail; what became of it, and what the server said."""
        assert self.connection is not None, "opened before"
        try:
            self.connection.ehlo_or_helo_if_needed()
            largest = self.connection.esmtp_features.get("size", "")
            if largest.isdecimal() and 0 < int(largest) < len(letter.content):
                told = {"size": filesizeformat(len(letter.content)), "largest": filesizeformat(int(largest))}
                said = _("It has %(size)s, and the mail server takes at most %(largest)s.")
                return Answer(Outcome.REFUSED, said % told, too_large=True)
            self.connection.sendmail(letter.sender, [letter.recipient], letter.content)
        except Exception as error:  # one bad mail never stops the others
            if isinstance(error, smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused):
                self._begin_anew()
            else:
                self.hang_up()  # Who knows at which command the conversation stands.
            answer = judged(error)
            return answer._replace(too_large=bool(_TOO_LARGE.match(answer.text)))
        return Answer(Outcome.SENT, "")

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


def judged(error: Exception) -> Answer:
    """What an error of the conversation about one mail means for that mail, and for all others.

    Refused for good, worth another try, not known, or our own settings at fault.
    """
    text = in_words(error)
    match error:
        case NobodyKnows():
            return Answer(Outcome.UNKNOWN, text)
        case smtplib.SMTPRecipientsRefused():
            code = min((answer[0] for answer in error.recipients.values()), default=0)
            return Answer(_by_code(code), text, bool(_ABOUT_ALL.match(text)))
        case smtplib.SMTPSenderRefused():
            refused = _by_code(error.smtp_code)
            if refused == Outcome.REFUSED and error.smtp_code != _MAIL_TOO_LARGE:
                return Answer(Outcome.OUR_FAULT, text)
            # Not a word about whom the mail is to.
            return Answer(refused, text, about_all=refused == Outcome.RETRY)
        case smtplib.SMTPHeloError():
            later = error.smtp_code < 500
            return Answer(Outcome.RETRY if later else Outcome.OUR_FAULT, text, about_all=later)
        case smtplib.SMTPResponseException():
            return Answer(_by_code(error.smtp_code), text, bool(_ABOUT_ALL.match(text)))
        case smtplib.SMTPNotSupportedError():
            return Answer(Outcome.REFUSED, text)
        case smtplib.SMTPException() | OSError():
            return Answer(Outcome.RETRY, text)
    log.error("a mail could not be handed over", exc_info=error)
    return Answer(Outcome.REFUSED, text)


def _by_code(code: int) -> str:
    if code in _ABOUT_US:
        return Outcome.OUR_FAULT
    return Outcome.REFUSED if code >= 500 else Outcome.RETRY
