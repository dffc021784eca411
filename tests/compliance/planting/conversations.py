"""Faults in tickets, in what was said, in mail, in following up, and in who answers."""

from datetime import timedelta

from compliance.audit.checks import STUCK
from followups.actions import followups, satisfaction
from followups.models import CallTask, FollowUp, SatisfactionAnswer, SatisfactionRequest
from mail import inbound
from mail.models import Attempt, Token
from standards.models import TeamCalendar
from tests import make
from tests.compliance.planting import NOW, accepted, change, merged, plants, replied, resolved, settled
from tests.make import MONDAY_9AM, hours
from tickets.actions import conversation, handover, setting_aside, shared_delays, splitting
from tickets.actions.tickets import folded_text
from tickets.models import DelayNotice, MessagePromise, Note, Ticket


@plants("open-without-calendar")
def a_team_without_calendar():
    TeamCalendar.objects.filter(team=make.ticket().team).delete()


@plants("answered-by-nobody", "led-by-nobody")
def somebody_who_left():
    change(make.promise().accountable, is_active=False)


@plants("left-with-somebody-away")
def an_absence_that_no_sweep_saw():
    team = make.team()
    ivana = make.user(teams=[team])
    make.promise(make.ticket(team=team, owner=ivana), by=ivana, due=NOW + hours(0.5))
    make.absence(ivana, ends_at=NOW + hours(1))


@plants("asked-in-vain")
def a_question_to_whoever_has_it():
    promise = make.promise()
    asked = handover.ask(promise, make.user(teams=[promise.ticket.team]), by=promise.accountable, now=MONDAY_9AM)
    change(asked, asked_of=promise.accountable)


@plants("owned-by-nobody")
def an_owner_who_left():
    change(make.ticket(), owner=make.user(is_active=False))


@plants("led-by-nobody")
def a_lead_who_left():
    change(make.team().lead, is_active=False)


@plants("customer-not-found")
def a_customer_under_an_old_name():
    change(make.customer(), name="Đurđica Đurđević")


@plants("ticket-not-found")
def a_ticket_under_old_words():
    change(make.ticket(), subject="Another matter")


@plants("merged-into-merged")
def a_chain_of_merged_tickets():
    first = merged()
    change(first, merged_into=merged(customer=first.customer))


@plants("merged-across-customers")
def a_ticket_in_a_strangers():
    ticket, stranger = merged(), make.customer()
    ticket.customer = stranger
    change(ticket, customer=stranger, folded=folded_text(ticket))


@plants("left-on-merged")
def a_note_left_behind():
    ticket = merged()
    Note.objects.create(ticket=ticket, author=ticket.team.lead, body="She will call.", at=MONDAY_9AM)


@plants("part-of-another-age")
def a_part_that_is_younger():
    ticket, at = make.ticket(), MONDAY_9AM + hours(1)
    more = conversation.receive(ticket, "And the toner?", channel="mail", at=at, now=at)
    change(splitting.split(ticket, "Toner", [more], [], by=ticket.team.lead, now=at), opened_at=at)


@plants("says-nothing")
def a_ticket_without_a_word():
    make.ticket().messages.all().delete()


@plants("not-settled")
def a_message_that_was_never_carried_out():
    accepted(replied())


@plants("mail-without-delivery")
def a_mail_that_never_was():
    message = replied()
    MessagePromise.objects.all().delete()
    change(message, delivery=None, unsettled=False)


@plants("sent-without-a-try")
def a_mail_that_was_refused_and_sent():
    message = settled(replied())
    Attempt.objects.create(delivery=message.delivery, number=1, started_at=MONDAY_9AM, outcome="refused")


@plants("came-back-unheard")
def a_mail_that_came_back():
    message = settled(replied())
    change(message.delivery, bounced_at=NOW - 2 * STUCK)


@plants("mail-not-filed")
def a_mail_that_nobody_looked_at():
    make.organisation()
    inbound.ingest(b"From: ana@example.test\r\n\r\nHello", now=MONDAY_9AM)


@plants("filed-nowhere")
def a_mail_that_lost_its_message():
    make.organisation()
    inbound.filed(inbound.ingest(b"From: ana@example.test\r\n\r\nHello", now=MONDAY_9AM), "")


