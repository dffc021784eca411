"""What one event does to everything else that is owed: the table of the design, row by row."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from compliance import audit
from mail import addresses
from mail.models import Delivery
from people.terms import Channel
from portal import links
from standards.actions import standards
from standards.terms import Kind
from tests import make
from tests.make import MONDAY_9AM, hours
from tests.trails import differing
from tickets.actions import (
    conversation,
    handover,
    merging,
    other_customer,
    setting_aside,
    settling,
    shared_delays,
    splitting,
    thanks,
)
from tickets.actions import tickets as actions
from tickets.actions.conversation import NextDate, Told
from tickets.actions.writing import Left
from tickets.models import Commitment, Event, Ticket
from tickets.thanks import reads_like_thanks

pytestmark = pytest.mark.django_db
NOW = MONDAY_9AM + hours(2)
Outcome = Commitment.Outcome


@pytest.fixture(autouse=True)
def nothing_is_out_of_order():
    yield
    assert not list(audit.run(NOW))
    assert not list(differing(Commitment.objects.all()))


def resolving(ticket, left=None, by=None):
    """The reply that says so, not yet accepted."""
    return conversation.reply(
        ticket, "It prints again.", NextDate(resolves=True, left=left or {}), by=by or ticket.team.lead, now=NOW
    )  # fmt: skip


def accepted(message, at=NOW + timedelta(seconds=10)):
    Delivery.objects.filter(pk=message.delivery_id).update(state=Delivery.State.SENT, ended_at=at)
    settling.settle(message, now=at)


# Resolved


def test_resolved_keeps_the_resolution_and_what_waited_for_a_word_of_ours():
    make.standard(kind=Kind.RESOLUTION, window_minutes=960)
    make.standard()
    ticket = make.ticket()
    update = make.promise(ticket, kind=Kind.UPDATE)
    accepted(resolving(ticket))
    update.refresh_from_db()
    assert update.outcome == Outcome.KEPT
    assert not ticket.commitments.open().exists()


def test_resolved_asks_about_each_promise_that_stays():
    ticket = make.ticket()
    part, visit = make.promise(ticket), make.promise(ticket, words="A technician comes", kind=Kind.CALLBACK)
    with pytest.raises(ValidationError, match="The part is ordered, A technician comes"):
        resolving(ticket)
    with pytest.raises(ValidationError, match=r"Still promised: A technician comes\."):
        resolving(ticket, {part.pk: Left.DONE})
    assert not ticket.messages.filter(direction="out").exists()
    part.refresh_from_db()
    assert part.state == "running"
    resolving(ticket, {part.pk: Left.DONE, visit.pk: Left.STAYS})


def test_resolved_ends_a_promise_that_is_done_keeps_one_that_stays_and_withdraws_when_the_customer_was_told():
    ticket = make.ticket()
    done, told, stays = make.promise(ticket), make.promise(ticket, words="A loan printer"), make.promise(ticket)
    answers = {done.pk: Left.DONE, told.pk: Left.WITHDRAWN, stays.pk: Left.STAYS}
    message = resolving(ticket, answers)
    told.refresh_from_db()
    assert told.state == "running", "nobody has been told yet"
    assert "No longer planned: A loan printer." in message.delivery.body
    accepted(message)
    for row in (done, told, stays):
        row.refresh_from_db()
    assert (done.outcome, told.outcome, stays.state) == (Outcome.KEPT, Outcome.WITHDRAWN, "running")


def test_resolved_withdraws_nothing_that_was_taken_back_and_nothing_overdue_without_a_lead():
    ticket = make.ticket()
    row = make.promise(ticket)
    message = resolving(ticket, {row.pk: Left.WITHDRAWN})
    conversation.undo(message, by=message.author, now=NOW)
    row.refresh_from_db()
    assert row.state == "running"
    late = make.promise(make.ticket(), due=NOW - hours(1))
    with pytest.raises(ValidationError, match="only the team's lead or a manager"):
        resolving(late.ticket, {late.pk: Left.WITHDRAWN}, by=make.user())


def test_resolved_leaves_a_promise_a_miss_that_fell_due_before_the_customer_was_told():
    agent = make.user()
    ticket = make.ticket()
    row = make.promise(ticket, due=NOW + timedelta(seconds=5))
    accepted(resolving(ticket, {row.pk: Left.WITHDRAWN}, by=agent))
    row.refresh_from_db()
    assert row.is_overdue(NOW + timedelta(seconds=10))
    assert Event.objects.filter(kind="withdrawal.refused", commitment=row).exists()


# Reopened


def reopened(after):
    make.standard(kind=Kind.RESOLUTION, window_minutes=960)
    ticket = make.ticket()
    actions.resolve(ticket, at=NOW, now=NOW, by=None)
    at = NOW + after
    conversation.receive(ticket, "It is broken again.", channel=Channel.MAIL, at=at, now=at)
    kept, again = ticket.commitments.filter(kind=Kind.RESOLUTION).order_by("pk")
    assert (again.follows, again.follows_why, kept.outcome) == (kept, "reopened", Outcome.KEPT)
    return again


def test_reopened_within_seven_days_gets_what_was_left_or_half_the_window():
    again = reopened(timedelta(days=1))
    # Fourteen of sixteen hours were left on Monday at eleven; it came back on Tuesday at eleven.
    assert again.due_at == make.zagreb("2026-11-26 09:00")


def test_reopened_later_gets_a_whole_window_and_stays_linked():
    again = reopened(timedelta(days=14))
    assert again.due_at == again.started_at + timedelta(days=2)


# The customer's "thanks"


def thanked(ticket, words="Thank you, it works!"):
    conversation.receive(ticket, words, channel=Channel.MAIL, at=NOW, now=NOW)
    return ticket.commitments.open().get(kind=Kind.NEXT_RESPONSE)


def test_thanks_owes_no_answer_where_a_person_says_so_and_owes_it_again_where_they_take_it_back():
    make.standard(kind=Kind.NEXT_RESPONSE)
    ticket = make.ticket()
    owed = thanked(ticket)
    thanks.no_reply_needed(owed, by=ticket.team.lead, now=NOW + hours(1))
    owed.refresh_from_db()
    assert owed.outcome == Outcome.WITHDRAWN
    thanks.reply_needed(owed, by=ticket.team.lead, now=NOW + hours(24))
    again = ticket.commitments.open().get(kind=Kind.NEXT_RESPONSE)
    assert (again.started_at, again.due_at) == (NOW, owed.due_at)
    with pytest.raises(ValidationError, match="within a day only"):
        thanks.reply_needed(owed, by=ticket.team.lead, now=NOW + hours(26))


def test_thanks_for_what_is_resolved_leaves_it_resolved_and_held():
    make.standard(kind=Kind.RESOLUTION)
    make.standard(kind=Kind.NEXT_RESPONSE)
    ticket = make.ticket()
    actions.resolve(ticket, at=NOW - hours(1), now=NOW - hours(1), by=None)
    owed = thanked(ticket)
    thanks.no_reply_needed(owed, by=ticket.team.lead, now=NOW)
    ticket.refresh_from_db()
    assert ticket.state == Ticket.State.RESOLVED
    assert not ticket.commitments.open().exists()
    assert ticket.commitments.get(follows_why="reopened").voided_at == NOW
    thanks.reply_needed(owed, by=ticket.team.lead, now=NOW + hours(1))
    ticket.refresh_from_db()
    assert ticket.is_open
    assert ticket.commitments.open().filter(kind=Kind.RESOLUTION).exists()


def test_thanks_is_only_ever_suggested_and_never_where_something_is_still_asked():
    assert reads_like_thanks("Hvala Vam, sve radi!")
    assert reads_like_thanks("Thanks a lot. Have a nice day")
    assert not reads_like_thanks("Thanks, but it still does not print.")
    assert not reads_like_thanks("Hvala. A kad dolazite?")
    make.standard(kind=Kind.NEXT_RESPONSE)
    owed = thanked(make.ticket())
    assert owed.state == "running"
    with pytest.raises(ValidationError, match="has waited for an answer"):
        thanks.no_reply_needed(owed, by=owed.ticket.team.lead, now=owed.due_at + hours(1))


# Merged, in full: test_merging.py


def test_merged_the_earliest_of_a_kind_goes_on_and_what_was_overdue_stays_missed():
    make.standard()
    older = make.ticket()
    newer = make.ticket(customer=older.customer, now=MONDAY_9AM + hours(1))
    late = MONDAY_9AM + timedelta(days=2)
    merging.merge(newer, older, by=older.team.lead, now=late)
    first, second = Commitment.objects.order_by("pk")
    assert (first.ticket, first.state, second.outcome) == (older, "running", Outcome.NOT_DONE)


# Split


def test_split_each_part_is_as_old_as_the_whole_and_promises_stay_with_the_part_chosen():
    make.standard()
    make.standard(kind=Kind.RESOLUTION, window_minutes=960)
    ticket = make.ticket()
    toner = conversation.receive(ticket, "And the toner is empty.", channel=Channel.MAIL, at=NOW, now=NOW)
    call, part_ordered = make.promise(ticket, words="Toner comes"), make.promise(ticket)
    part = splitting.split(ticket, "Toner", [toner], [call], by=ticket.team.lead, now=NOW)
    for row in (call, part_ordered, toner):
        row.refresh_from_db()
    assert (toner.ticket, call.ticket, part_ordered.ticket) == (part, part, ticket)
    assert part.opened_at == ticket.opened_at
    both = [
        list(one.commitments.filter(source="standard").order_by("kind").values_list("kind", "started_at", "due_at"))
        for one in (ticket, part)
    ]
    assert both[0] == both[1]
    assert len(both[0]) == 2


def test_split_leaves_something_of_the_customers_on_both():
    make.standard(kind=Kind.RESOLUTION, window_minutes=960)
    ticket = make.ticket()
    with pytest.raises(ValidationError, match="Choose at least one message of the customer"):
        splitting.split(ticket, "Toner", [], [], by=ticket.team.lead, now=NOW)
    with pytest.raises(ValidationError, match="Leave at least one message"):
        splitting.split(ticket, "Toner", list(ticket.messages.all()), [], by=ticket.team.lead, now=NOW)


@pytest.mark.parametrize("the_question_goes", [False, True])
def test_split_a_clock_stands_still_on_where_the_question_is(the_question_goes):
    make.standard(kind=Kind.RESOLUTION, window_minutes=960)
    ticket = make.ticket()
    toner = conversation.receive(ticket, "And the toner is empty.", channel=Channel.MAIL, at=NOW, now=NOW)
    question = conversation.log_call(
        ticket, "Asked which.", "reached", NextDate(wait_until=NOW + hours(48)), by=ticket.team.lead, now=NOW
    )  # fmt: skip
    going, later = [toner, question] if the_question_goes else [toner], NOW + hours(2)
    part = splitting.split(ticket, "Toner", going, [], by=ticket.team.lead, now=later)
    ticket.refresh_from_db()
    waits, runs = (part, ticket) if the_question_goes else (ticket, part)
    asked, unasked = (one.commitments.get(kind=Kind.RESOLUTION) for one in (waits, runs))
    assert (waits.state, runs.state) == (Ticket.State.WAITING_ON_CUSTOMER, Ticket.State.OPEN)
    assert (asked.state, unasked.state) == ("paused", "running")
    answered = later + hours(1)
    conversation.receive(waits, "The big one.", channel=Channel.MAIL, at=answered, now=answered)
    asked.refresh_from_db()
    assert asked.due_at - unasked.due_at == hours(1)
    assert unasked.due_at - unasked.first_due_at == hours(2)


def test_split_a_promise_may_go_without_the_message_that_told_it():
    ticket = make.ticket()
    conversation.log_call(
        ticket, "Told both.", "reached", None, told=[Told("Toner comes", NOW + hours(4))],
        by=ticket.team.lead, now=MONDAY_9AM,
    )  # fmt: skip
    toner = conversation.receive(ticket, "And the toner.", channel=Channel.MAIL, at=NOW, now=NOW)
    part = splitting.split(ticket, "Toner", [toner], ticket.commitments.all(), by=ticket.team.lead, now=NOW)
    assert part.commitments.open().exists()


# Marked as spam, duplicate or test


def test_set_aside_withdraws_what_is_not_due_and_a_person_can_take_it_up_again():
    make.standard()
    ticket = make.ticket()
    owed = ticket.commitments.get()
    setting_aside.set_aside(ticket, "spam", by=make.user(), now=NOW)
    owed.refresh_from_db()
    ticket.refresh_from_db()
    assert (owed.outcome, ticket.state, ticket.set_aside_why) == (Outcome.WITHDRAWN, Ticket.State.CLOSED, "spam")
    assert Event.objects.filter(kind="commitment.withdrawn", commitment=owed, detail__why="spam").exists()
    setting_aside.take_up_again(ticket, by=make.user(), now=NOW + hours(1))
    again = ticket.commitments.open().get()
    assert (again.started_at, again.due_at) == (owed.started_at, owed.due_at)


def test_set_aside_needs_a_lead_where_something_is_overdue_and_it_no_longer_counts_by_their_name():
    make.standard()
    ticket = make.ticket()
    owed = ticket.commitments.get()
    late = owed.due_at + hours(1)
    with pytest.raises(ValidationError, match="Only the team's lead or a manager"):
        setting_aside.set_aside(ticket, "test", by=make.user(), now=late)
    setting_aside.set_aside(ticket, "test", by=ticket.team.lead, now=late)
    owed.refresh_from_db()
    assert (owed.outcome, owed.voided_at, owed.approved_by) == (Outcome.WITHDRAWN, late, ticket.team.lead)


def test_set_aside_is_over_when_the_customer_writes():
    ticket = make.ticket()
    setting_aside.set_aside(ticket, "spam", by=make.user(), now=NOW)
    conversation.receive(ticket, "I am a person.", channel=Channel.MAIL, at=NOW, now=NOW)
    ticket.refresh_from_db()
    assert (ticket.is_open, ticket.set_aside_why) == (True, "")


# Another customer


def test_another_customer_gets_what_is_owed_and_every_link_that_was_given_out_ends():
    make.standard()
    ticket, rightful = make.ticket(), make.customer()
    promise, old = make.promise(ticket), ticket.customer.email
    link = addresses.issue("ticket", ticket.about, old, now=MONDAY_9AM)
    reply = addresses.issue("reply", ticket.about, old, now=MONDAY_9AM)
    other_customer.give_to(ticket, rightful, by=ticket.team.lead, now=NOW)
    promise.refresh_from_db()
    assert (promise.state, promise.due_at) == ("running", MONDAY_9AM + hours(6))
    assert addresses.resolve(link, "ticket", now=NOW) is addresses.resolve(reply, "reply", now=NOW) is None
    assert Delivery.objects.get(purpose="new_link").recipient == rightful.email
    again = addresses.issue("ticket", ticket.about, old, now=NOW)
    assert links.ticket_of(again, now=NOW) is None, "also not one that an old mail would bring"


def test_another_customer_is_not_named_while_a_mail_to_the_first_is_leaving():
    ticket = make.ticket()
    conversation.reply(ticket, "We come.", NextDate(contact_by=NOW + hours(4)), by=ticket.team.lead, now=NOW)
    with pytest.raises(ValidationError, match="is leaving"):
        other_customer.give_to(ticket, make.customer(), by=ticket.team.lead, now=NOW)


# Agent deactivated, in full: test_handover.py


def test_deactivated_whoever_leaves_answers_for_nothing_any_more():
    leaver = make.user()
    ticket = make.ticket()
    actions.assign(ticket, leaver, by=leaver, now=MONDAY_9AM)
    row = make.promise(Ticket.objects.get(pk=ticket.pk))
    handover.deactivate(leaver, by=make.administrator(), now=NOW)
    row.refresh_from_db()
    assert row.accountable == ticket.team.lead


# Standard changed


def test_a_changed_standard_applies_to_tickets_opened_from_then_on():
    version = make.standard(window_minutes=480)
    before = make.ticket().commitments.get()
    changed = make.draft(window_minutes=240)
    newer = standards.publish(standards.draft(version.standard, changed, now=NOW), now=NOW)
    after = make.ticket(now=NOW + hours(1)).commitments.get()
    before.refresh_from_db()
    assert (before.standard_version, before.window_minutes) == (version, 480)
    assert after.standard_version == newer


# Mass delay


def test_a_shared_delay_is_written_once_and_each_customer_told_moves_their_own_promise():
    first, second = make.promise(), make.promise()
    chief, due = make.manager(), NOW + hours(30)
    delay = shared_delays.open_delay({"en": "The lorry broke down."}, due, [first, second], by=chief, now=NOW)
    mine, other = delay.notices.all()
    message = shared_delays.tell(mine, "Hello.", due, delay.reason_in("en"), by=chief, now=NOW)
    first.refresh_from_db()
    assert first.state == "running", "it moves when the customer was told"
    accepted(message)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.outcome, first.replaced_by.due_at, second.state) == (Outcome.MOVED, due, "running")
    assert first.replaced_by.first_due_at == first.due_at
    moved = Event.objects.filter(kind="commitment.moved").values_list("ticket", flat=True)
    assert set(moved) == {first.ticket_id}
    assert "The lorry broke down." in message.delivery.body
    with pytest.raises(ValidationError, match="told already"):
        shared_delays.tell(mine, "Hello.", due, "Again.", by=chief, now=NOW)
    assert other.is_to_tell(NOW)


def test_a_shared_delay_whose_notice_was_taken_back_is_still_to_be_told_and_one_that_is_overdue_never():
    row = make.promise()
    chief, due = make.manager(), NOW + hours(30)
    delay = shared_delays.open_delay({"en": "The lorry broke down."}, due, [row], by=chief, now=NOW)
    notice = delay.notices.get()
    message = shared_delays.tell(notice, "Hello.", due, "It broke down.", by=chief, now=NOW)
    conversation.undo(message, by=chief, now=NOW)
    assert delay.notices.get().is_to_tell(NOW)
    late = row.due_at + hours(1)
    assert not delay.notices.get().is_to_tell(late)
    with pytest.raises(ValidationError, match="overdue"):
        shared_delays.tell(notice, "Hello.", due, "It broke down.", by=chief, now=late)
    with pytest.raises(ValidationError, match="overdue"):
        shared_delays.open_delay({"en": "The lorry broke down."}, due, [row], by=chief, now=late)


def test_a_shared_delay_is_for_leads_and_managers():
    with pytest.raises(ValidationError, match="lead or a manager"):
        shared_delays.open_delay({"en": "Late."}, NOW + hours(30), [make.promise()], by=make.user(), now=NOW)
