"""A mail server as a process of its own: it writes down each mail before it says that it has it.

    python -m tests.faults.outside PORT LOG

It ends when its input does. By their first word addresses get the answers that other servers give: `later-…` is put
off once, `never-…` each time, and `gone-…` is not there.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from email.parser import BytesHeaderParser

from aiosmtpd.smtp import SMTP, Envelope, Session

# Between writing a mail down and saying so: whoever is killed in this time does not know that it arrived.
THINKS = 0.05


class Handler:
    """What the server says."""

    def __init__(self, log: str) -> None:
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self._put_off: set[str] = set()

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list) -> str:
        first_word = address.partition("-")[0]
        if first_word == "gone":
            return "550 5.1.1 nobody has that name"
        if first_word == "never" or (first_word == "later" and address not in self._put_off):
            self._put_off.add(address)
            return "450 4.2.0 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        mail = BytesHeaderParser().parsebytes(envelope.content)
        taken = {"key": mail["X-Followthrough-Id"], "message_id": mail["Message-ID"], "at": time.time()}
        os.write(self._log, json.dumps(taken).encode() + b"\n")
        await asyncio.sleep(THINKS)
        return "250 taken"


async def serve(port: int, log: str) -> None:
    """Until nobody holds our input any more."""
    loop, handler, end = asyncio.get_running_loop(), Handler(log), asyncio.Event()
    loop.add_reader(sys.stdin, end.set)
    async with await loop.create_server(lambda: SMTP(handler, hostname="outside.test"), "127.0.0.1", port):
        print("ready", flush=True)
        await end.wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2]))
