"""Whoever writes to us is told at once that it is here, and when a person answers."""

from datetime import timedelta

import pytest
from django.utils import translation

from followups import brakes, tasks
from followups.models import FollowUp
from mail import outbox
from mail.models import Delivery
from standards.terms import Kind
from tests import make
from tests.followups.playing import accepted, acknowledged, came_by_mail
from tests.make import MONDAY_9AM, hours, zagreb
from tickets.actions import conversation, settling
from tickets.actions.conversation import NextDate
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db
State = FollowUp.State


def first_words(ticket, now=MONDAY_9AM):
    return acknowledged(ticket, now=now).delivery


def test_a_customers_mail_is_acknowledged_by_the_worker_alone(time_machine):
    time_machine.move_to(MONDAY_9AM + timedelta(seconds=20), tick=False)
    ticket = came_by_mail()
    assert Ticket.objects.get(unplanned=True) == ticket
    tasks.plan()
    tasks.carry_out()
    mail = Delivery.objects.get()
    assert (mail.purpose, mail.recipient, mail.automatic) == ("acknowledgement", ticket.customer.email, True)
    assert mail.next_at - MONDAY_9AM < timedelta(minutes=1)
    tasks.plan()
    tasks.carry_out()
    assert Delivery.objects.count() == 1


def test_it_says_who_has_it_and_when_a_person_answers():
    ticket = came_by_mail(team=make.team(name="Devices"))
    mail = first_words(ticket)
    assert f"Hello {ticket.customer.name},\n\nyour message “Printer does not print since Monday” is here." in mail.body
    assert f"T-{ticket.number}" in mail.body
    assert "the team Devices" in mail.body
    assert "A person answers you by Monday 23 November 2026, 13:00 (Zagreb time)." in mail.body
    assert "[[link:ticket:ticket:" in mail.body
    assert "open again" not in mail.body
    assert mail.subject == f"[T-{ticket.number}] Printer does not print since Monday"


def test_it_reads_in_the_customers_language_and_zone():
    customer = make.customer(language="hr", zone="Europe/London")
    mail = first_words(came_by_mail(customer=customer))
    assert "Dobar dan" in mail.body
    assert "12:00" in mail.body
    with translation.override("en"):
        assert "A person answers" not in mail.body


@pytest.mark.parametrize("language", ["en", "hr"])
def test_it_has_ninety_words_at_most(language):
    night = zagreb("2026-11-21 02:00")
    make.standard(window_minutes=240, now=zagreb("2026-11-01 00:00"))
    ticket = make.ticket(
        customer=make.customer(language=language), now=night, subject="All the pipes in the cellar are wet " * 5
    )
    body = first_words(ticket, now=night + hours(1)).body
    assert len(body.split()) <= 90, body


def test_at_night_it_says_when_we_open():
    make.standard(window_minutes=240, now=zagreb("2026-11-01 00:00"))
    night = zagreb("2026-11-22 23:00")
    body = first_words(make.ticket(now=night), now=night).body
    assert "We are open again from Monday 23 November 2026, 08:00" in body
    assert "by Monday 23 November 2026, 12:00" in body


def test_made_late_it_says_when_the_message_arrived():
    body = first_words(came_by_mail(), now=MONDAY_9AM + hours(1)).body
    assert "It arrived: Monday 23 November 2026, 09:00" in body


def test_its_acceptance_keeps_the_acknowledgement_and_nothing_else():
    ticket = came_by_mail()
    accepted(first_words(ticket), at=MONDAY_9AM + timedelta(seconds=30))
    assert ticket.commitments.get(kind=Kind.ACKNOWLEDGE).outcome == "kept"
    assert ticket.commitments.get(kind=Kind.FIRST_RESPONSE).state == "running"


def test_what_staff_take_down_is_not_acknowledged():
    for ticket in (came_by_mail(channel="phone"), came_by_mail(by=make.user())):
        assert not ticket.unplanned


def test_whoever_was_answered_already_gets_no_acknowledgement():
    ticket = came_by_mail()
    conversation.reply(ticket, "Yes.", NextDate(resolves=True), by=ticket.team.lead, now=MONDAY_9AM)
    skipped = acknowledged(ticket)
    assert (skipped.state, skipped.reason) == (State.SKIPPED, "A person has answered already.")


