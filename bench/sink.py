"""A local SMTP server in a process of its own: takes every mail, and notes when it did.

python -m bench.sink <port> <file>
"""

from __future__ import annotations

import asyncio
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

_ID = re.compile(rb"^X-Followthrough-Id: *(\S+)", re.MULTILINE)
HOST = "127.0.0.1"


class Sink:
    """What the server has taken, as lines "seconds since 1970, business id of the mail"."""

    def __init__(self, port: int, file: Path) -> None:
        self.port, self._file = port, file

    def accepted(self) -> dict[str, float]:
        """When each mail was accepted for the first time."""
        found: dict[str, float] = {}
        for line in self._file.read_text().splitlines():
            at, _space, key = line.partition(" ")
            found.setdefault(key, float(at))
        return found


@contextmanager
def running(directory: Path) -> Iterator[Sink]:
    """The server, listening on a port that was free."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    file = directory / f"accepted-{port}"
    file.touch()
    process = subprocess.Popen([sys.executable, "-m", "bench.sink", str(port), str(file)])
    try:
        while True:
            try:
                socket.create_connection((HOST, port)).close()
                break
            except ConnectionRefusedError:
                time.sleep(0.02)
        yield Sink(port, file)
    finally:
        process.terminate()
        process.wait()


async def _serve(port: int, file: Path) -> None:
    with file.open("a", buffering=1) as notes:

        class Taking:
            async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  # the library's name
                found = _ID.search(envelope.original_content or b"")
                notes.write(f"{time.time():.6f} {found[1].decode() if found else '?'}\n")
                return "250 2.0.0 taken"

        loop = asyncio.get_running_loop()
        server = await loop.create_server(partial(SMTP, Taking(), loop=loop), HOST, port)
        told = asyncio.Event()
        loop.add_signal_handler(signal.SIGTERM, told.set)
        await told.wait()
        server.close()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), Path(sys.argv[2])))
