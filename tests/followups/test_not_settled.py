"""After "not settled" a person gets in touch: with a draft, by phone where allowed; later we ask again."""

import pytest
from django.core.exceptions import ValidationError

from followups import tasks
from followups.actions import calls, followups, satisfaction, updates
from followups.models import CallTask, FollowUp
from mail.models import Delivery
from standards.actions.shipped import ensure_shipped_standards
from standards.terms import Kind, TicketType
from tests import make
from tests.followups.playing import ASKED, RESOLVED, accepted, acknowledged, came_by_mail, resolved_ticket
from tests.make import MONDAY_9AM, hours, zagreb
from tickets.actions import conversation, tickets
from tickets.actions.conversation import NextDate
from tickets.models import Commitment, Draft, Message, Ticket

pytestmark = pytest.mark.django_db
State, Step = FollowUp.State, FollowUp.Step
LATER = ASKED + hours(1)


@pytest.fixture
def request_():
    """A question about a mended printer that Ana was asked on Tuesday at two."""
    make.organisation()
    ensure_shipped_standards(MONDAY_9AM)
    lead, owner = make.user(name="Petra Novak"), make.user(name="Ivana Perić")
    team = make.team(lead=lead, members=[lead, owner])
    customer = make.customer(name="Ana Kovač", phone="01 555 0198")
    return asked(resolved_ticket(team=team, owner=owner, customer=customer))


def asked(ticket):
    question = followups.carry_out(followups.plan(ticket, now=RESOLVED), now=ASKED)
    accepted(question.delivery, at=ASKED)
    followups.finish(question, now=ASKED)
    return ticket.satisfaction_requests.get()


def owed(request_):
    return request_.ticket.commitments.get(kind=Kind.NEXT_RESPONSE)


def log_call(ticket, result=Message.Result.REACHED, now=LATER):
    return conversation.log_call(ticket, "We talked.", result, NextDate(nothing_more_because="all is said"),
                                 by=ticket.team.lead, now=now)  # fmt: skip


def test_whoever_answers_finds_a_draft_with_the_customers_words(request_):
    satisfaction.answer(request_, "no", comment="It prints blank pages", now=ASKED)
    draft = Draft.objects.get()
    assert (draft.author.name, draft.fields) == ("Ivana Perić", {"prepared_for": owed(request_).pk})
    assert "You wrote: “It prints blank pages”" in draft.body
    assert request_.ticket.followups.get(step=Step.NOT_SETTLED_DRAFT).state == State.DRAFTED


def test_the_draft_goes_when_the_customer_was_reached(request_):
    satisfaction.answer(request_, "no", now=ASKED)
    log_call(request_.ticket)
    (drafted,) = FollowUp.objects.drafts_to_finish()
    assert updates.finish(drafted, now=LATER).state == State.DONE
    assert not Draft.objects.exists()


def test_whoever_was_rated_down_finds_no_draft_but_the_lead_does(request_):
    satisfaction.answer(request_, "no", handling=2, now=ASKED)
    assert Draft.objects.get().author.name == "Petra Novak"


def test_a_customer_without_an_address_gets_a_call_and_no_draft(request_):
    request_.ticket.customer.email = ""
    request_.ticket.customer.save()
    satisfaction.answer(request_, "no", may_call=True, now=ASKED)
    assert request_.ticket.followups.get(step=Step.NOT_SETTLED_DRAFT).reason == "The customer has no e-mail address."
    assert CallTask.objects.to_make().count() == 1


def test_who_may_be_called_is_called(request_):
    satisfaction.answer(request_, "not_quite", may_call=True, now=ASKED)
    task = CallTask.objects.to_make().get()
    assert (task.ticket, task.why) == (request_.ticket, CallTask.Why.NOT_SETTLED)


