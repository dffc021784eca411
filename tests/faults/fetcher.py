"""A fetcher to be killed: for each line on its input a process that fetches until somebody ends it.

    python -m tests.faults.fetcher

It says the number of each. They are forked from one that has everything loaded, so that a hundred of them take seconds.
"""

from __future__ import annotations

import os
import signal
import sys
import time

import django


def fetch_for_ever() -> None:
    from mail import tasks

    while True:
        tasks.fetch()
        time.sleep(0.01)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print("ready", flush=True)
    for _line in sys.stdin:
        child = os.fork()
        if not child:
            fetch_for_ever()
        print(child, flush=True)
