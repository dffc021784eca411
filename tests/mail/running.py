"""A real SMTP server in a thread, which answers as a test tells it; and the real worker as a process."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from django.conf import settings as configured
from django.db import connection

from mail.models import Heartbeat
from tests.source import CHECKOUT


class Sink:
    """Keeps what it takes. Its answers are what the attributes say; `drop` ends the connection instead."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.connections = 0
        self.sender = self.recipient = self.content = ""
        self.refuse: dict[str, str] = {}  # recipient: answer
        self.drop_before_data = self.drop_after_dot = 0  # so many times
        self.slow = 0.0

    @property
    def keys(self) -> list[str]:
        """The business ids of what was taken, in order."""
        return [mail["X-Followthrough-Id"] for mail in self.mails]

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, answers: list
    ) -> list:
        self.connections += 1
        session.host_name = hostname
        return answers

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list) -> str:
        if self.sender:
            return self.sender
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list) -> str:
        if self.drop_before_data:
            self.drop_before_data -= 1
            server.transport.abort()
            return "421 gone"
        answer = self.refuse.get(address) or self.recipient
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        await asyncio.sleep(self.slow)
        if self.content:
            return self.content
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        if self.drop_after_dot:
            self.drop_after_dot -= 1
            server.transport.abort()
        return "250 taken"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def server(settings) -> Iterator[Sink]:
    """Our outgoing server for this test."""
    sink = Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=free_port())
    controller.start()
    point_to(settings, controller.port)
    yield sink
    controller.stop()


@pytest.fixture
def server_with_password(settings) -> Iterator[Sink]:
    """One that takes mail from nobody: every password is wrong."""
    sink = Sink()
    controller = Controller(
        sink, hostname="127.0.0.1", port=free_port(), auth_required=True, auth_require_tls=False,
        authenticator=lambda *_: AuthResult(success=False, handled=False),
    )  # fmt: skip
    controller.start()
    point_to(settings, controller.port)
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "us", "wrong"
    yield sink
    controller.stop()


def point_to(settings, port: int) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.MAIL_PAUSED_REASON = ""


def until(holds: Callable[[], object], seconds: float) -> bool:
    """Whether `holds` becomes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.02)
    return bool(holds())


def children_of(pid: int) -> list[int]:
    """The processes under `pid`, itself left out; parents before their children."""
    found = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [tuple(map(int, line.split())) for line in found.splitlines()]
    under, waiting = [], [pid]
    while waiting:
        parent = waiting.pop()
        below = [child for child, of in pairs if of == parent]
        under += below
        waiting += below
    return under


def is_there(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def worker_environment(port: int, directory: Path) -> dict[str, str]:
    """What makes a process work on the database of this test, send to the server at `port` and keep its files apart."""
    database = connection.settings_dict
    address = f"postgresql://{database['USER']}@{quote(database['HOST'], safe='')}/{database['NAME']}"
    return {
        **os.environ, "DATABASE_URL": address, "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "DATA_DIR": str(directory), "SECRET_KEY": configured.SECRET_KEY, "DEMO": "0",
    }  # fmt: skip


@pytest.fixture
def worker(server, settings, tmp_path, transactional_db) -> Iterator[subprocess.Popen]:
    """`manage.py worker`, which sends to the server of this test."""
    environment = worker_environment(settings.EMAIL_PORT, tmp_path)
    process = subprocess.Popen([sys.executable, "manage.py", "worker"], cwd=CHECKOUT, env=environment)
    # The heartbeat is a task: when it is there, tasks are being carried out.
    assert until(Heartbeat.objects.exists, 20), "the worker did not start"
    yield process
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(30)
    finally:
        left = [pid for pid in [process.pid, *children_of(process.pid)] if process.poll() is None]
        for pid in left:
            os.kill(pid, signal.SIGKILL)
