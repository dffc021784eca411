"""F20: ten thousand mails within ten minutes, of one sender or of as many different ones.

Elsewhere an alarm that went mad made thousands of tickets and answered each. Here what is over the limit of one sender
is kept and waits for one decision; the mailboxes of others go on, and the list of what waits stays quick.
"""

from __future__ import annotations

from datetime import timedelta
from time import monotonic

import pytest

from followups import tasks
from mail import inbound
from mail.models import Delivery, InboundMail, Mailbox
from people.models import Organisation
from standards.terms import Kind
from tests import make
from tests.desk.looking import signed_in
from tests.mail.letters import letter
from tests.make import MONDAY_9AM
from tickets.actions import intake
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
MAILS = 10_000
SPAN = timedelta(minutes=10)
ONE_RUN = 60.0


@pytest.fixture(autouse=True)
def _organisation():
    make.organisation(support_address="support@example.test")
    make.standard(kind=Kind.ACKNOWLEDGE, clock="wall", window_minutes=15, name="Confirmation")
    make.standard()


def flood(sender: str, number: int) -> None:
    box = inbound.support_mailbox()
    assert box is not None
    for first in range(0, number, 500):
        InboundMail.objects.bulk_create(
            InboundMail(
                mailbox=box, raw=letter(f"Alarm {place}", sender=sender.format(place)),
                sha256=place.to_bytes(32), received_at=MONDAY_9AM + SPAN * place / number,
            )
            for place in range(first, min(first + 500, number))
        )  # fmt: skip


def filed(now) -> float:
    """Everything looked at, run by run as the worker does; the seconds it took."""
    began = monotonic()
    while intake.file_all(now=now):
        pass
    return monotonic() - began


def seconds_for(desk, path: str) -> float:
    began = monotonic()
    assert desk.get(path).status_code == 200
    return monotonic() - began


def test_of_one_sender_most_wait_in_one_group_for_one_decision(time_machine):
    flood("Alarm <alarm@example.test>", MAILS)
    other = Mailbox.objects.create(name="Bills", address="bills@example.test", team=make.team())
    inbound.ingest(letter("My bill", sender="ben@example.test"), mailbox=other, now=MONDAY_9AM)
    intake.file_all(now=MONDAY_9AM + SPAN)
    assert Ticket.objects.filter(team=other.team).exists(), "another mailbox waits for the flood"
    took = filed(MONDAY_9AM + SPAN)
    states = InboundMail.objects.filter(mailbox=inbound.support_mailbox())
    held = states.held_back().count()
    tickets = states.filter(state=InboundMail.State.FILED).count()
    assert held + tickets == MAILS
    assert tickets <= 600
    desk = signed_in(Organisation.objects.the().default_team.lead)
    assert f"{held} more mails" in desk.get("/desk/parked-mail/").content.decode()
    assert min(seconds_for(desk, "/desk/parked-mail/") for _ in range(5)) < 1
    time_machine.move_to(MONDAY_9AM + SPAN, tick=False)
    tasks.plan()
    tasks.carry_out()
    assert Delivery.objects.filter(automatic=True, recipient="alarm@example.test").count() <= 3
    print(f"\n{MAILS} mails of one sender: {tickets} tickets, {held} held back, in {took:.0f} s")


def test_of_as_many_senders_each_is_a_ticket():
    flood("Customer <customer{}@example.test>", 2_000)
    took = filed(MONDAY_9AM + SPAN)
    assert Ticket.objects.count() == 2_000
    print(f"\n2,000 mails of as many senders: {took:.0f} s")
