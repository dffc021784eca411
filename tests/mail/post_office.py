"""A real SMTP server for tests. It takes everything, unless it has been told what else to say."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

# Instead of an answer the server ends the connection; or in the middle of the mail, where it has let us begin.
DROP, DROP_IN_THE_MIDDLE = "drop", "drop in the middle"


@dataclass
class Taken:
    """One mail that the server took on (or had in full when it ended the connection)."""

    sender: str
    recipient: str
    mail: EmailMessage

    @property
    def text(self) -> str:
        return self.mail.get_body(("plain",)).get_content()

    @property
    def html(self) -> str:
        return self.mail.get_body(("html",)).get_content()


@dataclass
class _Order:
    command: str
    answer: str
    to: str
    times: int
    after: float


class PostOffice:
    """The server, what it is to say, and what it has taken."""

    def __init__(
        self, *, password: str | None = None, sign_in_required: bool = False, port: int = 0,
        tls: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None,
    ) -> None:  # fmt: skip
        self.taken: list[Taken] = []
        self.connections = 0
        self.commands: list[str] = []
        self.senders: list[str] = []
        self.password = password
        self.sign_in_required = sign_in_required
        self.starttls = starttls
        self.largest = 30_000_000
        self._orders: list[_Order] = []
        self._controller = _Controller(self, port, tls)

    @property
    def port(self) -> int:
        return self._controller.server.sockets[0].getsockname()[1]

    @property
    def recipients(self) -> list[str]:
        return [taken.recipient for taken in self.taken]

    def says(self, answer: str, *, at: str, to: str = "", times: int = 1_000_000, after: float = 0) -> None:
        """Answer `at` a command ("EHLO", "HELO", "MAIL", "RCPT", "DATA", or "." for the final dot) with `answer`.

        Only about mail `to` somebody, if told; so many `times`; and only `after` some seconds.
        """
        self._orders.append(_Order(at, answer, to, times, after))

    def forgets_orders(self) -> None:
        """Be an ordinary server again."""
        self._orders.clear()

    def start(self) -> None:
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()

    async def ordered(self, command: str, recipient: str) -> str | None:
        for order in self._orders:
            if order.command == command and order.times > 0 and order.to in ("", recipient):
                order.times -= 1
                await asyncio.sleep(order.after)
                return order.answer
        return None


class _Conversation(SMTP):
    """The protocol, with answers that were ordered."""

    office: PostOffice

    def connection_made(self, transport: Any) -> None:
        self.office.connections += 1
        super().connection_made(transport)

    async def _ordered(self, command: str, recipient: str = "") -> bool:
        self.office.commands.append(command)
        answer = await self.office.ordered(command, recipient)
        if answer is None:
            return False
        if answer in {DROP, DROP_IN_THE_MIDDLE}:
            if answer == DROP_IN_THE_MIDDLE:
                await self.push("354 go on")
            self.transport.abort()
        elif answer:
            await self.push(answer)
        return True

    async def smtp_EHLO(self, arg: str) -> None:
        if not await self._ordered("EHLO"):
            await super().smtp_EHLO(arg)

    async def smtp_HELO(self, arg: str) -> None:
        if not await self._ordered("HELO"):
            await super().smtp_HELO(arg)

    async def smtp_MAIL(self, arg: str | None) -> None:
        self.office.senders.append((arg or "").partition("<")[2].partition(">")[0])
        if not await self._ordered("MAIL"):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str | None) -> None:
        if not await self._ordered("RCPT", (arg or "").partition("<")[2].partition(">")[0]):
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:
        recipients = self.envelope.rcpt_tos if self.envelope else []
        if not await self._ordered("DATA", recipients[0] if recipients else ""):
            await super().smtp_DATA(arg)


class _Handler:
    def __init__(self, office: PostOffice) -> None:
        self.office = office

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.office.commands.append(".")
        taken = Taken(
            envelope.mail_from or "",
            envelope.rcpt_tos[0],
            message_from_bytes(envelope.original_content or b"", policy=policy.default),
        )
        answer = await self.office.ordered(".", envelope.rcpt_tos[0])
        if answer is None or answer.startswith("250"):
            self.office.taken.append(taken)
            return answer or "250 2.0.0 taken"
        if answer == DROP:
            # The worst case: it is taken on, but we never hear so.
            self.office.taken.append(taken)
            server.transport.abort()
            return "250 2.0.0 taken"
        return answer


class _Controller(Controller):
    def __init__(self, office: PostOffice, port: int, tls: ssl.SSLContext | None) -> None:
        self.office = office
        super().__init__(_Handler(office), hostname="127.0.0.1", port=port, ssl_context=tls)

    def _trigger_server(self) -> None:
        """The library looks whether the server answers, on the port that was asked for: ours is given by the system."""
        self.port = self.office.port
        if self.ssl_context is None:
            super()._trigger_server()
        else:
            anybody = ssl.create_default_context()
            anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
            with socket.create_connection(("127.0.0.1", self.port)) as line, anybody.wrap_socket(line) as private:
                private.recv(1024)
        self.office.connections = 0

    def factory(self) -> SMTP:
        options: dict[str, Any] = {"data_size_limit": self.office.largest, "tls_context": self.office.starttls}
        if self.office.password is not None or self.office.sign_in_required:
            options |= {
                "authenticator": self._authenticate,
                "auth_require_tls": False,
                "auth_required": self.office.sign_in_required,
            }
        conversation = _Conversation(self.handler, **options)
        conversation.office = self.office
        return conversation

    def _authenticate(self, server: SMTP, session: Session, envelope: Envelope, how: str, who: Any) -> AuthResult:
        right = who.password == (self.office.password or "").encode()
        return AuthResult(success=right, handled=not right) if right else AuthResult(success=False, handled=False)


def opened(office: PostOffice, settings: Any) -> Iterator[PostOffice]:
    """`office` at work, as our outgoing server."""
    office.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.MAIL_PAUSED_REASON = "127.0.0.1", office.port, ""
    settings.MAIL_TO_CATCHER = False
    try:
        yield office
    finally:
        office.stop()


@pytest.fixture
def post_office(settings: Any) -> Iterator[PostOffice]:
    """A server of our own; the settings point to it."""
    yield from opened(PostOffice(), settings)
