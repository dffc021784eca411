"""P11: what web (two processes) and worker need of memory after some requests and some mails, as PSS.

The default loads in a minute. A million needs `python -m bench.memory 1000000`, and its time to load.

python -m bench.memory [tickets]
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from bench import sink, stage
from bench.lateness import lateness, worker
from bench.outbox import plan
from bench.report import table, write

TICKETS, REQUESTS, MAILS = 5_000, 60, 200
PAGES = ["/desk/?whose=all", "/desk/tickets/", "/"]
LIMIT_MIB = 260.0


def pss(pid: int) -> float:
    """MiB of one process, what it shares counted by its share."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    (line,) = [line for line in text.splitlines() if line.startswith("Pss:")]
    return int(line.split()[1]) / 1024


def family(pid: int) -> list[int]:
    """A process and all below it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in family(int(child)))]


@contextmanager
def web() -> Iterator[tuple[int, int]]:
    """The web server as `make run` starts it: its process and its port."""
    subprocess.run([sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"], check=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = ["gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--workers", "2",
               "--threads", "4", "--preload", "--log-level", "warning"]  # fmt: skip
    process = subprocess.Popen([sys.executable, "-m", *command])
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except ConnectionRefusedError:
                time.sleep(0.1)
        yield process.pid, port
    finally:
        process.terminate()
        process.wait()


def browse(port: int) -> None:
    """Some pages, as a manager who has signed in."""
    cookie = stage.manager().cookies["sessionid"].value
    for number in range(REQUESTS):
        connection = HTTPConnection("localhost", port)
        connection.request("GET", PAGES[number % len(PAGES)], headers={"Cookie": f"sessionid={cookie}"})
        answer = connection.getresponse()
        answer.read()
        assert answer.status in {200, 302}, answer.status
        connection.close()


def main() -> int:
    """Measure; 1 where web and worker together need more than the goal."""
    tickets = int(sys.argv[1]) if len(sys.argv) > 1 else TICKETS
    with stage.database(), tempfile.TemporaryDirectory() as directory, sink.running(Path(directory)) as server:
        from mail.outbox import database_now

        stage.load(tickets)
        rows: list[dict[str, Any]] = []
        with web() as (pid, port), worker(server) as supervisor:
            rows.append({"when": "started", **_figures(pid, supervisor)})
            browse(port)
            plan(MAILS, database_now(), "memory")
            lateness(server, ["memory"], MAILS)
            rows.append({"when": f"after {REQUESTS} pages, {MAILS} mails", **_figures(pid, supervisor)})
    table(rows)
    met = rows[-1]["together MiB"] <= LIMIT_MIB
    print(
        f"P11: goal {LIMIT_MIB:.0f} MiB together, at {tickets:,} tickets: {'met' if met else 'NOT met'};"
        f" load average {os.getloadavg()[0]:.1f}"
    )
    write("memory", {"goal": "P11", "met": met, "tickets": tickets, "rows": rows})
    return 0 if met else 1


def _figures(web_pid: int, worker_pid: int) -> dict[str, Any]:
    of_web, of_worker = ([pss(pid) for pid in family(top)] for top in (web_pid, worker_pid))
    return {
        "web MiB": sum(of_web), "each web": _each(of_web),
        "worker MiB": sum(of_worker), "each worker": _each(of_worker), "together MiB": sum(of_web + of_worker),
    }  # fmt: skip


def _each(mib: list[float]) -> str:
    """Process by process, parents first."""
    return " ".join(f"{one:.0f}" for one in mib)


if __name__ == "__main__":
    sys.exit(main())
