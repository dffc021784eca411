"""What is planned is in view before it leaves, and a person decides about it: now, later, otherwise, or not at all."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from desk import planned as desk_planned
from followups import tasks, ways
from followups.actions import deciding, followups, thanking
from followups.models import FollowUp
from mail.models import Delivery
from people.models import Organisation
from tests import make
from tests.desk.looking import signed_in
from tests.followups.playing import ASKED, RESOLVED, resolved_ticket
from tests.make import MONDAY_9AM, zagreb
from tickets.actions import conversation
from tickets.actions.conversation import NextDate
from tickets.models import Message

pytestmark = pytest.mark.django_db
State, Step = FollowUp.State, FollowUp.Step
URL = "/desk/follow-ups/"


@pytest.fixture
def lead():
    """Of the team that has the tickets."""
    person = make.user(name="Petra Novak")
    team = make.team(lead=person)
    make.organisation(default_team=team)
    return person


def planned(lead, **fields):
    """A resolved ticket of the lead's team whose question is planned for Tuesday at two."""
    return followups.plan(resolved_ticket(team=Organisation.objects.the().default_team, **fields), now=RESOLVED)


def test_all_that_is_planned_stands_by_day_with_why_and_which_way(lead, time_machine):
    time_machine.move_to(RESOLVED, tick=False)
    planned(lead, customer=make.customer(name="Ana Kovač"))
    page = signed_in(lead).get(URL).content.decode()
    for words in ("Tue 24 Nov", "Question: is it settled?", "A ticket is resolved", "Ana Kovač"):
        assert words in page


def test_mine_is_what_i_answer_for_and_another_team_sees_nothing(lead, time_machine):
    time_machine.move_to(RESOLVED, tick=False)
    colleague = make.user()
    planned(lead, owner=colleague)
    assert "Question: is it settled?" not in signed_in(lead).get(f"{URL}?whose=mine").content.decode()
    stranger = signed_in(make.team(lead=make.user()).lead)
    assert "Question: is it settled?" not in stranger.get(URL).content.decode()


def test_it_goes_on_over_pages_without_a_gap_at_the_cost_of_one(lead, time_machine):
    time_machine.move_to(RESOLVED, tick=False)
    client = signed_in(lead)
    customer = make.customer()
    rows = [thanking.plan(customer, f"Pump {n}", delivered_at=MONDAY_9AM, by=lead, now=RESOLVED) for n in range(3)]
    costs, seen = [], []
    for number in (0, 70):
        for n in range(number):
            rows.append(thanking.plan(customer, f"Boiler {n}", delivered_at=MONDAY_9AM, by=lead, now=RESOLVED))
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(URL)
        costs.append(len(queries))
    assert costs[1] <= costs[0]
    page = answer.context["page"]
    while True:
        seen += [one.followup.pk for day in page.days for one in day.planned]
        if not page.after:
            break
        page = client.get(f"{URL}?after={page.after}").context["page"]
    assert seen == [row.pk for row in rows]


def test_what_is_held_back_waits_for_somebody_and_what_is_released_leaves(lead, time_machine):
    question = planned(lead)
    time_machine.move_to(RESOLVED, tick=False)
    client = signed_in(lead)
    client.post(f"{URL}{question.pk}/hold/")
    time_machine.move_to(ASKED, tick=False)
    tasks.carry_out()
    question.refresh_from_db()
    assert (question.state, question.held_by) == (State.SCHEDULED, lead)
    assert "Held back by Petra Novak" in client.get(URL).content.decode()
    client.post(f"{URL}{question.pk}/release/")
    tasks.carry_out()
    question.refresh_from_db()
    assert question.state == State.HANDED_OVER


