"""Faults in what is owed and in chains of moves."""

from datetime import timedelta

from django.db.models import F

from mail.models import Delivery
from standards.terms import Kind
from tests import make
from tests.compliance.planting import NOW, change, moved, plants, replied, resolution, settled
from tests.make import MONDAY_9AM, hours
from tickets.actions import commitments, conversation, moving, not_reached, setting_aside, splitting
from tickets.actions.conversation import NextDate
from tickets.models import Commitment, Ticket

LATER = MONDAY_9AM + hours(7)


def kept() -> Commitment:
    promise = make.promise()
    return commitments.keep(promise, at=MONDAY_9AM + hours(1), now=MONDAY_9AM + hours(1), by=promise.made_by)


@plants("ends-otherwise-than-recorded")
def an_end_that_flatters():
    change(kept(), ended_at=MONDAY_9AM + hours(0.5))


@plants("began-unrecorded")
def something_owed_out_of_nowhere():
    promise = make.promise()
    promise.pk, promise._state.adding = None, True
    promise.save(force_insert=True)


@plants("void-without-a-word")
def a_miss_that_vanished():
    change(kept(), voided_at=NOW)


@plants("void-while-owed")
def something_void_that_runs():
    promise = make.promise()
    change(promise, voided_at=NOW, approved_by=promise.made_by)


def owed_again() -> Commitment:
    """A first response that is owed again, because the mail came back."""
    make.standard()
    message = settled(replied())
    Delivery.objects.filter(pk=message.delivery_id).update(bounced_at=MONDAY_9AM + hours(2))
    not_reached.note(Ticket.objects.lock(message.ticket), message, status="5.1.1", now=MONDAY_9AM + hours(2))
    return Commitment.objects.get(follows_why="not_reached")


@plants("owed-again-and-counted-twice", "kept-by-what-came-back")
def both_count():
    change(owed_again().follows, voided_at=None)


@plants("follows-something-else")
def a_part_that_began_at_another_time():
    make.standard()
    ticket = make.ticket()
    conversation.receive(ticket, "And the toner?", channel="mail", at=LATER, now=LATER)
    going = ticket.messages.order_by("-at")[:1]
    splitting.split(ticket, "Toner", going, [], by=ticket.team.lead, now=LATER)
    change(Commitment.objects.get(follows_why="split"), started_at=MONDAY_9AM + hours(1))


@plants("followed-no-miss")
def a_new_promise_after_one_that_was_kept():
    row, at = kept(), MONDAY_9AM + hours(2)
    anew = commitments.promise(row.ticket, "custom", "Anew", NOW + hours(9), by=row.made_by, at=at, now=at)
    change(anew, follows=row, follows_why="after_a_miss")


@plants("standard-of-another-kind")
def a_first_response_by_the_standard_of_another():
    row = resolution()
    change(row, standard_version=make.standard(kind=Kind.ANSWER, clock="working_days", window_days=5))


@plants("ended-and-nobodys")
def an_end_without_a_name():
    change(kept(), accountable_at_due=None)


@plants("still-owed-after-resolving")
def a_resolution_on_a_closed_ticket():
    ticket = resolution().ticket
    change(ticket, state=Ticket.State.CLOSED, resolved_at=MONDAY_9AM + hours(1))


@plants("owed-on-set-aside")
def a_promise_on_what_was_set_aside():
    promise, ticket = make.promise(), make.ticket()
    setting_aside.set_aside(ticket, "spam", by=ticket.team.lead, now=MONDAY_9AM)
    change(promise, ticket=ticket)


@plants("kept-by-what-came-back")
def a_mail_that_came_back_unheard():
    make.standard()
    message = settled(replied())
    Delivery.objects.filter(pk=message.delivery_id).update(bounced_at=MONDAY_9AM + hours(2))
    change(message, not_reached_at=MONDAY_9AM + hours(2))


@plants("kept-by-a-machine")
def an_answer_by_nobody():
    make.standard()
    change(settled(replied()), human=False)


@plants("call-kept-otherwise", "ends-otherwise-than-recorded")
def a_call_kept_at_another_time():
    callback = make.promise(kind=Kind.CALLBACK, at=MONDAY_9AM)
    said = NextDate(nothing_more_because="All is said.")
    conversation.log_call(
        callback.ticket, "Told her.", "reached", said, by=callback.made_by, now=MONDAY_9AM + hours(1), callback=callback
    )  # fmt: skip
    change(callback, ended_at=MONDAY_9AM + hours(0.5))


@plants("moved-without-successor")
def a_move_to_nowhere():
    change(moved(), replaces=None, first_due_at=F("due_at"), counted_due_at=F("due_at"))


@plants("replaced-but-not-moved", "ends-otherwise-than-recorded")
def a_successor_of_something_kept():
    change(moved().replaces, outcome="kept")


@plants("first-due-changed")
def another_first_due():
    change(moved(), first_due_at=LATER)


@plants("took-over-at-another-time")
def a_gap_between_two():
    change(moved(), made_at=MONDAY_9AM + hours(2))


@plants("moved-into-something-else")
def a_callback_that_became_a_note():
    change(moved(), kind=Kind.ANSWER)


@plants("counted-later-by-moving", "counted-too-early")
def a_move_that_softens_the_count():
    change(moved().replaces, counted_due_at=MONDAY_9AM + hours(5))


@plants("moved-too-often")
def a_third_move():
    row = make.promise(make.ticket(), due=NOW)
    for number in range(moving.moves_allowed(row)):
        at = MONDAY_9AM + hours(number + 1)
        later = row.due_at + timedelta(days=1)
        row = moving.move(row, later, "Late", words="", by=row.made_by, at=at, now=at)
    version = make.standard(kind=Kind.RESOLUTION, clock="working_days", window_days=5, max_moves=1)
    Commitment.objects.filter(ticket=row.ticket).update(kind=Kind.RESOLUTION, standard_version=version)
