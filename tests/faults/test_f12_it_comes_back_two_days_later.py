"""F12. The server accepts a mail, and two days later reports that it could not be delivered.

Elsewhere such reports opened tickets of their own, were answered by machines, or went unread while
the answer counted as given and reminders went on to an address that takes nothing. Here the report is
believed where only the mail's own receivers could send it: what the mail had kept is owed again with
its first times, nothing more leaves to that address, and whoever answers for it is asked to call.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from compliance import audit
from followups import tasks as followups
from followups.models import CallTask, FollowUp
from mail import inbound, sending
from mail.models import Delivery, Suppression
from standards.terms import Kind
from tests import make
from tests.desk.looking import page
from tests.mail.letters import report
from tests.mail.post_office import PostOffice
from tests.make import MONDAY_9AM, hours
from tickets import tasks
from tickets.actions import conversation
from tickets.actions.conversation import NextDate
from tickets.models import Commitment, Ticket

pytestmark = pytest.mark.django_db
RETURNS = MONDAY_9AM + timedelta(days=2, hours=3)


@pytest.fixture
def office(settings) -> Iterator[PostOffice]:
    office = PostOffice()
    office.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", office.port
    yield office
    office.stop()


def the_worker_looks() -> None:
    tasks.file_mail()
    tasks.warn()
    followups.plan()
    followups.carry_out()
    sending.send_due()
    tasks.settle_messages()
    followups.finish()


@pytest.mark.parametrize("phone", ["01 555 0198", ""])
def test_from_accepted_to_owed_again(office, phone):
    make.organisation(support_address="support@example.test")
    make.standard(window_minutes=240)
    make.standard(kind=Kind.RESOLUTION, window_minutes=960, name="Resolution")
    ticket = make.ticket(customer=make.customer(name="Ana Kovač", email="ana@example.test", phone=phone))
    lead = ticket.team.lead
    with time_machine.travel(MONDAY_9AM, tick=False) as clock:
        clock.move_to(MONDAY_9AM + hours(1))
        message = conversation.reply(
            ticket, "It is mended.", NextDate(resolves=True), by=lead, now=MONDAY_9AM + hours(1)
        )
        Delivery.objects.filter(pk=message.delivery_id).update(next_at=MONDAY_9AM)
        clock.move_to(MONDAY_9AM + hours(1.5))
        sending.send_due(now=MONDAY_9AM + hours(1.5))
        the_worker_looks()
        (sent,) = office.taken
        ticket.refresh_from_db()
        assert ticket.state == Ticket.State.RESOLVED
        assert {followup.state for followup in FollowUp.objects.all()} == {FollowUp.State.SCHEDULED}

        clock.move_to(RETURNS)
        said = "550 5.1.1 <ana@example.test>: user unknown"
        inbound.ingest(report("failed", "5.1.1", said=said, to=sent.sender), now=RETURNS)
        the_worker_looks()

        owed = Commitment.objects.running().filter(ticket=ticket)
        assert {row.kind for row in owed} == {Kind.FIRST_RESPONSE, Kind.RESOLUTION}
        assert all(row.follows.voided_at == RETURNS and row.due_at == row.follows.due_at for row in owed)
        assert {followup.state for followup in FollowUp.objects.all()} == {FollowUp.State.SKIPPED}
        assert CallTask.objects.get().message == message
        assert Ticket.objects.get().is_open
        assert not list(audit.run(RETURNS))

        # To the customer nothing has left, and nothing will.
        clock.move_to(RETURNS + timedelta(days=20))
        the_worker_looks()
        assert office.recipients.count("ana@example.test") == 1
        assert Suppression.objects.get().cause == Suppression.Cause.BOUNCED

        clock.move_to(RETURNS)
        shown = page(lead, reverse("desk:ticket", args=[ticket.number]))
        assert "The customer was not reached" in shown
        assert "The other mail server does not know this address." in shown
        assert ("Log the call" in shown) == bool(phone)
        assert ("Find another way to reach Ana Kovač" in shown) == (not phone)
        assert "owed again: the customer was not reached" in page(lead, reverse("desk:horizon"))
