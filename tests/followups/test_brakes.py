"""All that keeps a mail that nobody wrote by hand from a customer, in one place and over all their tickets."""

from datetime import timedelta

import pytest
from django.utils import timezone

from followups import brakes
from followups.actions import followups, thanking
from followups.models import FollowUp
from mail import addresses
from mail.models import Suppression
from tests import make
from tests.followups.playing import RESOLVED, accepted, resolved_ticket
from tests.make import MONDAY_9AM, zagreb
from tickets.actions import conversation
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
Step, State = FollowUp.Step, FollowUp.State
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NOW = zagreb("2026-11-25 10:00")


def sent(customer, ago, purpose="settled_question"):
    """An automatic mail that left so long before NOW, each on a ticket of its own."""
    ticket = make.ticket(customer=customer)
    message = conversation.send_automatically(
        ticket, "Words.", purpose=purpose, subject="It", key=f"k{ticket.pk}", now=NOW - ago,
        stop_on=[], at_least_once=False, expires_at=None,
    )  # fmt: skip
    accepted(message.delivery, at=NOW - ago)


def planned(customer, step=Step.SETTLED_QUESTION):
    """Something of that kind that is due now."""
    ticket = make.ticket(customer=customer)
    return FollowUp.objects.create(ticket=ticket, step=step, due_at=NOW, made_at=NOW)


@pytest.mark.parametrize(
    ("past", "leaves_at"),
    [
        ([], None),
        ([(2 * DAY, "settled_question")], None),
        # one unsolicited mail a day
        ([(20 * HOUR, "silence")], NOW + 4 * HOUR),
        # three a week, of whatever kind and on whatever ticket
        ([(6 * DAY, "silence"), (4 * DAY, "check_in"), (2 * DAY, "settled_question")], NOW + DAY),
        # what answers their own message counts for the hour alone
        ([(2 * HOUR, "acknowledgement"), (3 * HOUR, "acknowledgement")], None),
        ([(HOUR / 2, "acknowledgement")], NOW + HOUR / 2),
        # a new link was asked for
        ([(HOUR / 2, "new_link")], None),
        # the cap ends at night: it waits for the morning
        ([(DAY - 9 * HOUR, "silence")], zagreb("2026-11-26 08:00")),
    ],
)
def test_caps_count_over_all_tickets_of_a_customer(past, leaves_at):
    customer = make.customer()
    followup = planned(customer)
    for ago, purpose in past:
        sent(customer, ago, purpose)
    assert brakes.next_moment(followup, customer, followup.ticket.team, NOW) == leaves_at


@pytest.mark.parametrize(
    ("zone", "now", "leaves_at"),
    [
        ("", zagreb("2026-11-25 07:00"), zagreb("2026-11-25 08:00")),
        ("", zagreb("2026-11-25 19:30"), zagreb("2026-11-26 08:00")),
        ("", zagreb("2026-11-28 12:00"), zagreb("2026-11-30 08:00")),  # a Saturday
        ("America/New_York", zagreb("2026-11-25 10:00"), zagreb("2026-11-25 14:00")),  # still night there
    ],
)
def test_quiet_hours_are_the_customers_and_holidays_ours(zone, now, leaves_at):
    followup = planned(make.customer(zone=zone))
    assert brakes.next_moment(followup, followup.ticket.customer, followup.ticket.team, now) == leaves_at


@pytest.mark.parametrize("step", [Step.ACKNOWLEDGEMENT, Step.CLOSING, Step.SILENCE_CLOSING])
def test_what_answers_them_or_reaches_nobody_waits_for_nothing(step):
    customer = make.customer()
    sent(customer, HOUR / 2)
    followup = planned(customer, step)
    assert brakes.next_moment(followup, customer, followup.ticket.team, zagreb("2026-11-28 23:00")) is None


