"""The fetcher is killed a hundred times while a thousand mails come in: each is stored once and confirmed once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

from followups.actions import followups
from followups.models import FollowUp
from mail.models import Account, Delivery, InboundMail
from tests import make
from tests.faults.dovecot import account_at, dovecot
from tests.mail.letters import letter
from tests.mail.running import until, worker_environment
from tests.source import CHECKOUT
from tickets.actions import intake
from tickets.models import Message, Ticket

__all__ = ["dovecot"]

MAILS, KILLS = 1000, 100


def test_a_hundred_kills_lose_nothing_and_double_nothing(dovecot, tmp_path, transactional_db):
    now, user, chance = datetime.now(UTC), dovecot.a_user(), random.Random(13)
    make.standard(now=now - timedelta(days=1))
    account_at(dovecot.port, user=user, now=now)
    mails = [
        letter(f"Matter {n}.", sender=f"somebody{n}@example.test", message_id=f"<{n}@example.test>")
        for n in range(MAILS)
    ]
    fetcher = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.fetcher"], cwd=CHECKOUT, env=worker_environment(1, tmp_path),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert fetcher.stdin
    assert fetcher.stdout
    assert fetcher.stdout.readline() == "ready\n"

    def another() -> int:
        # What the dead one had in hand is free when its two minutes are over; here at once.
        Account.objects.update(next_at=now)
        fetcher.stdin.write("\n")
        fetcher.stdin.flush()
        return int(fetcher.stdout.readline())

    in_the_middle = 0
    for kill in range(KILLS):
        if kill % 10 == 0:
            dovecot.deliver(*mails[kill * 10 : kill * 10 + 100], user=user)
        there, pid = InboundMail.objects.count(), another()
        # Each tenth dies while it signs in, the others after some mails: while one comes, is stored or is marked.
        wanted = there + chance.randint(1, 14) if kill % 10 else there
        until(lambda wanted=wanted: InboundMail.objects.count() >= wanted, 2)
        time.sleep(chance.uniform(0, 0.05))
        os.kill(pid, signal.SIGKILL)
        in_the_middle += there < InboundMail.objects.count() < kill // 10 * 100 + 100
    pid = another()
    assert until(lambda: InboundMail.objects.count() == MAILS and all(dovecot.flags(user=user)), 60)
    os.kill(pid, signal.SIGKILL)
    fetcher.stdin.close()
    fetcher.wait(10)

    assert Counter(bytes(mail.raw) for mail in InboundMail.objects.all()) == Counter(mails)
    while InboundMail.objects.to_file().exists():
        intake.file_all(now=datetime.now(UTC))
    assert (Ticket.objects.count(), Message.objects.filter(direction="in").count()) == (MAILS, MAILS)
    for ticket in Ticket.objects.filter(unplanned=True):
        followups.plan(ticket, now=datetime.now(UTC))
    for followup in FollowUp.objects.due(datetime.now(UTC)):
        followups.carry_out(followup, now=datetime.now(UTC))
    confirmed = Counter(Delivery.objects.filter(purpose="acknowledgement").values_list("recipient", flat=True))
    assert (len(confirmed), max(confirmed.values())) == (MAILS, 1)
    print(f"{KILLS} kills, {in_the_middle} of them with some of the mails here and some not")
    assert in_the_middle > KILLS // 4
