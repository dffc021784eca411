"""What a word does, and when it counts."""

from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from mail.models import Delivery
from standards.terms import Clock, Kind
from tests import make
from tests.make import MONDAY_9AM, hours, zagreb
from tickets.actions import conversation, pauses, settling
from tickets.actions.conversation import NextDate, Told
from tickets.models import Commitment, Draft, Message, Ticket

pytestmark = pytest.mark.django_db
Outcome = Commitment.Outcome
AT_TEN = zagreb("2026-11-23 10:00")
AT_ELEVEN = zagreb("2026-11-24 11:00")


def accepted(message, at):
    """As if our mail server had taken the mail at `at`."""
    Delivery.objects.filter(pk=message.delivery_id).update(state=Delivery.State.SENT, ended_at=at)
    settling.settle_all(now=at + hours(0.01))


def not_sent(message, state=Delivery.State.FAILED, at=MONDAY_9AM):
    Delivery.objects.filter(pk=message.delivery_id).update(state=state, ended_at=at, reason="550 no such mailbox")
    settling.settle_all(now=at + hours(0.01))


def reply(ticket, next_date=None, at=AT_TEN, **more):
    next_date = next_date or NextDate(contact_by=AT_ELEVEN)
    return conversation.reply(ticket, "We have ordered the part.", next_date, by=ticket.team.lead, now=at, **more)


def test_a_reply_on_an_open_ticket_needs_a_next_date():
    ticket = make.ticket()
    with pytest.raises(ValidationError, match="what happens next"):
        conversation.reply(ticket, "We are on it.", None, by=ticket.team.lead, now=MONDAY_9AM)
    assert not ticket.messages.filter(direction="out").exists()


@pytest.mark.parametrize(
    "next_date",
    [
        NextDate(contact_by=AT_ELEVEN),
        NextDate(wait_until=AT_ELEVEN),
        NextDate(resolves=True),
        NextDate(nothing_more_because="The customer only told us something"),
    ],
)
def test_each_of_the_four_answers_to_what_happens_next_lets_a_reply_go(next_date):
    assert reply(make.ticket(), next_date).unsettled


def test_two_answers_to_what_happens_next_are_refused():
    with pytest.raises(ValidationError, match="one thing"):
        reply(make.ticket(), NextDate(resolves=True, contact_by=AT_ELEVEN))


def test_a_reply_does_nothing_until_our_mail_server_accepts_it():
    make.standard()
    ticket = make.ticket()
    message = reply(ticket)
    settling.settle_all(now=MONDAY_9AM + hours(1))
    assert ticket.commitments.get().state == "running"
    accepted(message, MONDAY_9AM + hours(1.5))
    first = ticket.commitments.get(kind=Kind.FIRST_RESPONSE)
    assert (first.outcome, first.ended_at) == (Outcome.KEPT, MONDAY_9AM + hours(1.5))
    assert ticket.commitments.get(kind=Kind.UPDATE).due_at == AT_ELEVEN


def test_accepted_after_due_because_sending_was_down_is_late():
    make.standard(window_minutes=120)
    ticket = make.ticket()
    accepted(reply(ticket), MONDAY_9AM + hours(3))
    assert ticket.commitments.get(kind=Kind.FIRST_RESPONSE).outcome == Outcome.KEPT_LATE


def test_a_mail_that_did_not_leave_does_nothing_and_its_text_comes_back():
    make.standard()
    ticket = make.ticket()
    message = reply(ticket)
    not_sent(message)
    assert ticket.commitments.get().state == "running"
    draft = Draft.objects.get(ticket=ticket, author=message.author)
    assert (draft.body, draft.came_back_why) == ("We have ordered the part.", "550 no such mailbox")


def test_undo_takes_a_held_reply_back_as_a_draft():
    ticket = make.ticket()
    message = reply(ticket)
    assert conversation.undo(message, by=message.author, now=MONDAY_9AM + hours(1))
    message.delivery.refresh_from_db()
    assert message.delivery.state == Delivery.State.CANCELLED
    assert Draft.objects.get(ticket=ticket).body == "We have ordered the part."


def test_the_same_form_sent_twice_sends_one_mail():
    ticket, key = make.ticket(), uuid4()
    assert reply(ticket, key=key) == reply(ticket, key=key)
    assert Delivery.objects.count() == 1


def test_a_move_happens_when_its_message_is_accepted():
    promise = make.promise()
    told = Told(words="The part is ordered", due_at=AT_ELEVEN, moves=promise, reason="The supplier delivers on Tuesday")
    message = conversation.reply(promise.ticket, "Hello", None, told=[told], by=promise.made_by, now=MONDAY_9AM)
    promise.refresh_from_db()
    assert promise.state == "running"
    accepted(message, MONDAY_9AM + hours(1))
    promise.refresh_from_db()
    assert promise.outcome == Outcome.MOVED
    assert promise.replaced_by.due_at == AT_ELEVEN


