"""F21: programs answer our mail by themselves: away until Monday, a delivery report, a challenge, a list's digest.

Elsewhere such an answer opened a ticket again, stopped its clock as if the customer had spoken, or got an answer
that was answered in turn. Here it stands in the conversation, labelled, and moves nothing; elsewhere it is parked.
"""

from __future__ import annotations

import pytest

from followups import tasks
from mail.models import Delivery, InboundMail
from tests import make
from tests.mail.responders import answers
from tests.make import MONDAY_9AM, hours
from tests.tickets import arriving
from tests.tickets.arriving import LATER, answered, arrives, everything, reply_to
from tickets.actions.conversation import NextDate
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
KINDS = list(answers())
NEXT = {
    "we wait for the customer": NextDate(wait_until=MONDAY_9AM + hours(50)),
    "we promised a date": NextDate(contact_by=MONDAY_9AM + hours(30)),
    "it is resolved": NextDate(resolves=True),
}


@pytest.mark.parametrize("next_date", NEXT)
def test_to_the_address_that_we_gave_it_moves_nothing(next_date, time_machine):
    ticket = arriving.anas_ticket()
    answered(ticket, NEXT[next_date])
    before = everything(ticket)
    for name, raw in answers(reply_to(ticket)).items():
        mail = arrives(raw)
        assert mail.state in {InboundMail.State.FILED, InboundMail.State.PARKED}, name
        assert everything(ticket) == before, name
    assert not ticket.messages.filter(inbound__isnull=False, human=True).exists()
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("name", KINDS)
def test_without_our_address_it_opens_nothing_and_is_not_answered(name, time_machine):
    make.organisation(support_address="support@example.test")
    mail = arrives(answers()[name])
    assert (mail.state, bool(mail.why_parked)) == (InboundMail.State.PARKED, True)
    assert not Ticket.objects.exists()
    time_machine.move_to(LATER, tick=False)
    tasks.plan()
    tasks.carry_out()
    assert not Delivery.objects.exists()


def test_there_are_enough_kinds():
    assert len(KINDS) >= 14