@pytest.mark.parametrize("answer", [{"outcome": "no"}, {"outcome": "yes", "handling": 5, "may_call": True}])
def test_who_did_not_ask_for_it_or_is_content_is_not_called(request_, answer):
    satisfaction.answer(request_, now=ASKED, **answer)
    assert not CallTask.objects.exists()


def test_without_a_number_there_is_nobody_to_call(request_):
    request_.ticket.customer.phone = ""
    request_.ticket.customer.save()
    satisfaction.answer(request_, "no", may_call=True, now=ASKED)
    assert not CallTask.objects.exists()
    assert owed(request_).state == Commitment.State.RUNNING


def test_allowed_with_the_second_answer_it_is_made_once(request_):
    satisfaction.answer(request_, "no", now=ASKED)
    satisfaction.answer(request_, "no", may_call=True, now=LATER)
    satisfaction.answer(request_, "no", may_call=True, comment="Please", now=LATER)
    assert CallTask.objects.count() == 1


def test_words_that_come_after_the_press_stand_in_the_conversation_and_in_the_draft(request_):
    satisfaction.answer(request_, "no", now=ASKED)
    satisfaction.answer(request_, "no", comment="Thick paper still jams", now=LATER)
    satisfaction.answer(request_, "no", comment="Thick paper still jams", may_call=True, now=LATER + hours(1))
    said = request_.ticket.messages.filter(direction="in", channel="page").order_by("at")
    assert [message.body for message in said] == ["It is not settled.", "Thick paper still jams"]
    assert "You wrote: “Thick paper still jams”" in Draft.objects.get().body
    assert owed(request_).started_at == ASKED


def test_a_draft_that_somebody_writes_on_is_left_alone(request_):
    satisfaction.answer(request_, "no", now=ASKED)
    Draft.objects.update(body="Dear Ana", fields={})
    satisfaction.answer(request_, "no", comment="Thick paper still jams", now=LATER)
    assert Draft.objects.get().body == "Dear Ana"


def test_rated_down_after_the_press_it_is_the_leads_with_the_draft(request_):
    satisfaction.answer(request_, "no", now=ASKED)
    satisfaction.answer(request_, "no", handling=1, now=LATER)
    assert owed(request_).accountable.name == "Petra Novak"
    assert Draft.objects.get().author.name == "Petra Novak"


def test_words_that_come_after_somebody_has_called_are_owed_an_answer_again(request_):
    satisfaction.answer(request_, "no", now=ASKED)
    log_call(request_.ticket)
    satisfaction.answer(request_, "no", comment="Thick paper still jams", now=LATER + hours(1))
    kept, again = request_.ticket.commitments.filter(kind=Kind.NEXT_RESPONSE).order_by("pk")
    assert (kept.outcome, again.state) == (Commitment.Outcome.KEPT, Commitment.State.RUNNING)


def test_a_call_that_reached_the_customer_ends_it_at_once_and_is_written_down_later(request_, time_machine):
    satisfaction.answer(request_, "no", may_call=True, now=ASKED)
    log_call(request_.ticket, Message.Result.NOT_REACHED)
    assert CallTask.objects.to_make().exists()
    call = log_call(request_.ticket)
    assert not CallTask.objects.to_make().exists()
    time_machine.move_to(LATER, tick=False)
    tasks.finish()
    task = CallTask.objects.get()
    assert (task.call, task.ended_at, task.ended_by) == (call, LATER, call.author)
    assert calls.finish(task, now=LATER).call == call


def test_somebody_may_say_why_nobody_has_to_call(request_):
    satisfaction.answer(request_, "no", may_call=True, now=ASKED)
    task, by = CallTask.objects.get(), make.user()
    with pytest.raises(ValidationError, match="Say why"):
        calls.not_needed(task, because=" ", by=by, now=LATER)
    calls.not_needed(task, because="She was here in person.", by=by, now=LATER)
    with pytest.raises(ValidationError, match="already"):
        calls.not_needed(task, because="Again", by=by, now=LATER)
    assert CallTask.objects.get().not_needed_because == "She was here in person."


