"""Facts about the audit: where all is well it finds nothing, and it finds each fault that is planted."""

from datetime import timedelta

import pytest
from django.core.management import call_command

from compliance import audit
from compliance.actions import closing
from compliance.models import ClosedPeriod
from followups.actions import followups
from followups.models import FollowUp
from mail import inbound
from mail.models import Delivery
from people.models import Customer, User
from people.terms import Channel
from standards.models import TeamCalendar
from standards.terms import Clock, Kind
from tests import make
from tests.make import MONDAY_9AM, hours, zagreb
from tickets.actions import commitments, conversation, merging, settling, tickets
from tickets.actions.conversation import NextDate, Told
from tickets.actions.tickets import folded_text
from tickets.models import Commitment, Message, MessagePromise, Pause, Ticket

pytestmark = pytest.mark.django_db
NOW = MONDAY_9AM + timedelta(days=3)
WAIT_UNTIL = zagreb("2026-12-04 12:00")


def found(now=NOW):
    return {finding.check.name for finding in audit.run(now)}


def resolution():
    make.standard(kind=Kind.RESOLUTION, clock=Clock.WORKING_DAYS, window_days=5)
    ticket = make.ticket()
    return ticket.commitments.get(kind=Kind.RESOLUTION)


def paused():
    """A resolution whose clock stands still since Monday at ten."""
    commitment = resolution()
    conversation.log_call(
        commitment.ticket, "Which label is on the back?", "reached", NextDate(wait_until=WAIT_UNTIL),
        by=commitment.ticket.team.lead, now=MONDAY_9AM + hours(1),
    )  # fmt: skip
    return commitment


def resolved():
    ticket = make.ticket()
    return tickets.resolve(ticket, at=MONDAY_9AM + hours(1), now=MONDAY_9AM + hours(1), by=ticket.team.lead)


def moved():
    promise = make.promise()
    at = MONDAY_9AM + hours(1)
    return commitments.move(
        promise, MONDAY_9AM + hours(30), "The part is late", words="", by=promise.made_by, at=at, now=at
    )  # fmt: skip


def replied(**fields):
    ticket = make.ticket()
    return conversation.reply(
        ticket, "The part is ordered.", NextDate(contact_by=MONDAY_9AM + timedelta(days=9)),
        by=ticket.team.lead, now=MONDAY_9AM + hours(1), **fields,
    )  # fmt: skip


def accepted(message):
    Delivery.objects.filter(pk=message.delivery_id).update(state=Delivery.State.SENT, ended_at=MONDAY_9AM + hours(1.1))


def test_nothing_is_reported_where_all_is_well():
    paused()
    moved()
    replied()
    make.promise(may_get_in_the_way="The supplier")
    assert found() == set()


def test_the_command_says_so_and_ends_well(capsys):
    make.ticket()
    call_command("audit")
    assert capsys.readouterr().out == "nothing to report\n"


def test_the_command_lists_what_is_broken_and_exits_with_one(capsys):
    ticket = resolved()
    Ticket.objects.update(unplanned=False)
    with pytest.raises(SystemExit) as end:
        call_command("audit")
    assert end.value.code == 1
    assert f"tickets.Ticket {ticket.pk}" in capsys.readouterr().out


def test_a_resolved_ticket_without_a_question_is_marked_again_by_healing():
    ticket = resolved()
    Ticket.objects.update(unplanned=False)
    with pytest.raises(SystemExit):
        call_command("audit", heal=True)
    ticket.refresh_from_db()
    assert ticket.unplanned
    assert found() == set()


def plant_a_team_without_calendar():
    TeamCalendar.objects.filter(team=make.ticket().team).delete()


def plant_an_absence_that_no_sweep_saw():
    team = make.team()
    ivana = make.user(teams=[team])
    make.promise(make.ticket(team=team, owner=ivana), by=ivana)
    make.absence(ivana, ends_at=NOW + hours(1))


def plant_somebody_who_left():
    User.objects.filter(pk=make.promise().accountable_id).update(is_active=False)


def plant_a_resolved_ticket_that_nobody_looked_at():
    resolved()
    Ticket.objects.update(unplanned=False)


def plant_a_question_on_an_open_ticket():
    FollowUp.objects.create(
        ticket=make.ticket(), step=FollowUp.Step.SETTLED_QUESTION, due_at=NOW, made_at=MONDAY_9AM
    )  # fmt: skip
    Ticket.objects.update(unplanned=False)