@plants("told-and-not-recorded")
def a_promise_that_was_only_told():
    message = replied()
    accepted(message)
    change(message, unsettled=False)


@plants("told-and-still-owed")
def something_taken_back_that_runs():
    promise = make.promise(due=NOW + hours(40))
    message = settled(replied())
    message.withdraws.add(promise)


@plants("told-about-another")
def a_notice_that_moved_another():
    promise = make.promise(due=NOW)
    lead, at = promise.ticket.team.lead, MONDAY_9AM + hours(1)
    later = NOW + timedelta(days=3)
    shared_delays.open_delay({"en": "The storm"}, later, [promise], by=lead, now=at)
    shared_delays.tell(
        DelayNotice.objects.get(), "The storm.", later, "The storm", by=lead, now=at, by_phone=True
    )  # fmt: skip
    DelayNotice.objects.update(message=settled(replied()))


@plants("leads-nowhere")
def a_link_to_nothing():
    Token.objects.create(purpose="ticket", about="ticket:999999", sha256=b"1", made_at=MONDAY_9AM)


@plants("question-not-planned")
def a_resolved_ticket_that_nobody_looked_at():
    change(resolved(), unplanned=False)


def planned(ticket: Ticket, **fields) -> FollowUp:
    """A follow-up that nobody planned."""
    at = MONDAY_9AM + hours(2)
    given = {"step": FollowUp.Step.SETTLED_QUESTION, "due_at": NOW, "made_at": at}
    return FollowUp.objects.create(ticket=ticket, **{**given, **fields})


@plants("question-on-open-ticket")
def a_question_on_an_open_ticket():
    ticket = make.ticket()
    change(ticket, unplanned=False)
    planned(ticket)


@plants("planned-on-merged")
def a_question_on_a_merged_ticket():
    planned(merged())


@plants("call-left-on-merged")
def a_call_on_a_merged_ticket():
    CallTask.objects.create(ticket=merged(), why="mail_failed", message=settled(replied()), made_at=MONDAY_9AM)


@plants("asked-on-set-aside")
def a_question_about_unwanted_mail():
    ticket = make.ticket()
    setting_aside.set_aside(ticket, "spam", by=ticket.team.lead, now=MONDAY_9AM)
    followups.plan(ticket, now=MONDAY_9AM)
    planned(ticket)


@plants("handed-over-without-mail")
def a_follow_up_without_a_mail():
    ticket = resolved()
    change(ticket, unplanned=False)
    planned(ticket, state="handed_over")


@plants("handed-over-and-forgotten")
def a_follow_up_that_nobody_finished():
    ticket = resolved()
    change(ticket, unplanned=False)
    planned(ticket, state="handed_over", delivery=settled(replied()).delivery)


def answered() -> SatisfactionAnswer:
    """A customer who was asked and has answered, on a ticket that is resolved."""
    ticket, at = resolved(), MONDAY_9AM + hours(3)
    change(ticket, unplanned=False)
    question = planned(ticket, state="done", ended_at=at)
    request = SatisfactionRequest.objects.create(ticket=ticket, followup=question, made_at=at)
    return satisfaction.answer(request, SatisfactionAnswer.Outcome.YES, now=at)


@plants("asked-about-another")
def a_question_about_another_ticket():
    change(answered().request, ticket=make.ticket())


@plants("answered-before-asked")
def an_answer_to_nothing():
    change(answered(), at=MONDAY_9AM)


@plants("answered-too-late")
def an_answer_that_was_changed_after_weeks():
    first = answered()
    SatisfactionAnswer.objects.create(request=first.request, outcome="no", at=first.at + timedelta(days=8))


@plants("called-on-another")
def a_call_to_somebody_else():
    task = CallTask.objects.create(
        ticket=make.ticket(), why="mail_failed", message=settled(replied()), made_at=MONDAY_9AM
    )  # fmt: skip
    call = conversation.log_call(
        make.ticket(), "Nobody is there.", "not_reached", None, by=make.user(), now=MONDAY_9AM + hours(2)
    )  # fmt: skip
    change(task, call=call, ended_at=NOW)
