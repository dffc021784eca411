"""An IMAP server: signing in, what is new in a folder, its bytes, and marking what we have. Nothing is deleted there.

Every answer that is not what we asked for becomes one of three exceptions, with words that staff may read. The
library's own ways to flag and to move are not used: they expunge what other people have marked as deleted in the
same folder.
"""

from __future__ import annotations

import imaplib
import re
import ssl
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from imap_tools import BaseMailBox
from imap_tools.errors import ImapToolsError, UnexpectedCommandStatusError
from imap_tools.utils import encode_folder

from mail.imap_line import opened
from mail.models import Account
from mail.replies import in_words

ANSWER_WITHIN = 20.0  # seconds for each piece of an answer
# Of a mail that is not fetched as a whole, so much of its headers is kept.
HEADERS_LARGEST = 256 * 1024

_CODE_OF_A_BAD_DAY = re.compile(r"\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG|OVERQUOTA)\b|too many simultaneous", re.I)
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_ARRIVED = re.compile(rb'\bINTERNALDATE "([^"]+)"')
_SAID_AT_MOST = 250
# As IMAP writes them, whatever the language of the machine.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class CannotFetch(Exception):
    """No mail comes in, for a reason that may pass; the text says which."""


class NotLetIn(CannotFetch):
    """The server refuses our name, password, token or certificate: asking on could lock the account."""


class Lost(CannotFetch):
    """The connection ended, or an answer did not come in time."""


@dataclass(frozen=True)
class SignIn:
    """What an account signs in with; never shown."""

    user: str
    secret: str = field(repr=False)
    is_token: bool = False

    def as_told(self) -> list[str]:
        """Every form in which a server is told the secret, and could repeat it."""
        if not self.secret:
            return []
        quoted = self.secret.replace("\\", "\\\\").replace('"', '\\"')
        plain = f"\0{self.user}\0{self.secret}"
        bearer = f"user={self.user}\1auth=Bearer {self.secret}\1\1"
        return [self.secret, quoted, *(b64encode(form.encode()).decode() for form in (plain, bearer))]


@dataclass(frozen=True)
class Listed:
    """What the server says of a mail before it is fetched."""

    size: int
    arrived_at: datetime


