"""Progress updates are prepared in time, from facts; a person finishes and sends them."""

import pytest
from django.core.exceptions import ValidationError

from followups.actions import updates
from followups.models import FollowUp
from standards.terms import Kind
from tests import make
from tests.followups.playing import accepted
from tests.make import MONDAY_9AM, hours, zagreb
from tickets.actions import conversation, notes, tickets
from tickets.actions.conversation import NextDate
from tickets.models import Commitment, Draft, Message, Ticket

pytestmark = pytest.mark.django_db
State = FollowUp.State
TOLD = zagreb("2026-11-24 15:00")
SOON = zagreb("2026-11-24 14:00")


def promised(**fields):
    """On Monday at nine the owner wrote: you hear from us by Tuesday at three. Returns that commitment."""
    owner = make.user(name="Ivana Perić")
    ticket = make.ticket(owner=owner, **fields)
    said = conversation.reply(ticket, "We look at it.", NextDate(contact_by=TOLD), by=owner, now=MONDAY_9AM)
    accepted(said.delivery, at=MONDAY_9AM)
    return ticket.commitments.get(kind=Kind.UPDATE)


def prepared(update, now=SOON):
    return [updates.prepare(one, now=now) for one in updates.due_soon(now)]


def test_a_draft_is_prepared_when_the_update_is_due_soon():
    update = promised()
    assert prepared(update, now=zagreb("2026-11-23 12:00")) == []
    (followup,) = prepared(update)
    assert (followup.state, followup.commitment) == (State.DRAFTED, update)
    draft = Draft.objects.get()
    assert (draft.author, draft.fields) == (update.accountable, {"prepared_for": update.pk})


def test_it_is_prepared_once_for_each_commitment():
    update = promised()
    prepared(update)
    Draft.objects.all().delete()
    assert prepared(update, now=zagreb("2026-11-24 14:30")) == []
    assert updates.prepare(update, now=SOON) is None


def test_it_tells_facts_and_never_a_word_of_a_note():
    update = promised(customer=make.customer(name="Ana Kovač"))
    ticket = update.ticket
    make.promise(ticket, at=MONDAY_9AM, due=zagreb("2026-11-26 12:00"), words="The pump is replaced.")
    notes.note(ticket, "She is angry, and the pump is lost.", by=ticket.owner, now=MONDAY_9AM + hours(1))
    conversation.receive(ticket, "Any news?", channel="mail", at=MONDAY_9AM + hours(2), now=MONDAY_9AM + hours(2))
    conversation.log_call(
        ticket, "Nobody there", Message.Result.NOT_REACHED, None, by=ticket.owner, now=MONDAY_9AM + hours(3)
    )
    prepared(update)
    body = Draft.objects.get().body
    assert body.startswith("Hello Ana Kovač,")
    assert "Monday 23 November 2026, 11:00 (Zagreb time): you wrote to us." in body
    assert "Monday 23 November 2026, 12:00 (Zagreb time): we tried to call you." in body
    assert "What we promise: The pump is replaced, by Thursday 26 November 2026, 12:00 (Zagreb time)." in body
    assert body.endswith("Ivana Perić")
    assert "angry" not in body


def test_a_draft_fulfils_nothing():
    update = promised()
    prepared(update)
    update.refresh_from_db()
    assert update.state == Commitment.State.RUNNING
    assert Message.objects.filter(human=False).count() == 0


def test_a_text_with_blanks_does_not_leave():
    update = promised()
    prepared(update)
    with pytest.raises(ValidationError, match="Fill in"):
        conversation.reply(
            update.ticket, Draft.objects.get().body, NextDate(resolves=True), by=update.accountable, now=SOON
        )


def test_whoever_writes_already_is_not_disturbed():
    update = promised()
    notes.save_draft(update.ticket, "reply", "Hello", {}, by=update.accountable, now=SOON)
    (skipped,) = prepared(update)
    assert (skipped.state, skipped.reason) == (State.SKIPPED, "Ivana Perić is writing to the customer already.")
    assert Draft.objects.get().body == "Hello"


def test_while_we_wait_for_the_customer_nothing_is_prepared():
    update = promised()
    Ticket.objects.update(state=Ticket.State.WAITING_ON_CUSTOMER)
    assert prepared(update)[0].reason == "We wait for the customer."


def test_what_is_overdue_needs_more_than_news():
    update = promised()
    assert prepared(update, now=TOLD + hours(1)) == []


def test_an_untouched_draft_goes_with_its_reason_to_be():
    update = promised()
    (followup,) = prepared(update)
    said = conversation.reply(
        update.ticket, "It is done.", NextDate(resolves=True), by=make.user(), now=zagreb("2026-11-24 14:10")
    )
    assert updates.finish(followup, now=SOON).state == State.DRAFTED
    accepted(said.delivery, at=zagreb("2026-11-24 14:11"))
    assert list(FollowUp.objects.drafts_to_finish()) == [followup]
    assert updates.finish(followup, now=zagreb("2026-11-24 14:12")).state == State.DONE
    assert not Draft.objects.exists()


def test_a_draft_that_somebody_made_their_own_stays():
    update = promised()
    (followup,) = prepared(update)
    notes.save_draft(update.ticket, "reply", "My own words", {"next": ""}, by=update.accountable, now=SOON)
    tickets.resolve(update.ticket, at=SOON, now=SOON, by=None)
    updates.finish(followup, now=SOON)
    assert Draft.objects.get().body == "My own words"
