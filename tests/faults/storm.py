"""Many follow-ups in a short time, two workers, and whatever kills them: the bar of docs/architecture.md, "Delivery".

The lease of a mail in hand is the real one. Nothing is shortened for the test: what the dead held is due when that
lease is over, and the test waits for it.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from followups.models import FollowUp
from mail import outbox
from mail.models import Attempt, Delivery, Suppression
from people.terms import Channel
from tests import make
from tests.faults import bar, town
from tests.faults.earnest import PARTS, Outside, Workers
from tests.faults.restarting import FAST, IMMEDIATE, restart
from tests.mail.running import until, worker_environment
from tests.source import CHECKOUT
from tickets.actions import conversation
from tickets.models import Ticket

# Who writes to us about when they are asked (half of them are only told that we have their mail), who wants no more
# mail, whose server takes none before it is too late, whose server takes it the second time, and who is not there.
SPECIAL = {"writes": 0.02, "stops": 0.01, "never": 0.01, "later": 0.005, "gone": 0.002}
KILLS = {
    "busy worker": 6, "idle worker": 3, "pusher": 2, "monitor": 3, "sentinel": 2, "cluster": 2, "supervisor": 2,
}  # fmt: skip
RECOVERED_WITHIN = 10.0
State, Outcome = Delivery.State, Attempt.Outcome


@dataclass
class Kill:
    """One kill, and the seconds until a task was carried out again there, and until a mail due then had left."""

    kind: str
    place: int
    waiting: int
    task: float = 0.0
    mail: float = 0.0


def addresses(number: int, dice: random.Random) -> list[str]:
    words = [word for word, share in SPECIAL.items() for _ in range(round(number * share))]
    words += ["ordinary"] * (number - len(words))
    dice.shuffle(words)
    return [f"{word}-{place}@example.test" for place, word in enumerate(words)]


def word_of(address: str) -> str:
    return address.partition("-")[0]


def plan(number: int, over: timedelta, dice: random.Random) -> list[tuple[datetime, Callable[[], object]]]:
    """Everything that is to happen, and what customers do meanwhile, in the order of time."""
    now = timezone.now()
    start = now + timedelta(seconds=15)
    planned = town.plan_followups(addresses(number, dice), start=start, over=over, now=now, dice=dice)
    meanwhile: list[tuple[datetime, Callable[[], object]]] = []
    for address, followup in planned.items():
        # From a little before it falls due until it is long gone.
        moment = followup.due_at + timedelta(seconds=dice.uniform(-1, 2))
        if word_of(address) == "writes":
            meanwhile.append((moment, lambda followup=followup: write(followup)))
        elif word_of(address) == "stops":
            meanwhile.append((moment, lambda address=address: stop(address)))
        elif word_of(address) == "never":
            FollowUp.objects.filter(pk=followup.pk).update(latest_at=followup.due_at + timedelta(seconds=30))
    return sorted(meanwhile, key=lambda event: event[0])


def write(followup: FollowUp) -> None:
    now = timezone.now()
    ticket = Ticket.objects.get(pk=followup.ticket_id)
    conversation.receive(ticket, "And another thing.", channel=Channel.MAIL, at=now, now=now)


def stop(address: str) -> None:
    Suppression.objects.get_or_create(
        address=address, purpose="", defaults={"reason": "They want no mail.", "at": timezone.now()}
    )
    # What begins from here on is wrong.
    Suppression.objects.filter(address=address).update(at=outbox.database_now())


def let_happen(meanwhile: list[tuple[datetime, Callable[[], object]]]) -> None:
    try:
        for moment, event in meanwhile:
            time.sleep(max(0.0, (moment - timezone.now()).total_seconds()))
            sooner_or_later(event)
    finally:
        connection.close()


def sooner_or_later(event: Callable[[], object]) -> None:
    """Also while the database is away, as somebody would who presses the button once more."""
    end = time.monotonic() + 60
    while True:
        try:
            event()
            return
        except (OperationalError, InterfaceError):
            connection.close()
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def victim(kind: str, place: int, workers: Workers, outside: Outside) -> tuple[int, list[int]]:
    """Whom to kill, once there is one of the kind in a complete cluster, and the whole family."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        family = workers.family(place)
        if len(family) == len(PARTS):
            if kind == "supervisor":
                return workers.supervisor(place), family
            if "worker" not in kind:
                return family[PARTS.index(kind)], family
            for pid in family[2:5]:
                if outside.talks_with(pid) if kind == "busy worker" else not workers.is_in_a_task(place, pid):
                    return pid, family
        time.sleep(0.01)
    raise AssertionError(f"there was no {kind} to kill")


