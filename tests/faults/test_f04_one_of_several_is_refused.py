"""F04. The server refuses one of several recipients for good, and takes the others.

Elsewhere one bad address held up the mail of all, or the refusal stood in a log that nobody reads
while the ticket said "answered". Here each recipient is a mail of its own: the others leave; on the
one that was refused the promise is still owed and says why, its author has the text again, and
somebody is asked to call.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from desk import ticket_page
from followups import tasks as followups
from followups.models import CallTask
from mail import sending
from mail.models import Delivery, Suppression
from tests import make
from tests.mail.post_office import PostOffice
from tests.make import MONDAY_9AM
from tickets.actions import conversation, settling
from tickets.actions.conversation import NextDate
from tickets.models import Draft, Message

pytestmark = pytest.mark.django_db
LEAVES = MONDAY_9AM + conversation.HOLD
NEXT = NextDate(contact_by=MONDAY_9AM + timedelta(days=1))


@pytest.fixture
def office(settings) -> Iterator[PostOffice]:
    office = PostOffice()
    office.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", office.port
    yield office
    office.stop()


def written_to(*names: str) -> dict[str, Message]:
    """One answer each, on a ticket of their own."""
    make.standard(window_minutes=240)
    found = {}
    for name in names:
        customer = make.customer(name=name, email=f"{name.lower()}@example.test", phone="01 555 0198")
        ticket = make.ticket(customer=customer)
        found[name] = conversation.reply(ticket, f"Hello {name}.", NEXT, by=ticket.team.lead, now=MONDAY_9AM)
    return found


@pytest.mark.parametrize("at", ["RCPT", "DATA"])
@pytest.mark.parametrize(
    ("answer", "says", "stops"),
    [
        ("550 5.1.1 no such user", "does not know this address", True),
        ("552 5.2.2 mailbox full", "is full", False),
        ("553 no", "does not know this address", False),
        ("554 5.7.1 we do not like you", "refuses mail from us", False),
    ],
)
def test_the_others_get_theirs_and_what_was_refused_says_why(office, at, answer, says, stops):
    office.says(answer, at=at, to="ana@example.test")
    messages = written_to("Mia", "Ana", "Iva")
    assert sending.send_due(now=LEAVES) == 2
    assert sorted(office.recipients) == ["iva@example.test", "mia@example.test"]
    settling.settle_all(now=LEAVES)
    followups.plan()

    states = {name: Delivery.objects.get(message=message).state for name, message in messages.items()}
    assert states == {"Mia": "sent", "Ana": "failed", "Iva": "sent"}
    ana = messages["Ana"].ticket
    (line,) = ticket_page.read(ana, user=ana.team.lead, now=LEAVES, zone="Europe/Zagreb").open_lines
    assert line.stage == "on_track"
    assert says in line.not_reached
    assert Draft.objects.get().ticket == ana
    assert CallTask.objects.get().ticket == ana
    assert Suppression.objects.exists() == stops
    sending.send_due(now=LEAVES + timedelta(days=5))
    assert office.recipients.count("ana@example.test") == 0
