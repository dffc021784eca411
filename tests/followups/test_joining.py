"""What was planned on a ticket goes on where the ticket lives on after it was merged."""

import pytest

from followups.actions import calls, followups, updates
from followups.models import FollowUp
from mail.models import Delivery
from standards.terms import Kind
from tests import make
from tests.make import MONDAY_9AM, hours
from tickets.actions import conversation, merging
from tickets.actions.conversation import NextDate
from tickets.models import Draft

pytestmark = pytest.mark.django_db
NOW = MONDAY_9AM + hours(1)


def two():
    customer = make.customer(phone="091 555")
    return make.ticket(customer=customer), make.ticket(customer=customer)


def merge(ticket, into, now=NOW):
    followups.plan(merging.merge(ticket, into, by=into.team.lead, now=now), now=now)


def test_a_draft_and_what_it_is_for_come_along():
    older, newer = two()
    owed = make.promise(newer, kind=Kind.UPDATE, due=MONDAY_9AM + hours(2))
    followup = updates.prepare(owed, now=MONDAY_9AM + hours(1.8))
    merge(newer, older, now=MONDAY_9AM + hours(1.9))
    followup.refresh_from_db()
    assert (followup.ticket, followup.state) == (older, FollowUp.State.DRAFTED)
    assert Draft.objects.get().ticket == older


def test_a_confirmation_that_was_not_sent_is_sent_once_for_each_ticket():
    older, newer = two()
    for one in (older, newer):
        followups.plan(one, now=MONDAY_9AM)
    merge(newer, older)
    assert list(older.followups.values_list("step", "cycle")) == [("acknowledgement", 1), ("acknowledgement", 2)]
    assert not newer.followups.exists()


def _unreached(ticket):
    written = conversation.reply(
        ticket, "We come.", NextDate(contact_by=NOW + hours(4)), by=ticket.team.lead, now=MONDAY_9AM
    )  # fmt: skip
    return calls.ask_for_one(ticket, message=written, now=MONDAY_9AM)


def test_a_call_that_is_owed_is_owed_once_where_the_ticket_lives_on():
    older, newer = two()
    theirs = _unreached(newer)
    merge(newer, older)
    theirs.refresh_from_db()
    assert (theirs.ticket, theirs.ended_at) == (older, None)
    third = make.ticket(customer=older.customer)
    another = _unreached(third)
    merge(third, older)
    another.refresh_from_db()
    assert another.not_needed_because


def test_a_mail_that_waits_is_stopped_by_what_happens_where_the_ticket_lives_on():
    older, newer = two()
    sent = followups.carry_out(followups.plan(newer, now=MONDAY_9AM), now=MONDAY_9AM)
    merge(newer, older)
    conversation.reply(older, "We come.", NextDate(contact_by=NOW + hours(4)), by=older.team.lead, now=NOW)
    mail = sent.delivery
    mail.refresh_from_db()
    assert mail.state == Delivery.State.CANCELLED
