"""The words of a mail that did not arrive are sent again by a person, as a mail of its own."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from followups import tasks as followups
from followups.models import CallTask
from mail.models import Delivery
from people.models import Customer
from standards.terms import Kind
from tests import make
from tests.make import MONDAY_9AM, hours
from tests.tickets.test_not_reached import AN_HOUR_LATER, TWO_DAYS_LATER, comes_back, rows, written
from tickets.actions import attachments, conversation, repeating, settling
from tickets.actions.attachments import Brought
from tickets.actions.conversation import NextDate
from tickets.models import Commitment, Draft, Message

pytestmark = pytest.mark.django_db
AFTERWARDS = TWO_DAYS_LATER + hours(1)
AHEAD = NextDate(contact_by=MONDAY_9AM + timedelta(days=9))


@pytest.fixture
def ticket():
    make.organisation(support_address="support@example.test")
    make.standard(window_minutes=240)
    return make.ticket(customer=make.customer(name="Ana Kovač", email="ana@example.test"))


def send_again(message: Message, **more) -> Message:
    return repeating.send_again(message, **{"by": message.ticket.team.lead, "now": AFTERWARDS, **more})


def ends(message: Message, state: str, at=AN_HOUR_LATER, **fields) -> None:
    Delivery.objects.filter(pk=message.delivery_id).update(state=state, ended_at=at, **fields)
    settling.settle_all(now=at)


def test_it_is_another_mail_for_servers_and_meets_what_is_owed_again(ticket):
    first = written(ticket, AHEAD)
    comes_back(first)
    again = send_again(first, anyway=True)
    ends(again, "sent", at=AFTERWARDS)
    assert (again.body, again.repeats, again.delivery.body) == (first.body, first, first.delivery.body)
    for name in ("mailbox", "sender_name", "subject", "purpose", "about", "references"):
        assert getattr(again.delivery, name) == getattr(first.delivery, name), name
    assert again.delivery.key != first.delivery.key
    assert again.delivery.message_id != first.delivery.message_id
    assert rows(ticket, Kind.FIRST_RESPONSE)[-1] == ("ended", "kept_late", False)
    # The next date that it tells was recorded when it left for the first time.
    assert ticket.commitments.filter(kind=Kind.UPDATE).count() == 1
    assert not Delivery.objects.in_trouble().exists()


def test_to_an_address_from_which_mail_comes_back_it_leaves_only_anyway(ticket):
    first = written(ticket, AHEAD)
    comes_back(first)
    with pytest.raises(ValidationError, match="does not know this address"):
        send_again(first)
    assert Message.objects.filter(repeats=first).count() == 0
    Customer.objects.update(email="ana.kovac@example.test")
    assert send_again(first).delivery.recipient == "ana.kovac@example.test"


def test_once_is_once(ticket):
    key = uuid4()
    first = written(ticket, AHEAD)
    comes_back(first)
    again = send_again(first, anyway=True, key=key)
    assert send_again(first, anyway=True, key=key) == again
    with pytest.raises(ValidationError, match="already"):
        send_again(first, anyway=True)
    with pytest.raises(ValidationError, match="does not know this address"):
        conversation.reply(ticket, "And this.", AHEAD, by=again.author, now=AFTERWARDS)


def test_one_that_failed_does_all_that_it_says_once_it_leaves(ticket):
    first = conversation.reply(ticket, "Hello.", AHEAD, by=ticket.team.lead, now=AN_HOUR_LATER)
    ends(first, "failed", reason="554 5.7.1 no")
    assert Draft.objects.exists()
    again = send_again(first)
    assert not Draft.objects.exists()
    ends(again, "sent", at=AFTERWARDS)
    assert Commitment.objects.get(kind=Kind.UPDATE).due_at == AHEAD.contact_by


def test_of_which_nothing_is_known_counts_as_lost(ticket):
    first = conversation.reply(ticket, "Hello.", AHEAD, by=ticket.team.lead, now=AN_HOUR_LATER)
    Delivery.objects.filter(pk=first.delivery_id).update(state="unknown")
    send_again(first)
    first.refresh_from_db()
    assert (first.delivery.state, first.unsettled) == ("failed", False)
    assert first.delivery.reason.startswith("Sent again by")


def test_its_files_go_along(ticket):
    first = written(ticket, AHEAD)
    attachments.attach(first, [Brought("plan.pdf", "application/pdf", ContentFile(b"plan", name="x"))])
    comes_back(first)
    again = send_again(first, anyway=True)
    assert [file.name for file in again.delivery.enclosures.all()] == ["plan.pdf"]
    assert again.attachments.get().file.name == first.attachments.get().file.name


def test_words_that_name_a_time_that_has_passed_are_written_anew(ticket):
    first = written(ticket, NextDate(contact_by=MONDAY_9AM + hours(30)))
    comes_back(first)
    with pytest.raises(ValidationError, match="has passed"):
        send_again(first, anyway=True)


def test_what_arrived_as_far_as_is_known_is_not_sent_again(ticket):
    with pytest.raises(ValidationError, match="has arrived"):
        send_again(written(ticket, AHEAD))


def test_a_mail_that_does_not_come_back_ends_the_search_for_another_way(ticket, time_machine):
    time_machine.move_to(TWO_DAYS_LATER, tick=False)
    first = written(ticket, AHEAD)
    comes_back(first)
    followups.plan()
    task = CallTask.objects.get()
    assert (task.message, task.why, list(CallTask.objects.to_make())) == (first, "mail_failed", [task])
    ends(send_again(first, anyway=True), "sent", at=AFTERWARDS)
    assert not CallTask.objects.to_make().exists()
