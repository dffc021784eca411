"""Understanding what may be a trap: in a process of its own, with so much time and memory and no more.

What goes on here while that process works is nothing: whatever it runs into, it alone ends. It knows
neither our settings nor our secrets, and what it hands back can only be facts.
"""

from __future__ import annotations

import importlib
import pickle
import resource
import subprocess
import sys
from collections.abc import Callable
from dataclasses import is_dataclass
from enum import Enum
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, TypeVar

SECONDS = 10
MEMORY = 512 * 1024 * 1024
# On a machine that is busy the seconds of a processor take longer; whoever waits holds a row locked meanwhile.
PATIENCE = 20.0
# More than the largest mail can hold.
_OUTPUT = 100 * 1024 * 1024
_CHECKOUT = Path(__file__).resolve().parent.parent
_OURS = "mail."

Known = TypeVar("Known")


class TooComplex(Exception):
    """It could not be understood within these limits."""


class _Facts(pickle.Unpickler):
    """Reads our own plain classes only: whatever took that process over could not make us run anything."""

    def find_class(self, module: str, name: str) -> type:
        found = super().find_class(module, name) if module.startswith(_OURS) else None
        if isinstance(found, type) and (is_dataclass(found) or issubclass(found, Enum)):
            return found
        raise pickle.UnpicklingError(f"{module}.{name} is no fact")


def understood(understand: Callable[[bytes], Known], raw: bytes) -> Known:
    """What `understand`, a function of a module that needs no settings, makes of `raw`; raises `TooComplex`.

    An `OSError` where there is no room for another process, or none on the disk: later there may be.
    """
    name = f"{understand.__module__}.{understand.__qualname__}"
    with TemporaryFile() as given, TemporaryFile() as found:
        given.write(raw)
        given.seek(0)
        command = [sys.executable, "-E", "-s", "-m", "mail.guard", name, str(SECONDS), str(MEMORY)]
        try:
            ended = subprocess.run(  # noqa: S603  # nothing in it comes from outside
                command, cwd=_CHECKOUT, env={}, stdin=given, stdout=found, stderr=subprocess.DEVNULL,
                timeout=PATIENCE, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired as why:
            raise TooComplex from why
        if ended.returncode:
            raise TooComplex
        found.seek(0)
        try:
            return _Facts(found).load()
        except (pickle.UnpicklingError, EOFError) as why:
            raise TooComplex from why


def main(name: str, seconds: int, memory: int, given: BinaryIO, found: BinaryIO) -> None:
    """Limit this process, then understand what comes in."""
    for what, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, _OUTPUT),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    module, _dot, function = name.rpartition(".")
    understand = getattr(importlib.import_module(module), function)
    pickle.dump(understand(given.read()), found, protocol=5)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.stdin.buffer, sys.stdout.buffer)