def test_a_skip_has_a_reason_and_is_counted(lead, time_machine):
    question = planned(lead)
    time_machine.move_to(RESOLVED, tick=False)
    client = signed_in(lead)
    client.post(f"{URL}{question.pk}/skip/", {"reason": ""})
    assert FollowUp.objects.get(pk=question.pk).state == State.SCHEDULED
    client.post(f"{URL}{question.pk}/skip/", {"reason": "She told me on the phone."})
    question.refresh_from_db()
    assert (question.state, question.skipped_by, question.reason) == (State.SKIPPED, lead, "She told me on the phone.")
    assert "Question: is it settled?: 1" in client.get(URL).content.decode()


def test_one_mail_says_what_a_person_wrote_for_it(lead):
    customer = make.customer(name="Ana Kovač")
    thanks = thanking.plan(customer, "the new pump", delivered_at=MONDAY_9AM, by=lead, now=MONDAY_9AM)
    client = signed_in(lead)
    assert "the new pump" in client.get(f"{URL}{thanks.pk}/text/").content.decode()
    assert client.post(f"{URL}{thanks.pk}/text/", {"body": " "}).status_code == 422
    assert client.post(f"{URL}{thanks.pk}/text/", {"body": "Hello Ana Kovač,\r\n\r\nenjoy it."}).status_code == 302
    sent = followups.carry_out(FollowUp.objects.get(), now=thanks.due_at)
    assert Delivery.objects.get(pk=sent.delivery_id).body.startswith("Hello Ana Kovač,\n\nenjoy it.")


def test_the_text_of_a_check_in_keeps_a_place_for_the_answers(lead):
    customer = make.customer(name="Ana Kovač")
    followups.plan(resolved_ticket(ticket_type="complaint", customer=customer), now=RESOLVED)
    check_in = FollowUp.objects.get(step=Step.CHECK_IN)
    answer = signed_in(make.manager()).post(f"{URL}{check_in.pk}/text/", {"body": "All well?"})
    assert (answer.status_code, "{answers}" in answer.content.decode()) == (422, True)
    with pytest.raises(ValidationError, match="greeting by name"):
        deciding.write(check_in, "All well?\n\n{answers}", by=lead, now=RESOLVED)
    deciding.write(check_in, "Hello Ana Kovač,\n\nall well?\n\n{answers}", by=lead, now=RESOLVED)
    mail = followups.carry_out(FollowUp.objects.get(pk=check_in.pk), now=check_in.due_at).delivery
    assert mail.body.startswith("Hello Ana Kovač,\n\nall well?\n\n[[link:answer_yes:")


def test_a_customers_page_shows_what_they_will_get(lead, time_machine):
    time_machine.move_to(RESOLVED, tick=False)
    question = planned(lead)
    page = signed_in(lead).get(f"/desk/customers/{question.ticket.customer_id}/").content.decode()
    assert "What they will get" in page
    assert "Question: is it settled?" in page


def test_what_has_left_can_be_neither_held_nor_written(lead):
    question = followups.carry_out(planned(lead), now=ASKED)
    client = signed_in(lead)
    client.post(f"{URL}{question.pk}/hold/")
    assert FollowUp.objects.get(pk=question.pk).held_at is None
    assert question.due_at + timedelta(days=7) == question.latest_at == zagreb("2026-12-01 14:00")


def test_the_page_says_the_way_that_it_will_go(lead, time_machine):
    time_machine.move_to(MONDAY_9AM, tick=False)
    customer = make.customer(phone="01 555 0198")
    ticket = make.ticket(customer=customer, team=Organisation.objects.the().default_team)
    waits = NextDate(wait_until=zagreb("2026-12-10 09:00"))
    conversation.log_call(ticket, "Which label?", Message.Result.REACHED, waits, by=lead, now=MONDAY_9AM)
    followups.plan(ticket, now=MONDAY_9AM)
    shown = desk_planned.of_customer(customer, user=lead)
    assert [one.way for one in shown] == ["Phone", "Phone", "Phone", ""]
    for one in shown[:3]:
        step = one.followup.playbook_step
        assert ways.of(step, one.followup, customer) == "phone"
