"""Two tickets of one customer become one, and nothing that was owed or missed is lost on the way."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Q

from compliance import audit
from mail.models import Delivery
from people.terms import Channel
from standards.terms import Kind
from tests import make
from tests.make import MONDAY_9AM, hours
from tickets.actions import conversation, merging, notes, settling, warnings
from tickets.actions import tickets as actions
from tickets.actions.conversation import NextDate
from tickets.models import Commitment, Event, Message, Ticket, Warning

pytestmark = pytest.mark.django_db
NOW = MONDAY_9AM + hours(2)
Outcome = Commitment.Outcome


def two(**fields):
    """An older ticket and one that the same customer opened an hour later."""
    make.standard(published=True, kind=Kind.RESOLUTION, window_minutes=960)
    make.standard()
    customer = make.customer()
    older = make.ticket(customer=customer)
    newer = make.ticket(customer=customer, subject="Still about the printer", now=MONDAY_9AM + hours(1), **fields)
    return older, newer


def merged(ticket, into, now=NOW, by=None):
    found = merging.merge(ticket, into, by=by or into.team.lead, now=now)
    assert not list(audit.run(now))
    return found


def standing(ticket, kind):
    return ticket.commitments.open().get(kind=kind)


def test_of_two_standards_of_one_kind_the_one_due_earlier_goes_on_and_the_other_ends_as_merged():
    older, newer = two()
    first, second = standing(older, Kind.FIRST_RESPONSE), standing(newer, Kind.FIRST_RESPONSE)
    merged(newer, older)
    second.refresh_from_db()
    assert (second.outcome, second.ticket) == (Outcome.MERGED, newer)
    assert standing(older, Kind.FIRST_RESPONSE) == first


def test_the_earlier_one_comes_along_when_it_stands_on_the_ticket_that_goes():
    older, newer = two()
    first, second = standing(older, Kind.FIRST_RESPONSE), standing(newer, Kind.FIRST_RESPONSE)
    merged(older, newer)
    second.refresh_from_db()
    assert (second.outcome, second.ticket) == (Outcome.MERGED, newer)
    assert standing(newer, Kind.FIRST_RESPONSE) == first


def test_what_is_overdue_is_no_less_missed_for_merging():
    older, newer = two()
    late = standing(newer, Kind.FIRST_RESPONSE)
    now = late.due_at + hours(1)
    merged(newer, older, now=now)
    late.refresh_from_db()
    assert (late.outcome, late.ended_at) == (Outcome.NOT_DONE, now)
    assert standing(older, Kind.FIRST_RESPONSE).is_overdue(now)


def test_promises_in_words_go_on_side_by_side_unless_they_say_the_same_for_the_same_time():
    older, newer = two()
    same, other = make.promise(older), make.promise(older, words="A technician comes")
    again = make.promise(newer)
    merged(newer, older)
    again.refresh_from_db()
    assert again.outcome == Outcome.MERGED
    assert set(older.commitments.open().filter(kind=Kind.CUSTOM)) == {same, other}
    third = make.ticket(customer=older.customer, now=MONDAY_9AM + hours(1))
    later = make.promise(third, due=MONDAY_9AM + hours(7))
    merged(third, older)
    later.refresh_from_db()
    assert (later.state, later.ticket) == ("running", older)


def test_what_was_said_and_noted_goes_along_and_what_had_ended_stays_where_it_ended():
    older, newer = two()
    notes.note(newer, "Same printer.", by=newer.team.lead, now=NOW)
    call = conversation.log_call(
        newer, "Told her.", Message.Result.REACHED, NextDate(contact_by=NOW + hours(4)),
        by=newer.team.lead, now=NOW,
    )  # fmt: skip
    kept = newer.commitments.get(kind=Kind.FIRST_RESPONSE)
    merged(newer, older, now=NOW + hours(1))
    call.refresh_from_db()
    kept.refresh_from_db()
    assert call.ticket == older
    assert older.messages.count() == 3
    assert older.notes.count() == 1
    assert (kept.ticket, kept.outcome) == (newer, Outcome.KEPT)
    assert kept in Commitment.objects.of(older)


def test_the_number_and_what_mail_is_about_lead_to_the_one_that_stays_through_any_number_of_merges():
    older, newer = two()
    third = make.ticket(customer=older.customer, now=MONDAY_9AM + hours(1))
    merged(newer, older)
    merged(older, third)
    assert Ticket.objects.about(newer.about) == Ticket.objects.about(older.about) == third
    assert Ticket.objects.numbered(newer.number).get() == third
    newer.refresh_from_db()
    assert newer.merged_into == third


def test_whoever_still_holds_the_ticket_that_went_acts_on_the_one_that_stays():
    older, newer = two()
    stale = Ticket.objects.get(pk=newer.pk)
    merged(newer, older)
    message = conversation.receive(stale, "And the toner?", channel=Channel.MAIL, at=NOW, now=NOW)
    assert message.ticket == older
    assert not Ticket.objects.get(pk=newer.pk).is_open


def test_a_mail_that_was_leaving_keeps_what_is_owed_on_the_one_that_stays():
    older, newer = two()
    written = conversation.reply(
        newer, "We come today.", NextDate(contact_by=NOW + hours(5)), by=newer.team.lead, now=NOW
    )  # fmt: skip
    stale = Message.objects.select_related("ticket").get(pk=written.pk)
    merged(newer, older, now=NOW + timedelta(seconds=2))
    mail = written.delivery
    mail.refresh_from_db()
    assert mail.about == older.about
    Delivery.objects.filter(pk=mail.pk).update(state=Delivery.State.SENT, ended_at=NOW + timedelta(seconds=9))
    settling.settle(stale, now=NOW + timedelta(seconds=9))
    assert older.commitments.get(kind=Kind.FIRST_RESPONSE).outcome == Outcome.KEPT


def test_a_new_mail_that_was_the_answer_lets_the_clock_run_on_from_when_it_came():
    older, _newer = two()
    conversation.log_call(
        older, "Asked which model.", Message.Result.REACHED, NextDate(wait_until=NOW + hours(48)),
        by=older.team.lead, now=NOW,
    )  # fmt: skip
    assert standing(older, Kind.RESOLUTION).state == "paused"
    answer = make.ticket(customer=older.customer, subject="It is the blue one", now=NOW + hours(1))
    into = merged(answer, older, now=NOW + hours(2))
    row = standing(older, Kind.RESOLUTION)
    assert row.state == "running"
    assert row.pauses.get().ended_at == NOW + hours(1)
    assert into.state == Ticket.State.OPEN


def test_who_wrote_anew_after_a_resolution_opens_it_again_and_it_was_not_held():
    older, _newer = two()
    actions.resolve(older, at=NOW, now=NOW, by=older.team.lead)
    back = make.ticket(customer=older.customer, subject="It does it again", now=NOW + hours(2))
    into = merged(back, older, now=NOW + hours(3))
    assert into.is_open
    assert into.commitments.open().filter(follows_why="reopened", follows__ticket=older).exists()


def refused(ticket, into, match):
    with pytest.raises(ValidationError, match=match):
        merging.merge(ticket, into, by=into.team.lead, now=NOW)


def test_tickets_of_two_customers_stay_apart():
    older, _newer = two()
    refused(make.ticket(), older, "belong to two customers")


def test_a_ticket_is_merged_once_and_never_in_a_circle():
    older, newer = two()
    refused(older, older, "this ticket itself")
    merged(newer, older)
    refused(newer, older, "merged into another ticket meanwhile")
    refused(older, newer, "merged into another ticket meanwhile")


def test_what_the_customer_was_told_is_resolved_goes_into_no_other_ticket():
    older, newer = two()
    actions.resolve(newer, at=NOW, now=NOW, by=None)
    refused(newer, older, "is resolved, and its customer was told so")
    refused(older, newer, "has not written since")


def test_what_was_done_stands_on_both_tickets():
    older, newer = two()
    merged(newer, older)
    kinds = Event.objects.filter(Q(ticket=older) | Q(ticket=newer)).values_list("ticket", "kind")
    assert {(newer.pk, "ticket.merged"), (older.pk, "ticket.joined_by")} <= set(kinds)


def test_who_answers_for_the_ticket_that_stays_answers_for_what_comes_along_unless_it_is_due_soon():
    mia = make.user()
    older, newer = two()
    actions.assign(newer, mia, by=mia, now=MONDAY_9AM + hours(1))
    calm, soon = make.promise(newer, due=MONDAY_9AM + hours(30)), make.promise(newer, due=NOW + timedelta(minutes=20))
    merged(newer, older)
    calm.refresh_from_db()
    soon.refresh_from_db()
    assert calm.accountable == older.team.lead
    assert soon.accountable == older.team.lead, "mia is in no team, so she could not see it"


def test_who_gets_a_promise_by_a_merge_has_not_taken_it_up_themselves():
    mia, ivo = make.user(), make.user()
    older, newer = two()
    actions.assign(newer, mia, by=mia, now=MONDAY_9AM + hours(1))
    promise = make.promise(newer, due=NOW + timedelta(minutes=5))
    warnings.announce(promise, now=NOW)
    merging.merge(newer, older, by=ivo, now=NOW)
    assert Event.objects.get(commitment=promise, kind="commitment.taken").detail["given_by"] == ivo.pk
    assert Warning.objects.last_calls().not_taken_up().get().commitment == promise
