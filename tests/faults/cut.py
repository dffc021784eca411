"""A line between us and a mail server, in plain text, that is cut as a test says."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress

# Who speaks, and what has been said since the last cut or beginning: "ours", "theirs".
type_rule = Callable[[str, bytes], bool]


class Line:
    """Passes everything on; when `cuts` says so, what was to be passed on is not, and both ends are cut."""

    def __init__(self, port: int) -> None:
        self.cuts: type_rule = lambda who, said: False
        self.times_cut = 0
        self._to = port
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._door.close()

    def _serve(self) -> None:
        while True:
            try:
                ours, _address = self._door.accept()
            except OSError:
                return
            theirs = socket.create_connection(("127.0.0.1", self._to))
            for who, source, target in (("ours", ours, theirs), ("theirs", theirs, ours)):
                threading.Thread(target=self._pass_on, args=(who, source, target), daemon=True).start()

    def _pass_on(self, who: str, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(65536):
                if self.cuts(who, piece):
                    self.times_cut += 1
                    break
                target.sendall(piece)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


def once(*words: bytes, who: str = "ours") -> type_rule:
    """Cut the first time that one of them is said."""
    said: list[bytes] = []

    def rule(speaker: str, piece: bytes) -> bool:
        if speaker == who and not said and any(word in piece for word in words):
            said.append(piece)
            return True
        return False

    return rule