def handed_over(delivery=None):
    ticket = resolved()
    Ticket.objects.update(unplanned=False)
    at = MONDAY_9AM + hours(2)
    FollowUp.objects.create(
        ticket=ticket, step=FollowUp.Step.SETTLED_QUESTION, due_at=at, made_at=at,
        state=FollowUp.State.HANDED_OVER, delivery=delivery,
    )  # fmt: skip


def plant_a_follow_up_without_a_mail():
    handed_over()


def plant_a_follow_up_that_nobody_finished():
    message = replied()
    accepted(message)
    Message.objects.filter(pk=message.pk).update(unsettled=False)
    MessagePromise.objects.all().delete()
    handed_over(Delivery.objects.get())


def plant_a_resolution_on_a_closed_ticket():
    ticket = resolution().ticket
    Ticket.objects.filter(pk=ticket.pk).update(state=Ticket.State.CLOSED, resolved_at=MONDAY_9AM + hours(1))


def plant_a_move_to_nowhere():
    Commitment.objects.filter(pk=moved().pk).update(replaces=None)


def plant_a_successor_of_something_kept():
    successor = moved()
    Commitment.objects.filter(pk=successor.replaces_id).update(outcome="kept")


def plant_another_first_due():
    Commitment.objects.filter(pk=moved().pk).update(first_due_at=MONDAY_9AM + hours(7))


def plant_a_softer_count():
    promise = make.promise()
    Commitment.objects.filter(pk=promise.pk).update(counted_due_at=promise.due_at + hours(1))


def plant_a_promise_that_counts_nowhere():
    Commitment.objects.filter(pk=make.promise().pk).update(counted_due_at=None)


def plant_a_due_time_of_somebodys_own():
    commitment = resolution()
    later = commitment.due_at + hours(20)
    Commitment.objects.filter(pk=commitment.pk).update(due_at=later, unpaused_due_at=later)


def plant_a_clock_that_stands_still():
    paused()
    Pause.objects.all().delete()


def plant_a_pause_that_goes_on():
    commitment = resolution()
    question = commitment.ticket.messages.get()
    at = MONDAY_9AM + hours(1)
    Pause.objects.create(commitment=commitment, question=question, started_at=at, ends_by=WAIT_UNTIL)


def plant_waiting_for_nothing():
    Ticket.objects.filter(pk=make.ticket().pk).update(state=Ticket.State.WAITING_ON_CUSTOMER)


def plant_a_message_that_was_never_carried_out():
    accepted(replied())


def plant_a_mail_that_never_was():
    message = replied()
    MessagePromise.objects.all().delete()
    Message.objects.filter(pk=message.pk).update(delivery=None, unsettled=False)


def plant_a_mail_that_nobody_looked_at():
    make.organisation()
    inbound.ingest(b"From: ana@example.test\r\n\r\nHello", now=MONDAY_9AM)


def plant_a_mail_that_lost_its_message():
    make.organisation()
    inbound.filed(inbound.ingest(b"From: ana@example.test\r\n\r\nHello", now=MONDAY_9AM), "")


def plant_a_call_kept_at_another_time():
    callback = make.promise(kind=Kind.CALLBACK, at=MONDAY_9AM)
    said = NextDate(nothing_more_because="All is said.")
    reached, by, now = Message.Result.REACHED, callback.ticket.team.lead, MONDAY_9AM + hours(1)
    conversation.log_call(callback.ticket, "Told her.", reached, said, by=by, now=now, callback=callback)
    Commitment.objects.filter(pk=callback.pk).update(ended_at=MONDAY_9AM + hours(0.5))


def plant_a_promise_that_was_only_told():
    message = replied()
    accepted(message)
    Message.objects.filter(pk=message.pk).update(unsettled=False)


def plant_a_result_that_was_changed():
    promise = make.promise()
    closing.freeze_months(now=promise.due_at + timedelta(days=40))
    ClosedPeriod.objects.update(kept=1, not_done=0)


def plant_a_customer_under_an_old_name():
    Customer.objects.filter(pk=make.customer().pk).update(name="Đurđica Đurđević")


def plant_a_ticket_under_old_words():
    Ticket.objects.filter(pk=make.ticket().pk).update(subject="Another matter")