@pytest.mark.parametrize(
    ("stop", "step", "stops"),
    [
        ({"purpose": ""}, Step.SETTLED_QUESTION, True),
        ({"purpose": ""}, Step.ACKNOWLEDGEMENT, True),
        ({"purpose": "settled_question"}, Step.SETTLED_REMINDER, True),
        ({"purpose": "settled_question"}, Step.SILENCE_REMINDER, False),
        ({"purpose": "optional"}, Step.CHECK_IN, True),
        ({"purpose": "optional"}, Step.THANK_YOU, True),
        ({"purpose": "optional"}, Step.SILENCE_LAST, False),
        ({"purpose": "", "cause": "bounced"}, Step.CHECK_IN, True),
        ("deceased", Step.SETTLED_QUESTION, True),
        ("deceased", Step.SILENCE_LAST, True),
        ("deceased", Step.ACKNOWLEDGEMENT, False),
        ("deceased", Step.CLOSING, False),
    ],
)
def test_a_stop_ends_what_it_is_about(stop, step, stops):
    customer = make.customer()
    if isinstance(stop, dict):
        Suppression.objects.create(address=customer.email.upper(), reason="They said so.", at=NOW, **stop)
    else:
        customer.nothing_unasked_because = "Legal hold."
    assert bool(brakes.stopped(customer, step)) == stops


def test_nothing_leaves_to_a_customer_on_legal_hold_and_the_reason_stands_there():
    question = followups.plan(resolved_ticket(), now=RESOLVED)
    question.ticket.customer.nothing_unasked_because = "Legal hold."
    question.ticket.customer.save()
    skipped = followups.carry_out(question, now=question.due_at)
    assert (skipped.state, skipped.reason) == (State.SKIPPED, "Legal hold.")


def thanks(**customer):
    person = make.user(name="Iva Ivić")
    make.organisation(default_team=make.team())
    customer = make.customer(name="Ana Kovač", **customer)
    return thanking.plan(customer, "the new heat pump", delivered_at=MONDAY_9AM, by=person, now=MONDAY_9AM)


def test_thanks_leave_a_working_day_after_the_delivery_in_the_name_of_a_person():
    planned = thanks()
    assert planned.due_at == zagreb("2026-11-24 09:00")
    mail = followups.carry_out(planned, now=planned.due_at).delivery
    assert (mail.about, mail.purpose) == ("", "thank_you")
    assert "Iva Ivić" in mail.sender_name
    assert "the new heat pump" in mail.body
    accepted(mail, at=planned.due_at)
    assert followups.finish(FollowUp.objects.get(), now=planned.due_at).state == State.DONE


def test_nobody_is_thanked_while_something_is_amiss():
    planned = thanks()
    make.ticket(customer=planned.customer, ticket_type="complaint", now=MONDAY_9AM)
    skipped = followups.carry_out(planned, now=planned.due_at)
    assert (skipped.state, skipped.reason) == (State.SKIPPED, "The customer has an open complaint.")


def test_thanks_count_for_the_caps_of_everything_else():
    planned = thanks()
    accepted(followups.carry_out(planned, now=planned.due_at).delivery, at=planned.due_at)
    question = followups.plan(resolved_ticket(customer=planned.customer), now=RESOLVED)
    postponed = followups.carry_out(question, now=zagreb("2026-11-24 14:00"))
    assert postponed.state == State.SCHEDULED
    assert postponed.due_at > zagreb("2026-11-24 14:00")


def test_a_check_in_follows_a_complaint_thirty_calendar_days_later_and_not_a_question():
    complaint = resolved_ticket(ticket_type="complaint")
    followups.plan(complaint, now=RESOLVED)
    followups.plan(resolved_ticket(), now=RESOLVED)
    check_in = FollowUp.objects.get(step=Step.CHECK_IN)
    assert (check_in.ticket, check_in.due_at) == (complaint, zagreb("2026-12-23 14:00"))
    Ticket.objects.filter(pk=complaint.pk).update(state=Ticket.State.CLOSED)
    mail = followups.carry_out(check_in, now=check_in.due_at).delivery
    assert "Is everything still as it should be?" in mail.body
    assert mail.body.count("[[link:answer_") == 3


@pytest.mark.parametrize(("purpose", "words"), [("thank_you", "thank you by mail"), ("check_in", "all still works")])
def test_one_press_stops_mail_of_one_purpose_and_the_page_says_which(client, purpose, words):
    customer, step = make.customer(), Step.CHECK_IN if purpose == "check_in" else Step.THANK_YOU
    make.organisation()
    token = addresses.issue("stop", f"purpose:{purpose}", customer.email, now=timezone.now())
    assert words in client.get(f"/u/{token}/").content.decode()
    assert not brakes.stopped(customer, step)
    assert words in client.post(f"/u/{token}/").content.decode()
    assert brakes.stopped(customer, step)
    assert not brakes.stopped(customer, Step.SETTLED_QUESTION)
