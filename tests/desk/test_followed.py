"""The ticket tells what is planned, drafted and to be called, and what was skipped or failed, with the reason."""

import pytest

from desk import followed
from followups.actions import calls, followups, satisfaction, updates
from followups.models import CallTask, FollowUp
from mail.models import Delivery
from standards.terms import Kind
from tests import make
from tests.desk.looking import page
from tests.followups.playing import RESOLVED, acknowledged, came_by_mail, resolved_ticket
from tests.make import MONDAY_9AM, hours, zagreb
from tickets.actions import conversation
from tickets.models import Message

pytestmark = pytest.mark.django_db


def seen(ticket, by=None):
    return page(by or ticket.team.lead, f"/desk/tickets/{ticket.number}/")


def failed(ticket):
    followup = acknowledged(ticket)
    Delivery.objects.filter(pk=followup.delivery_id).update(
        state="failed", ended_at=MONDAY_9AM, reason="550 5.1.1 user unknown"
    )
    return followups.finish(followup, now=MONDAY_9AM)


def test_an_acknowledgement_that_was_skipped_says_why_on_an_open_ticket():
    ticket = came_by_mail()
    Message.objects.update(human=False)
    acknowledged(ticket)
    text = seen(ticket)
    assert "1 follow-up has ended" in text
    assert "A machine wrote it, and machines get no automatic answer." in text


def test_one_that_failed_stands_open_until_somebody_has_looked():
    ticket = came_by_mail()
    followup = failed(ticket)
    assert [one.is_trouble for one in followed.read(ticket)[2]] == [True]
    assert "user unknown" in seen(ticket)
    Delivery.objects.filter(pk=followup.delivery_id).update(put_away_at=MONDAY_9AM, put_away_by=ticket.team.lead)
    assert [one.is_trouble for one in followed.read(ticket)[2]] == [False]


def test_what_is_planned_can_be_done_now_or_left_undone():
    ticket = resolved_ticket()
    followups.plan(ticket, now=RESOLVED)
    ahead, to_call, ended = followed.read(ticket)
    assert [one.followup.step for one in ahead] == [FollowUp.Step.SETTLED_QUESTION, FollowUp.Step.CLOSING]
    assert (to_call, ended) == ([], [])
    text = seen(ticket)
    assert "Ask now" in text
    assert "Don&#x27;t ask" in text or "Don't ask" in text


def test_a_prepared_draft_names_who_finishes_it_and_waits_in_their_composer():
    owner = make.user(name="Ivana Perić")
    team = make.team(members=[owner])
    ticket = make.ticket(owner=owner, team=team)
    update = make.promise(ticket, kind=Kind.UPDATE, by=owner, due=zagreb("2026-11-24 15:00"))
    updates.prepare(update, now=zagreb("2026-11-24 14:00"))
    assert "It waits for Ivana Perić to finish it." in seen(ticket)
    theirs = seen(ticket, by=owner)
    assert "It waits until you finish it." in theirs
    assert "‹What has happened since we last wrote?›" in theirs


def test_a_call_to_make_stands_with_the_number_and_leads_to_the_form():
    ticket = came_by_mail(customer=make.customer(phone="01 555 0198"))
    failed(ticket)
    text = seen(ticket)
    assert "Call to make" in text
    assert '?write=call#composer">' in text
    conversation.log_call(
        ticket, "We talked.", Message.Result.REACHED, conversation.NextDate(nothing_more_because="all is said"),
        by=ticket.team.lead, now=MONDAY_9AM + hours(1),
    )  # fmt: skip
    assert followed.read(ticket)[1] == []
    calls.finish(CallTask.objects.get(), now=MONDAY_9AM + hours(2))
    assert f"{ticket.team.lead.name} called." in seen(ticket)


def test_a_call_that_was_not_needed_keeps_who_said_so_and_why():
    ticket = came_by_mail(customer=make.customer(phone="01 555 0198"))
    failed(ticket)
    by = make.user(name="Petra Novak")
    calls.not_needed(CallTask.objects.get(), because="She was here.", by=by, now=MONDAY_9AM + hours(1))
    assert "Petra Novak: She was here." in seen(ticket)


def test_what_a_customer_answers_is_read_on_the_ticket_also_where_all_is_well():
    ticket = resolved_ticket()
    question = followups.plan(ticket, now=RESOLVED)
    followups.carry_out(question, now=RESOLVED, by=ticket.team.lead)
    Delivery.objects.update(state="sent", ended_at=RESOLVED, lease=None)
    followups.finish(question, now=RESOLVED)
    satisfaction.answer(ticket.satisfaction_requests.get(), "yes", now=RESOLVED, handling=5, comment="So quick!")
    text = seen(ticket)
    assert "The customer answered: Yes, settled. Our handling: 5 of 5." in text
    assert "So quick!" in text