def plant_a_mail_that_came_back_unheard():
    make.standard()
    ticket, at = make.ticket(), MONDAY_9AM + hours(1)
    wait = NextDate(contact_by=MONDAY_9AM + timedelta(days=9))
    message = conversation.reply(ticket, "Hello.", wait, by=ticket.team.lead, now=at)
    Delivery.objects.filter(pk=message.delivery_id).update(state="sent", ended_at=at)
    settling.settle(message, now=at)
    Delivery.objects.filter(pk=message.delivery_id).update(bounced_at=at)


def _merged(**fields):
    """A ticket that was merged into another one of its customer."""
    ticket = make.ticket(**fields)
    into = make.ticket(customer=ticket.customer)
    merging.merge(ticket, into, by=into.team.lead, now=MONDAY_9AM)
    followups.plan(into, now=MONDAY_9AM)
    return Ticket.objects.get(pk=ticket.pk)


def plant_a_chain_of_merged_tickets():
    first = _merged()
    Ticket.objects.filter(pk=first.pk).update(merged_into=_merged(customer=first.customer))


def plant_a_ticket_in_a_strangers():
    ticket, stranger = _merged(), make.customer()
    ticket.customer = stranger
    Ticket.objects.filter(pk=ticket.pk).update(customer=stranger, folded=folded_text(ticket))


def plant_a_promise_left_behind():
    ticket = _merged()
    promise = make.promise(make.ticket(customer=ticket.customer))
    Commitment.objects.filter(pk=promise.pk).update(ticket=ticket)


PLANTED = {
    "open-without-calendar": plant_a_team_without_calendar,
    "answered-by-nobody": plant_somebody_who_left,
    "left-with-somebody-away": plant_an_absence_that_no_sweep_saw,
    "question-not-planned": plant_a_resolved_ticket_that_nobody_looked_at,
    "question-on-open-ticket": plant_a_question_on_an_open_ticket,
    "handed-over-without-mail": plant_a_follow_up_without_a_mail,
    "handed-over-and-forgotten": plant_a_follow_up_that_nobody_finished,
    "still-owed-after-resolving": plant_a_resolution_on_a_closed_ticket,
    "moved-without-successor": plant_a_move_to_nowhere,
    "replaced-but-not-moved": plant_a_successor_of_something_kept,
    "first-due-changed": plant_another_first_due,
    "counted-too-late": plant_a_softer_count,
    "never-counted": plant_a_promise_that_counts_nowhere,
    "due-does-not-follow": plant_a_due_time_of_somebodys_own,
    "paused-without-pause": plant_a_clock_that_stands_still,
    "pause-without-paused": plant_a_pause_that_goes_on,
    "waits-for-ever": plant_waiting_for_nothing,
    "not-settled": plant_a_message_that_was_never_carried_out,
    "mail-without-delivery": plant_a_mail_that_never_was,
    "mail-not-filed": plant_a_mail_that_nobody_looked_at,
    "filed-nowhere": plant_a_mail_that_lost_its_message,
    "kept-by-what-came-back": plant_a_mail_that_came_back_unheard,
    "call-kept-otherwise": plant_a_call_kept_at_another_time,
    "told-and-not-recorded": plant_a_promise_that_was_only_told,
    "merged-into-merged": plant_a_chain_of_merged_tickets,
    "merged-across-customers": plant_a_ticket_in_a_strangers,
    "left-on-merged": plant_a_promise_left_behind,
    "published-and-corrected": plant_a_result_that_was_changed,
    "customer-not-found": plant_a_customer_under_an_old_name,
    "ticket-not-found": plant_a_ticket_under_old_words,
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_found_and_nothing_else(name):
    PLANTED[name]()
    assert found() == {name}


def test_every_check_has_a_fault_planted_for_it():
    assert set(PLANTED) == {check.name for check in audit.CHECKS}


def test_what_was_moved_and_told_by_phone_is_recorded():
    promise = make.promise()
    conversation.log_call(
        promise.ticket, "Told her it comes tomorrow.", "reached",
        None, told=[Told("The part is ordered", MONDAY_9AM + hours(28), moves=promise, reason="It is late")],
        by=promise.made_by, now=MONDAY_9AM + hours(1),
    )  # fmt: skip
    assert found() == set()


def test_a_ticket_that_waits_as_long_as_it_said_is_in_order():
    ticket = paused().ticket
    assert ticket.messages.filter(channel=Channel.PHONE).exists()
    assert found(WAIT_UNTIL) == set()
