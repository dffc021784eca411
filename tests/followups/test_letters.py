"""Every letter that follow-ups are has its parts, in order, and stays short: in English and in Croatian."""

from datetime import timedelta

import pytest

from followups import playbooks, rules, wording
from followups.actions import followups
from followups.models import FollowUp
from followups.playbook_terms import Code
from people.models import Organisation
from standards.terms import Kind
from tests import make
from tests.followups.playing import ASKED, RESOLVED, acknowledged, came_by_mail, resolved_ticket
from tests.make import MONDAY_9AM, hours, zagreb
from tickets.actions import conversation
from tickets.models import Message

pytestmark = pytest.mark.django_db
LONG = "All the pipes in the cellar are wet and the water is still coming in " * 2
EXCLUSIONS = {"en": "The time stands still while we wait for you.", "hr": "Vrijeme miruje dok čekamo Vas."}


@pytest.fixture(params=["en", "hr"])
def customer(request):
    return make.customer(name="Ana Marija Kovač-Horvat", language=request.param)


def in_order(body, *parts):
    """Each stands in `body`, one after the other."""
    places = [body.find(part) for part in parts]
    assert -1 not in places, (parts[places.index(-1)], body)
    assert places == sorted(places), body


def words(body):
    return len(body.split())


def test_the_acknowledgement(customer):
    make.standard(window_minutes=240, now=zagreb("2026-11-01 00:00"), exclusions=EXCLUSIONS)
    ticket = make.ticket(customer=customer, subject="Wet cellar")
    body = acknowledged(ticket).delivery.body
    in_order(
        body, customer.name, "Wet cellar", f"T-{ticket.number}", ticket.team.name, "13:00",
        EXCLUSIONS[customer.language], "[[link:ticket:",
    )  # fmt: skip
    assert words(body) <= 90


def test_at_its_longest_the_acknowledgement_leaves_out_what_is_not_covered(customer):
    long_winded = dict.fromkeys(("en", "hr"), "One more thing that is not covered. " * 12)
    make.standard(window_minutes=240, now=zagreb("2026-11-01 00:00"), exclusions=long_winded)
    night = zagreb("2026-11-21 02:00")
    body = acknowledged(make.ticket(customer=customer, now=night, subject=LONG), now=night + hours(1)).delivery.body
    assert "not covered" not in body
    assert words(body) <= 90


def test_the_question(customer):
    ticket = resolved_ticket(customer=customer, subject=LONG)
    planned = followups.plan(ticket, now=RESOLVED)
    body = followups.carry_out(planned, now=ASKED).delivery.body
    in_order(body, customer.name, "All the pipes", "?", "[[link:answer_yes:", ticket.team.lead.name)
    assert words(body) <= 50


@pytest.mark.parametrize("again", [False, True])
def test_the_question_the_first_and_the_second_time(customer, again):
    _subject, body = wording.question(
        customer, number=7, subject=LONG, about="satisfaction:7", who="Ivana Perić", again=again
    )  # fmt: skip
    assert body.count("?") == 1
    assert words(body) <= 50


def test_the_reminder(customer):
    _subject, body = wording.reminder(
        customer,
        number=7,
        subject=LONG,
        about="satisfaction:7",
        who="Ivana Perić",
        closes_at=zagreb("2026-12-02 14:00"),
    )
    in_order(body, customer.name, "?", "[[link:answer_yes:", "2026", "Ivana Perić")
    assert words(body) <= 60


def test_the_draft_of_a_progress_update(customer):
    owner = make.user(name="Ivana Perić")
    ticket = make.ticket(customer=customer, owner=owner)
    update = make.promise(ticket, kind=Kind.UPDATE, due=MONDAY_9AM + hours(24))
    obstacle = "the supplier is closed on Tuesdays"
    make.promise(ticket, at=MONDAY_9AM + hours(1), due=zagreb("2026-11-26 12:00"), may_get_in_the_way=obstacle)
    for hour in range(2, 12):
        conversation.receive(ticket, "And?", channel="mail", at=MONDAY_9AM + hours(hour), now=MONDAY_9AM + hours(hour))
    body = wording.progress(ticket, update, by=owner)
    in_order(body, customer.name, "20:00", "‹", "12:00", obstacle, owner.name)
    assert body.count("2026,") + body.count("2026.") <= 5
    assert words(body) <= 80


@pytest.mark.parametrize("settled", [False, True])
def test_the_draft_after_not_settled(customer, settled):
    Organisation.objects.update(phone="01 555 0100")
    ticket = make.ticket(customer=customer, subject=LONG)
    body = wording.not_settled(ticket, settled=settled, comment=LONG, by=ticket.team.lead)
    in_order(body, customer.name, "All the pipes", "‹", "01 555 0100", ticket.team.lead.name)
    assert words(body) <= 80


def test_no_letter_says_sla_breach_or_escalation(customer):
    ticket = came_by_mail(customer=customer)
    letters = [
        acknowledged(ticket).delivery.body,
        wording.not_settled(ticket, settled=False, comment="", by=ticket.team.lead),
        wording.question(customer, number=7, subject="Pipes", about="satisfaction:7", who="Ivana Perić")[1],
    ]
    for letter in letters:
        assert not {"sla", "breach", "escalation", "unfortunately", "nažalost"} & set(letter.lower().split())


def test_a_working_day_later_is_counted_from_the_day_and_not_from_the_hour():
    calendar = make.calendar().current.working
    monday, friday = zagreb("2026-11-23 17:30"), zagreb("2026-11-27 14:00")
    assert playbooks.working_days_later(calendar, monday, 1) == zagreb("2026-11-25 08:00")
    assert playbooks.working_days_later(calendar, friday, 1) == zagreb("2026-11-30 14:00")
    assert playbooks.working_days_later(calendar, friday, 7) == zagreb("2026-12-08 14:00")
    assert playbooks.working_days_later(calendar, zagreb("2026-11-28 10:00"), 1) == zagreb("2026-11-30 10:00")


def test_nobody_is_asked_before_a_day_has_passed():
    ticket = make.ticket()
    question = rules.step_in_use(Code.RESOLVED, FollowUp.Step.SETTLED_QUESTION)
    changed_clocks = zagreb("2027-03-25 14:00")
    for days in range(4):
        resolved_at = changed_clocks + timedelta(days=days)
        assert playbooks.due_at(question, ticket, resolved_at) - resolved_at >= timedelta(hours=24)


def test_what_reached_the_customer_by_phone_stands_in_no_update_as_a_try():
    ticket = make.ticket()
    update = make.promise(ticket, kind=Kind.UPDATE, due=MONDAY_9AM + hours(24))
    conversation.log_call(
        ticket, "Nobody", Message.Result.NOT_REACHED, None, by=ticket.team.lead, now=MONDAY_9AM + hours(1)
    )
    assert "we tried to call you" in wording.progress(ticket, update, by=ticket.team.lead)
