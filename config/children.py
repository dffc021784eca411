"""Processes that die with us, and come back when they die alone."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

_LONGEST_BACK_OFF = 10.0


class Child:
    """A program that runs until it is told to stop; `watch` starts it, and again when it ends by itself."""

    def __init__(self, name: str, command: Sequence[str], directory: Path, environment: dict[str, str]) -> None:
        self.name = name
        self._command = list(command)
        self._directory = directory
        self._environment = environment
        self._back_off = 0.5
        self._process: subprocess.Popen[bytes] | None = None
        self._started = self._again_at = 0.0

    def start(self) -> None:
        """Start it in a session of its own, so that Ctrl-C reaches only us, and we stop it in good order."""
        me = os.getpid()

        def die_with_parent() -> None:
            if sys.platform == "linux":
                ctypes.CDLL(None).prctl(1, signal.SIGTERM)
                if os.getppid() != me:
                    os._exit(1)

        self._started = time.monotonic()
        self._process = subprocess.Popen(
            self._command,
            cwd=self._directory, env=self._environment, start_new_session=True, preexec_fn=die_with_parent,
        )  # fmt: skip

    @property
    def pid(self) -> int:
        """Its process, 0 while it is not there."""
        return self._process.pid if self._process else 0

    def watch(self) -> None:
        """Start it again if it has ended; later and later if it ends at once each time."""
        now = time.monotonic()
        if self._process is None:
            if now >= self._again_at:
                self.start()
            return
        code = self._process.poll()
        if code is None:
            return
        self._process = None
        self._back_off = 0.5 if now - self._started > 10 else min(_LONGEST_BACK_OFF, self._back_off * 2)
        self._again_at = now + self._back_off
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit {code}"
        print(f"The {self.name} ended ({how}); starting it again in {self._back_off:g} s.", flush=True)

    def ask_to_stop(self) -> None:
        """Ask it to finish what it has in hand and end."""
        if self._process and self._process.poll() is None:
            self._process.terminate()

    def has_ended(self) -> bool:
        """Whether it is gone."""
        return self._process is None or self._process.poll() is not None

    def kill(self) -> None:
        """End it and all that it started, now."""
        if self._process and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


def stop_all(children: Sequence[Child], *, patience: float) -> None:
    """Stop them all in good order; who needs longer than `patience` seconds is killed, at once on a second Ctrl-C."""
    for child in children:
        child.ask_to_stop()
    end = time.monotonic() + patience
    try:
        while time.monotonic() < end and not all(child.has_ended() for child in children):
            time.sleep(0.05)
    except KeyboardInterrupt:
        pass
    for child in children:
        child.kill()