def test_what_a_move_tells_stands_above_its_authors_name_and_in_the_customers_words():
    make.standard(kind=Kind.RESOLUTION, clock=Clock.WORKING_DAYS, window_days=3)
    ticket = make.ticket(customer=make.customer(language="hr"))
    owed, by = ticket.commitments.get(), ticket.team.lead
    told = Told(words="", due_at=AT_ELEVEN, moves=owed, reason="Dio kasni.")
    conversation.reply(ticket, f"Dobar dan,\n\n\n\n{by.name}\n", None, told=[told], by=by, now=MONDAY_9AM)
    greeting, moved, name, _page = Delivery.objects.get().body.split("\n\n")
    assert (greeting, name) == ("Dobar dan,", by.name)
    assert "Rješenje. Novi je rok:" in moved


def test_a_move_accepted_after_the_old_due_moves_nothing():
    promise = make.promise()
    told = Told(words="The part is ordered", due_at=AT_ELEVEN, moves=promise, reason="The supplier delivers on Tuesday")
    message = conversation.reply(promise.ticket, "Hello", None, told=[told], by=promise.made_by, now=MONDAY_9AM)
    accepted(message, promise.due_at)
    promise.refresh_from_db()
    assert promise.state == "running"
    assert message.promises.get().refused_why


def test_the_mail_tells_the_date_the_customer_was_promised():
    message = reply(make.ticket())
    assert "Tuesday 24 November 2026, 11:00 (Zagreb time)" in message.delivery.body


def test_a_reply_expires_before_it_could_promise_a_time_that_has_passed():
    assert reply(make.ticket()).delivery.expires_at == AT_ELEVEN


def test_the_hold_is_shorter_where_a_due_time_is_near():
    make.standard(window_minutes=120)
    ticket = make.ticket()
    due = ticket.commitments.get().due_at
    message = reply(ticket, at=due - hours(8 / 3600))
    assert message.delivery.next_at == due - hours(5 / 3600)
    at_once = reply(make.ticket(), at=due - hours(2 / 3600))
    assert at_once.delivery.next_at == due - hours(2 / 3600)


def test_what_the_customer_wrote_meanwhile_is_not_answered_by_it():
    make.standard(kind=Kind.FIRST_RESPONSE)
    make.standard(kind=Kind.NEXT_RESPONSE, name="Next response")
    ticket = make.ticket()
    message = reply(ticket, NextDate(resolves=True))
    crossed = MONDAY_9AM + hours(1.1)
    conversation.receive(ticket, "And the scanner too", channel="mail", at=crossed, now=crossed)
    accepted(message, MONDAY_9AM + hours(1.2))
    ticket.refresh_from_db()
    assert ticket.state == Ticket.State.OPEN
    assert ticket.commitments.get(kind=Kind.NEXT_RESPONSE).started_at == crossed


def test_only_a_question_that_went_out_stops_the_clock_and_the_answer_starts_it():
    make.standard(kind=Kind.RESOLUTION, clock=Clock.WORKING_DAYS, window_days=5)
    ticket = make.ticket()
    message = reply(ticket, NextDate(wait_until=zagreb("2026-11-27 09:00")))
    resolution = ticket.commitments.get(kind=Kind.RESOLUTION)
    assert resolution.state == "running"
    accepted(message, MONDAY_9AM + hours(2))
    resolution.refresh_from_db()
    ticket.refresh_from_db()
    assert (resolution.state, ticket.state) == ("paused", Ticket.State.WAITING_ON_CUSTOMER)
    answered = zagreb("2026-11-24 11:00")
    conversation.receive(ticket, "The blue one", channel="mail", at=answered, now=answered)
    resolution.refresh_from_db()
    assert resolution.state == "running"
    assert resolution.due_at == zagreb("2026-12-01 16:00")  # eight working hours later than 30 November


def test_resolving_keeps_the_resolution_and_asks_follow_ups_to_look():
    make.standard(kind=Kind.RESOLUTION)
    ticket = make.ticket()
    accepted(reply(ticket, NextDate(resolves=True)), MONDAY_9AM + hours(2))
    ticket.refresh_from_db()
    assert (ticket.state, ticket.unplanned) == (Ticket.State.RESOLVED, True)
    assert ticket.commitments.get(kind=Kind.RESOLUTION).outcome == Outcome.KEPT


def test_a_ticket_is_not_resolved_while_something_else_is_promised():
    promise = make.promise()
    with pytest.raises(ValidationError, match="Still promised"):
        reply(promise.ticket, NextDate(resolves=True))