def kill(kind: str, place: int, workers: Workers, outside: Outside) -> Kill:
    """One kill -9, and how long it took until a mail and a task that came after it were done."""
    pid, family = victim(kind, place, workers, outside)
    os.kill(pid, signal.SIGKILL)
    killed, done = time.monotonic(), Kill(kind, place, waiting=Delivery.objects.due(timezone.now()).count())
    now = outbox.database_now()
    probe = make.delivery(now=now, due_at=now)
    assert workers.carries_out(place, family, 60), f"{kind}: no task is carried out"
    done.task = time.monotonic() - killed
    assert until(lambda: probe.key in outside.taken(), 60), f"{kind}: no mail leaves"
    done.mail = (outside.taken()[probe.key][0][1] - now).total_seconds()
    print(
        f"{kind} of worker {place}: {done.task:.1f} s until a task, {done.mail:.1f} s until a mail"
        f" ({done.waiting} before it)", flush=True,
    )  # fmt: skip
    return done


def carried_on(data: Path, how: signal.Signals, workers: Workers, outside: Outside) -> float:
    """One restart of PostgreSQL, and the seconds until a mail due after it had left."""
    restart(data, how)
    now = outbox.database_now()
    probe = make.delivery(now=now, due_at=now)
    assert workers.carries_out(0, [], 60), "no task is carried out"
    assert until(lambda: probe.key in outside.taken(), 60), "no mail leaves"
    took = (outside.taken()[probe.key][0][1] - now).total_seconds()
    print(f"PostgreSQL restarted by {how.name}: {took:.1f} s until a mail", flush=True)
    return took


def holds(
    workers: Workers,
    outside: Outside,
    directory: Path,
    *,
    followups: int,
    over: timedelta,
    data: Path,
    restarts: int = 0,
) -> None:
    """Assert the bar of so many follow-ups that are due within that time, whatever is killed meanwhile."""
    seed = int(os.environ.get("FAULTS_SEED") or random.randrange(10**6))
    print(f"\nseed {seed} (FAULTS_SEED={seed} repeats the dice, not the moments)")
    dice = random.Random(seed)
    town.open_desk(timezone.now())
    meanwhile = plan(followups, over, dice)
    began = time.monotonic()
    strokes: Sequence[str | signal.Signals] = [
        *(kind for kind, number in KILLS.items() for _ in range(number)),
        *([FAST, IMMEDIATE] * restarts)[:restarts],
    ]
    pauses = max(3.0, (over.total_seconds() / len(strokes) - 8) * 1.5)
    with ThreadPoolExecutor(1) as town_life:
        happened = town_life.submit(let_happen, meanwhile)
        assert until(lambda: len(outside.taken()) > 20, 60), "no mail leaves"
        kills, waits = [], []
        for stroke in dice.sample(strokes, len(strokes)):
            time.sleep(dice.uniform(0.2, pauses))
            if isinstance(stroke, signal.Signals):
                waits.append(carried_on(data, stroke, workers, outside))
            else:
                kills.append(kill(stroke, dice.randrange(2), workers, outside))
        stormed, in_storm = time.monotonic() - began, len(outside.taken())
        happened.result()
    assert until(bar.nothing_is_in_hand, 1200), "something is in hand for ever"
    workers.stop()
    assert workers.left_over() == []

    repeats, unknown = bar.holds(outside.taken(), followups=followups)
    audited = subprocess.run(
        [sys.executable, "manage.py", "audit"],
        cwd=CHECKOUT, env=worker_environment(outside.port, directory), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (audited.returncode, audited.stdout) == (0, "nothing to report\n"), audited.stderr
    states = Counter(Delivery.objects.values_list("state", flat=True))
    slowest, last_mail = max(kills, key=lambda done: done.task), max(kills, key=lambda done: done.mail)
    restarted = f"; {len(waits)} restarts of PostgreSQL, slowest mail after one {max(waits):.1f} s" if waits else ""
    print(
        f"{sum(states.values())} mails ({', '.join(f'{number} {state}' for state, number in sorted(states.items()))}),"
        f" {sum(map(len, outside.taken().values()))} accepted, 0 lost, {repeats} repeats, {unknown} attempts unknown;"
        f" kills: {', '.join(f'{number} {kind}' for kind, number in KILLS.items())};"
        f" slowest recovery {slowest.task:.1f} s ({slowest.kind}), slowest mail {last_mail.mail:.1f} s"
        f" ({last_mail.waiting} before it){restarted}; {in_storm / stormed:.0f} mails/s in the {stormed:.0f} s of the"
        f" kills, {time.monotonic() - began:.0f} s in all"
    )
    assert slowest.task <= RECOVERED_WITHIN