class Session:
    """A conversation with the server of an account. Folders are opened after signing in."""

    uidvalidity = 0

    def __init__(self, box: BaseMailBox, sign_in: SignIn) -> None:
        self._box, self._sign_in = box, sign_in
        self._can: set[str] = set()
        with suppress(OSError):
            box.client.sock.settimeout(ANSWER_WITHIN)

    def enter(self) -> None:
        """Sign in. Raises `NotLetIn` where we are refused for good."""
        user, secret = self._sign_in.user, self._sign_in.secret
        try:
            with self._understood():
                if self._sign_in.is_token:
                    self._box.xoauth2(user, secret, initial_folder=None)
                elif "AUTH=PLAIN" in self._box.client.capabilities or not (user + secret).isascii():
                    self._box.login_utf8(user, secret, initial_folder=None)
                else:
                    self._box.login(user, secret, initial_folder=None)
        except Lost:
            raise
        except CannotFetch as refusal:
            said = str(refusal)
            kind = CannotFetch if _CODE_OF_A_BAD_DAY.search(said) else NotLetIn
            raise kind(_("The mail server does not let us in. It said: %(said)s") % {"said": said}) from None
        with self._understood():
            # What it can do it tells in full only to those it knows.
            self._can = set(b" ".join(self._box.client.capability()[1]).decode().upper().split())

    def open_folder(self, name: str) -> int:
        """Open it for what follows; returns how many mails lie there."""
        try:
            with self._understood():
                _status, found = self._box.folder.set(name)
                validity = self._box.client.response("UIDVALIDITY")[1]
                self.uidvalidity = int(validity[-1])
                return int(found[0])
        except Lost:
            raise
        except CannotFetch as refusal:
            told = {"folder": name, "said": refusal}
            raise CannotFetch(_("The folder %(folder)s can't be opened. The server said: %(said)s") % told) from None

    def has_folder(self, name: str) -> bool:
        """Whether mail could be moved there."""
        with self._understood():
            return self._box.folder.exists(name)

    def newer_than(self, uid: int, since: datetime | None) -> list[int]:
        """The UIDs above `uid`, ascending; without those that reached the server on days before `since`.

        What somebody has marked as deleted is left to them.
        """
        asked = f"UID {uid + 1}:* UNDELETED"
        if since is not None:
            # The server's days may begin elsewhere than ours.
            day = since - timedelta(days=1)
            asked += f" SINCE {day.day}-{_MONTHS[day.month - 1]}-{day.year}"
        with self._understood():
            found = map(int, self._box.uids(asked, charset=None))
            # "5:*" names the last mail also where its number is lower.
            return sorted(number for number in found if number > uid)

    def listed(self, uids: Sequence[int]) -> dict[int, Listed]:
        """Size and arrival of those that the server says it of; one that is gone, or oddly told, is not among them."""
        with self._understood():
            found = {}
            for line in self._fetch(uids, "(UID RFC822.SIZE INTERNALDATE)"):
                text = line[0] if isinstance(line, tuple) else line
                uid, size, arrived = _UID.search(text), _SIZE.search(text), _ARRIVED.search(text)
                if uid and size and arrived:
                    with suppress(ValueError):
                        at = datetime.strptime(arrived[1].decode().strip(), "%d-%b-%Y %H:%M:%S %z")
                        found[int(uid[1])] = Listed(int(size[1]), at)
            return found

    def raw(self, uid: int, most: int) -> bytes | None:
        """The mail as it lies there, but never more than `most` bytes and one; None when it is gone."""
        return self._body(uid, f"BODY.PEEK[]<0.{most + 1}>")

    def headers(self, uid: int) -> bytes:
        """The same for its headers; empty when it is gone."""
        return self._body(uid, f"BODY.PEEK[HEADER]<0.{HEADERS_LARGEST}>") or b""

    def mark_read(self, uids: Sequence[int]) -> None:
        """Set the flag that mail programs show as read."""
        self._ask("STORE", uids, "+FLAGS.SILENT", r"(\Seen)")

    def move(self, uids: Sequence[int], folder: str) -> None:
        """Move them. Where the server can't remove just these, they stay behind, marked as deleted."""
        if "MOVE" in self._can:
            self._ask("MOVE", uids, encode_folder(folder))
            return
        self._ask("COPY", uids, encode_folder(folder))
        self._ask("STORE", uids, "+FLAGS.SILENT", r"(\Deleted)")
        if "UIDPLUS" in self._can:
            self._ask("EXPUNGE", uids)

    def leave(self) -> None:
        """End the conversation politely, or however it goes."""
        with suppress(OSError, imaplib.IMAP4.error, ImapToolsError):
            self._box.logout()
        self.hang_up()

    def hang_up(self) -> None:
        """End it at once."""
        self._box.client.hang_up()

    def _body(self, uid: int, what: str) -> bytes | None:
        with self._understood():
            for item in self._fetch([uid], f"(UID {what})"):
                named = _UID.search(item[0] if isinstance(item, tuple) else item)
                if named is None or int(named[1]) != uid:
                    continue
                if isinstance(item, tuple):
                    return bytes(item[1])
                if b"BODY[" in item:
                    raise CannotFetch(_("The mail server lists the mail, but does not give it."))
            return None

    def _fetch(self, uids: Sequence[int], what: str) -> list:
        status, found = self._box.client.uid("FETCH", ",".join(map(str, uids)), what)
        if status != "OK":
            raise CannotFetch(self._said(found))
        return [item for item in found if item]

    def _ask(self, command: str, uids: Sequence[int], *arguments: str | bytes) -> None:
        with self._understood():
            # imaplib takes bytes for the names of folders as well as text.
            status, answer = self._box.client.uid(command, ",".join(map(str, uids)), *arguments)  # type: ignore[arg-type]  # bytes go as they are
            if status != "OK":
                raise CannotFetch(self._said(answer))

    @contextmanager
    def _understood(self) -> Iterator[None]:
        try:
            yield
        except UnexpectedCommandStatusError as error:
            raise CannotFetch(self._said(error.command_result[1])) from None
        except imaplib.IMAP4.readonly:
            raise CannotFetch(_("The folder can only be read: nothing can be marked there.")) from None
        except imaplib.IMAP4.abort:
            raise self._lost(_("The mail server ended the connection.")) from None
        except imaplib.IMAP4.error as error:
            raise CannotFetch(self._said([str(error).encode()])) from None
        except OSError as error:
            raise self._lost(in_words(error)) from None
        except (ValueError, IndexError, TypeError, ImapToolsError):
            raise self._lost(_("The mail server's answers could not be understood.")) from None

    def _lost(self, why: str) -> Lost:
        # What still comes over this line would be taken for the answer to the next question.
        self.hang_up()
        return Lost(why)

    def _said(self, answer: Sequence) -> str:
        """The server's own words on one line; should it repeat our secret, that is not in it."""
        lines = [item for item in answer if isinstance(item, bytes)]
        text = b" ".join(lines).decode("utf-8", "replace")
        text = re.sub(r"[^ -~¡-￿]+", " ", text).strip() or _("nothing")
        for told in self._sign_in.as_told():
            text = text.replace(told, "•••")
        return text[:_SAID_AT_MOST]


def connect(account: Account, sign_in: SignIn) -> Session:
    """A conversation with the server of `account`, encrypted as it says and with a valid certificate, or not at all."""
    try:
        box = opened(account)
    except (ssl.SSLCertVerificationError, ssl.CertificateError) as error:
        raise NotLetIn(in_words(error)) from None
    except OSError as error:
        raise CannotFetch(in_words(error)) from None
    except (imaplib.IMAP4.error, ImapToolsError, ValueError):
        if account.security == Account.Security.STARTTLS:
            raise CannotFetch(_("The mail server does not offer STARTTLS.")) from None
        raise CannotFetch(_("The mail server's answers could not be understood.")) from None
    return Session(box, sign_in)


@contextmanager
def signed_in(account: Account, sign_in: SignIn) -> Iterator[Session]:
    """The same, signed in and with the account's folder open."""
    session = connect(account, sign_in)
    try:
        session.enter()
        session.open_folder(account.folder)
        yield session
    finally:
        session.leave()