def test_a_customers_message_opens_a_resolved_ticket_again():
    make.standard(kind=Kind.NEXT_RESPONSE)
    ticket = make.ticket()
    accepted(reply(ticket, NextDate(resolves=True)), MONDAY_9AM + hours(2))
    back = zagreb("2026-11-25 09:00")
    conversation.receive(ticket, "It is broken again", channel="mail", at=back, now=back)
    ticket.refresh_from_db()
    assert ticket.is_open
    assert ticket.commitments.get(kind=Kind.NEXT_RESPONSE).started_at == back


def test_an_update_by_rule_starts_only_where_no_promised_one_comes_earlier():
    make.standard(kind=Kind.UPDATE, clock=Clock.WORKING_DAYS, window_days=2)
    early = make.ticket()
    accepted(reply(early), MONDAY_9AM + hours(2))
    assert [c.source for c in early.commitments.running()] == ["promise"]
    late = make.ticket()
    accepted(reply(late, NextDate(contact_by=zagreb("2026-11-27 11:00"))), MONDAY_9AM + hours(2))
    assert {c.source for c in late.commitments.running()} == {"promise", "standard"}


def test_a_call_that_reached_the_customer_counts_at_once():
    make.standard()
    ticket = make.ticket()
    conversation.log_call(
        ticket, "Told her about the part", Message.Result.REACHED, NextDate(contact_by=AT_ELEVEN),
        by=ticket.team.lead, now=MONDAY_9AM + hours(1),
    )  # fmt: skip
    assert ticket.commitments.get(kind=Kind.FIRST_RESPONSE).outcome == Outcome.KEPT
    assert ticket.commitments.get(kind=Kind.UPDATE).due_at == AT_ELEVEN


def test_a_call_that_did_not_reach_the_customer_keeps_nothing():
    make.standard()
    ticket = make.ticket()
    conversation.log_call(ticket, "No answer", Message.Result.NOT_REACHED, None, by=ticket.team.lead, now=MONDAY_9AM)
    assert ticket.commitments.get().state == "running"


def test_only_a_receipt_keeps_no_response():
    make.standard()
    ticket = make.ticket()
    accepted(reply(ticket, only_a_receipt=True), MONDAY_9AM + hours(2))
    assert ticket.commitments.get(kind=Kind.FIRST_RESPONSE).state == "running"


def test_two_replies_in_quick_succession_leave_nothing_owed_on_a_resolved_ticket():
    make.standard(kind=Kind.RESOLUTION)
    ticket = make.ticket()
    first = reply(ticket, at=MONDAY_9AM + hours(1))
    second = reply(ticket, NextDate(resolves=True), at=MONDAY_9AM + hours(1.001))
    accepted(first, MONDAY_9AM + hours(1.01))
    accepted(second, MONDAY_9AM + hours(1.02))
    ticket.refresh_from_db()
    assert not ticket.is_open
    assert not ticket.commitments.open().exists()


def test_what_was_told_on_a_call_after_a_mail_said_solved_counts_and_the_ticket_stays_open():
    make.standard(kind=Kind.RESOLUTION)
    ticket = make.ticket()
    solved = reply(ticket, NextDate(resolves=True))
    Delivery.objects.filter(pk=solved.delivery_id).update(state="sent", ended_at=MONDAY_9AM + hours(1.1))
    later = Told("It is solved", MONDAY_9AM + hours(30), moves=ticket.commitments.get(), reason="The part is late")
    conversation.log_call(
        ticket, "It is not solved yet.", Message.Result.REACHED, None, told=[later], by=ticket.team.lead,
        now=MONDAY_9AM + hours(1.2), consent=True,
    )  # fmt: skip
    settling.settle_all(now=MONDAY_9AM + hours(2))
    ticket.refresh_from_db()
    assert ticket.is_open
    assert ticket.commitments.open().get(kind=Kind.RESOLUTION).due_at == MONDAY_9AM + hours(30)
    assert ticket.events.filter(kind="message.did_not_resolve").count() == 1


def test_a_ticket_without_a_clock_to_stop_waits_no_longer_than_it_said():
    ticket = make.ticket()
    accepted(reply(ticket, NextDate(wait_until=zagreb("2026-11-25 09:00"))), MONDAY_9AM + hours(2))
    pauses.end_those_run_out(now=zagreb("2026-11-25 08:59"))
    assert Ticket.objects.get(pk=ticket.pk).state == Ticket.State.WAITING_ON_CUSTOMER
    pauses.end_those_run_out(now=zagreb("2026-11-25 09:00"))
    assert Ticket.objects.get(pk=ticket.pk).state == Ticket.State.OPEN
