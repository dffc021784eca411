"""I31: two machines answered each other all night; the other one said nothing in its headers of being one.

Four brakes, each of which stops such a pair by itself: what the headers say, our own mail known by its signature,
so many automatic mails to one address, and none at all for a further message on one ticket.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from followups import tasks
from mail.building import Letter, build
from mail.models import Delivery
from standards.terms import Kind
from tests import make
from tests.mail.letters import letter
from tests.make import MONDAY_9AM, hours
from tests.tickets.arriving import arrives
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
Machine = Callable[[bytes, str, int], bytes]


def says_so(ours: bytes, reply_to: str, number: int) -> bytes:
    """By its headers alone: it writes to the support address, without reference to anything of ours."""
    return letter(f"Away {number}", sender="robot@example.test", auto_submitted="auto-replied")


def sends_our_own_back(ours: bytes, reply_to: str, number: int) -> bytes:
    """Under its own name and id, and without our word that a machine wrote it."""
    gone = rb"(?im)^(Auto-Submitted|X-Auto-Response-Suppress|Message-ID|From|To|Reply-To|References|In-Reply-To):.*\r\n"
    head = f"From: robot@example.test\r\nTo: support@example.test\r\nMessage-ID: <{number}@robot.test>\r\n"
    return head.encode() + re.sub(gone, b"", ours)


def says_nothing(ours: bytes, reply_to: str, number: int) -> bytes:
    """Like a person with something new each time."""
    return letter(f"New {number}", sender="robot@example.test", message_id=f"<{number}@robot.test>")


def answers_to_the_ticket(ours: bytes, reply_to: str, number: int) -> bytes:
    """Like a person who answers each of our mails."""
    return letter(f"Re {number}", sender="robot@example.test", to=reply_to, message_id=f"<{number}@robot.test>")


def automatic_mails(machine: Machine, time_machine) -> int:
    """How many we send in a day, each answered by `machine` a minute later; it starts like a person."""
    make.organisation(support_address="support@example.test")
    make.standard(kind=Kind.ACKNOWLEDGE, name="Acknowledgement", window_minutes=30)
    make.standard()
    raw, now, sent = letter("Hello.", sender="robot@example.test"), MONDAY_9AM, 0
    for number in range(12):
        now += hours(1 / 60)
        time_machine.move_to(now, tick=False)
        arrives(raw, at=now)
        tasks.plan()
        tasks.carry_out()
        mails = list(Delivery.objects.filter(automatic=True).order_by("pk"))
        if len(mails) == sent:
            break
        sent = len(mails)
        Delivery.objects.filter(pk=mails[-1].pk).update(state="sent", ended_at=now)
        mail = build(mails[-1], now=now)
        raw = machine(Letter.of(mail).content, mail.reply_to[0], number)
    return sent


@pytest.mark.parametrize(
    ("machine", "most"),
    [(says_so, 1), (sends_our_own_back, 1), (says_nothing, 3), (answers_to_the_ticket, 1)],
    ids=["what headers say", "our own mail", "so many to one address", "one for a ticket"],
)
def test_each_brake_alone_ends_it(machine, most, time_machine):
    assert 1 <= automatic_mails(machine, time_machine) <= most
    assert Ticket.objects.count() <= most + 1