def test_a_reply_stops_one_that_still_waits():
    ticket = came_by_mail()
    mail = first_words(ticket)
    conversation.reply(ticket, "Yes.", NextDate(resolves=True), by=ticket.team.lead, now=MONDAY_9AM)
    mail.refresh_from_db()
    assert mail.state == Delivery.State.CANCELLED
    settling.settle_all(now=MONDAY_9AM)
    tasks.finish()
    assert FollowUp.objects.get().reason == "Somebody has written to the customer since."


def test_a_machine_gets_no_automatic_answer():
    ticket = came_by_mail()
    Message.objects.update(human=False)
    assert acknowledged(ticket).reason.startswith("A machine wrote it")


def test_nothing_names_a_time_that_has_passed():
    assert acknowledged(came_by_mail(), now=MONDAY_9AM + hours(5)).reason.startswith("The time that it would name")
    ticket = came_by_mail()
    mail = first_words(ticket, now=MONDAY_9AM + hours(3))
    assert mail.expires_at == ticket.commitments.get(kind=Kind.FIRST_RESPONSE).due_at


def test_a_day_later_a_person_looks_after_it_instead():
    ticket = make.ticket()  # no standard names a time
    assert acknowledged(ticket, now=MONDAY_9AM + hours(25)).reason == "It would have come too late."


def test_without_a_standard_it_promises_nothing():
    body = first_words(make.ticket()).body
    assert "A person answers" not in body
    assert "To add something" in body


def test_three_an_hour_are_enough_for_one_address():
    customer = make.customer()
    results = [acknowledged(came_by_mail(customer=customer)).state for _ in range(brakes.LOOP_OF + 1)]
    assert results == [State.HANDED_OVER] * 3 + [State.SKIPPED]
    later = MONDAY_9AM + hours(1.1)
    assert acknowledged(came_by_mail(customer=customer, now=later), now=later).state == State.HANDED_OVER


def test_after_three_in_a_day_each_stands_an_hour_apart_from_whatever_we_sent_before():
    customer = make.customer()
    for number in (0, 2, 4):
        written = MONDAY_9AM + hours(number)
        acknowledged(came_by_mail(customer=customer, now=written), now=written)
    answered = came_by_mail(customer=customer, now=MONDAY_9AM + hours(6))
    assert acknowledged(answered, now=answered.opened_at).state == FollowUp.State.HANDED_OVER
    later, next_date = MONDAY_9AM + hours(7.5), NextDate(contact_by=MONDAY_9AM + hours(30))
    conversation.reply(answered, "We look at it.", next_date, by=make.user(), now=later)
    echo = came_by_mail(customer=customer, now=later + timedelta(minutes=5))
    assert acknowledged(echo, now=echo.opened_at).state == FollowUp.State.SKIPPED


def test_a_flood_of_mail_makes_no_misses_and_each_is_still_owed_an_answer():
    make.standard(kind=Kind.ACKNOWLEDGE, clock="wall", window_minutes=15, name="Confirmation")
    make.standard(window_minutes=240)
    customer = make.customer()
    flood = [came_by_mail(customer=customer) for _ in range(5)]
    for ticket in flood:
        acknowledged(ticket)
    last = flood[-1].commitments.get(kind=Kind.ACKNOWLEDGE)
    assert (last.outcome, last.ended_at) == ("withdrawn", MONDAY_9AM)
    assert flood[0].commitments.get(kind=Kind.ACKNOWLEDGE).outcome == ""
    assert all(ticket.commitments.running().filter(kind=Kind.FIRST_RESPONSE).exists() for ticket in flood)


def test_a_reopened_ticket_is_not_acknowledged_again():
    ticket = came_by_mail()
    acknowledged(ticket)
    conversation.reply(ticket, "Done.", NextDate(resolves=True), by=ticket.team.lead, now=MONDAY_9AM + hours(1))
    Delivery.objects.update(state="sent", ended_at=MONDAY_9AM + hours(1))
    settling.settle_all(now=MONDAY_9AM + hours(1))
    tasks.plan()
    conversation.receive(ticket, "No!", channel="mail", at=MONDAY_9AM + hours(2), now=MONDAY_9AM + hours(2))
    tasks.plan()
    assert FollowUp.objects.filter(step="acknowledgement").count() == 1
    assert outbox.cancel(ticket.about, "person_wrote", now=MONDAY_9AM) == 0