def test_settled_after_all_ends_what_was_owed_and_wakes_nobody(request_):
    satisfaction.answer(request_, "no", may_call=True, now=ASKED)
    satisfaction.answer(request_, "yes", handling=5, comment="It was the cable", now=LATER)
    assert (owed(request_).outcome, owed(request_).ended_at) == (Commitment.Outcome.WITHDRAWN, LATER)
    assert CallTask.objects.get().not_needed_because == "The customer says that it is settled."
    said = request_.ticket.messages.filter(direction="in").last()
    assert said.body == "It is settled.\n\nIt was the cable"
    assert Ticket.objects.get().is_open


def test_settled_after_all_forgives_no_miss(request_):
    satisfaction.answer(request_, "no", now=ASKED)
    satisfaction.answer(request_, "yes", now=zagreb("2026-11-27 10:00"))
    assert owed(request_).state == Commitment.State.RUNNING


def test_settled_after_all_but_handled_badly_still_needs_somebody(request_):
    satisfaction.answer(request_, "no", now=ASKED)
    satisfaction.answer(request_, "yes", handling=1, now=LATER)
    assert owed(request_).state == Commitment.State.RUNNING


def test_three_working_days_after_the_new_fix_we_ask_whether_it_is_settled_now(request_):
    satisfaction.answer(request_, "no", now=ASKED)
    again = zagreb("2026-11-25 10:00")
    tickets.resolve(request_.ticket, at=again, now=again, by=None)
    question = followups.plan(request_.ticket, now=again)
    assert question.due_at == zagreb("2026-11-30 10:00")
    body = followups.carry_out(question, now=question.due_at).delivery.body
    assert "Is it settled for you now?" in body


def test_not_settled_a_complaint_is_answered_within_four_working_hours():
    make.organisation()
    ensure_shipped_standards(MONDAY_9AM)
    request_ = asked(resolved_ticket(ticket_type=TicketType.COMPLAINT))
    satisfaction.answer(request_, "no", now=ASKED)
    assert owed(request_).due_at == zagreb("2026-11-25 10:00")


def failed(ticket):
    followup = acknowledged(ticket)
    Delivery.objects.filter(pk=followup.delivery_id).update(state="failed", ended_at=MONDAY_9AM, reason="550 no")
    return followups.finish(followup, now=MONDAY_9AM)


def test_a_mail_that_failed_becomes_a_call():
    ticket = came_by_mail(customer=make.customer(phone="01 555 0198"))
    followup = failed(ticket)
    task = CallTask.objects.get()
    assert (followup.state, task.followup, task.why) == (State.FAILED, followup, CallTask.Why.MAIL_FAILED)
    assert followups.finish(followup, now=MONDAY_9AM).state == State.FAILED
    assert CallTask.objects.count() == 1


def test_without_a_number_a_mail_that_failed_stays_failed():
    failed(came_by_mail())
    assert not CallTask.objects.exists()


def test_a_second_call_is_asked_for_when_the_first_was_made():
    ticket = came_by_mail(customer=make.customer(phone="01 555 0198"))
    followup = failed(ticket)
    log_call(ticket, now=MONDAY_9AM + hours(1))
    second = FollowUp.objects.create(ticket=ticket, step=Step.SETTLED_QUESTION, due_at=LATER, made_at=LATER)
    followups.fail(second, reason="It could not be made.", now=LATER)
    assert list(CallTask.objects.to_make().values_list("followup", flat=True)) == [second.pk]
    assert CallTask.objects.get(followup=followup).call is not None


def test_a_closing_that_failed_calls_nobody():
    ticket = resolved_ticket(customer=make.customer(phone="01 555 0198"))
    followups.plan(ticket, now=RESOLVED)
    followups.fail(ticket.followups.get(step=Step.CLOSING), reason="No calendar.", now=LATER)
    assert not CallTask.objects.exists()
