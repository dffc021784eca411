"""P13: how many ask for the wait and the badge at once, of the real web server with two processes.

Whoever asks shares the machine with it, as the goal says. The page itself and what is asked for by
its tag are measured beside them.

python -m bench.public [seconds for each]
"""

from __future__ import annotations

import sys
import threading
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any

from bench import stage
from bench.memory import web
from bench.report import percentile, table, write

SECONDS, CLIENTS = 8, 6
GOAL = 500  # requests a second
WITH_GOAL = ("/en/wait.json", "/hr/wait.txt", "/en/badge.svg")
BESIDE = ("/en/", "/en/standards.json")


@dataclass
class Crowd:
    """Some who ask for one address over and over, each over a connection that stays open."""

    port: int
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    times: list[float] = field(default_factory=list)
    statuses: set[int] = field(default_factory=set)

    def ask(self, seconds: float) -> None:
        """All of them, for so long."""
        clients = [threading.Thread(target=self._one, args=(time.monotonic() + seconds,)) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()

    def _one(self, end: float) -> None:
        connection = HTTPConnection("localhost", self.port)
        while time.monotonic() < end:
            began = time.perf_counter()
            try:
                connection.request("GET", self.path, headers=self.headers)
                answer = connection.getresponse()
                answer.read()
            except (HTTPException, OSError):
                # The server has closed a connection that was open long enough.
                connection.close()
                continue
            self.times.append((time.perf_counter() - began) * 1000)
            self.statuses.add(answer.status)
        connection.close()


def measure(port: int, path: str, seconds: float, tag: str = "") -> dict[str, Any]:
    """One address; with its `tag` whoever asks has it already."""
    crowd = Crowd(port, path, {"If-None-Match": tag} if tag else {})
    crowd.ask(seconds)
    assert crowd.statuses == ({304} if tag else {200}), f"{path}: {crowd.statuses}"
    return {
        "address": f"{path}, not modified" if tag else path,
        "requests/s": round(len(crowd.times) / seconds),
        "p50 ms": percentile(crowd.times, 0.5),
        "p95 ms": percentile(crowd.times, 0.95),
    }


def tag_of(port: int, path: str) -> str:
    """The tag of what is there now."""
    connection = HTTPConnection("localhost", port)
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    return answer.headers["ETag"]


def main() -> int:
    """Measure them one after the other; 1 where a wait or the badge is answered less often than the goal says."""
    from django.core.management import call_command

    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    with stage.database():
        call_command("load_demo")
        with web() as (_process, port):
            measure(port, BESIDE[0], 1)  # warm
            rows = [measure(port, path, seconds) for path in (*WITH_GOAL, *BESIDE)]
            rows.append(measure(port, WITH_GOAL[0], seconds, tag_of(port, WITH_GOAL[0])))
    table(rows)
    write("public", {"rows": rows, "goal": GOAL})
    return 0 if all(row["requests/s"] >= GOAL for row in rows if row["address"] in WITH_GOAL) else 1


if __name__ == "__main__":
    sys.exit(main())
