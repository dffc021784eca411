"""The line to an IMAP server: encrypted as an account says, its certificate checked, and cut when it hangs."""

from __future__ import annotations

import imaplib
import socket
import ssl
import threading
from contextlib import suppress

from django.conf import settings
from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted

from mail.models import Account

CONNECT_WITHIN = 10.0  # seconds, for each address that the name has
# However slowly a server answers, piece by piece: then the line is cut.
HANG_UP_AFTER = 40.0


def opened(account: Account) -> BaseMailBox:
    """A line to the server of `account`, nobody signed in; the errors of network, TLS and library as they are."""
    at: dict = {"host": account.host, "port": account.port, "timeout": CONNECT_WITHIN}
    match account.security:
        case Account.Security.TLS:
            return _OverTLS(**at, ssl_context=_trust())
        case Account.Security.STARTTLS:
            return _StartTLS(**at, ssl_context=_trust())
        case _:
            return _Plain(**at)


class _Watched(imaplib.IMAP4):
    """Its line is cut after a while, from its first answer on; each single answer has its own limit besides."""

    def _create_socket(self, timeout: float | None) -> socket.socket:
        line = super()._create_socket(timeout)  # type: ignore[misc]  # the stubs leave it out
        self.watch = threading.Timer(HANG_UP_AFTER, self.hang_up)
        self.watch.daemon = True
        self.watch.start()
        return line

    def hang_up(self) -> None:
        """End it at once, from any thread; whoever waits for an answer gets none."""
        self.watch.cancel()
        with suppress(OSError, AttributeError):
            # Not the encrypted socket's own way, which waits for whoever is reading.
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


class _WatchedOverTLS(_Watched, imaplib.IMAP4_SSL):
    """The same, encrypted from the first byte."""


class _OverTLS(MailBox):
    def _get_mailbox_client(self) -> imaplib.IMAP4:
        return _WatchedOverTLS(self._host, self._port, ssl_context=self._ssl_context, timeout=self._timeout)


class _StartTLS(MailBoxStartTls):
    def _get_mailbox_client(self) -> imaplib.IMAP4:
        client = _Watched(self._host, self._port, self._timeout)
        client.starttls(self._ssl_context)
        return client


class _Plain(MailBoxUnencrypted):
    def _get_mailbox_client(self) -> imaplib.IMAP4:
        return _Watched(self._host, self._port, self._timeout)


def _trust() -> ssl.SSLContext:
    context = ssl.create_default_context()
    if settings.MAIL_CA_FILE:
        context.load_verify_locations(settings.MAIL_CA_FILE)
    return context
