"""Facts about who waits for a first response, and what the worker finds out about it."""

from datetime import timedelta

import pytest

from compliance.actions import waits
from compliance.queues import current_wait
from compliance.waiting import Saying, Spoken, Unit
from mail.models import Delivery
from people.terms import Channel
from standards.models import Forecast, TeamCalendar
from tests import make
from tests.make import MONDAY_9AM, hours
from tickets.actions import conversation, tickets
from tickets.actions.conversation import NextDate
from tickets.models import Message

pytestmark = pytest.mark.django_db
NOW = MONDAY_9AM + hours(5)


def called(ticket, after=1.0, result=Message.Result.REACHED):
    at = ticket.opened_at + hours(after)
    next_date = NextDate(contact_by=at + timedelta(days=9)) if result == Message.Result.REACHED else None
    conversation.log_call(ticket, "It is the label.", result, next_date, by=ticket.team.lead, now=at)


def forecast(team=None):
    waits.forecast(now=NOW)
    return Forecast.objects.get(team=team)


def test_a_wait_ends_with_the_first_word_of_a_person():
    for after in (1, 2, 3):
        called(make.ticket(), after)
    make.ticket(now=MONDAY_9AM + hours(4))
    found = forecast()
    assert (found.p50, found.sample, found.waiting, found.longest, found.as_of) == (120, 3, 1, 60, NOW)


def test_each_team_has_its_own_and_everybody_a_common_one():
    called(make.ticket(), 1)
    mine = make.ticket().team
    other = make.team()
    assert (forecast(mine).sample, forecast(other).sample, forecast().sample) == (1, 0, 1)


@pytest.mark.parametrize("result", [Message.Result.NOT_REACHED, Message.Result.MESSAGE_LEFT])
def test_who_was_not_reached_still_waits(result):
    called(make.ticket(), result=result)
    assert (forecast().sample, forecast().waiting) == (0, 1)


def test_mail_answers_when_our_server_has_accepted_it():
    ticket = make.ticket()
    message = conversation.reply(
        ticket, "The part is ordered.", NextDate(contact_by=MONDAY_9AM + timedelta(days=9)),
        by=ticket.team.lead, now=MONDAY_9AM + hours(1),
    )  # fmt: skip
    assert forecast().waiting == 1
    Delivery.objects.filter(pk=message.delivery_id).update(state="sent", ended_at=MONDAY_9AM + hours(2))
    assert (forecast().p50, forecast().waiting) == (120, 0)


def test_machines_and_receipts_answer_nothing():
    ticket = make.ticket()
    for fields in ({"human": False}, {"only_a_receipt": True, "author": ticket.team.lead}):
        Message.objects.create(
            ticket=ticket, direction="out", channel="phone", body="We got it.", at=MONDAY_9AM, **fields
        )
    assert forecast().waiting == 1


def test_who_phones_says_nothing_about_writing():
    make.ticket(channel=Channel.PHONE)
    assert forecast().waiting == 0


def test_what_was_resolved_unanswered_waits_no_longer_and_was_never_answered():
    ticket = make.ticket()
    tickets.resolve(ticket, at=MONDAY_9AM + hours(1), now=MONDAY_9AM + hours(1), by=ticket.team.lead)
    assert (forecast().sample, forecast().waiting, forecast().p50) == (0, 0, None)


def test_who_has_waited_for_months_is_in_the_queue():
    make.ticket(now=MONDAY_9AM - timedelta(days=100))
    assert forecast().waiting == 1


def test_the_standard_is_said_until_there_are_twenty_responses_and_then_the_wait():
    for _ in range(19):
        called(make.ticket())
    waits.forecast(now=NOW)
    assert current_wait(now=NOW).saying == Saying.STANDARD
    called(make.ticket())
    waits.forecast(now=NOW)
    wait = current_wait(now=NOW + timedelta(minutes=9))
    assert (wait.saying, wait.half, wait.most) == (Saying.CURRENT, Spoken(Unit.HOURS, 1), Spoken(Unit.HOURS, 1))
    assert current_wait(now=NOW + hours(3)).saying == Saying.NOT_AVAILABLE


def test_a_team_without_hours_has_no_wait():
    team = make.ticket().team
    TeamCalendar.objects.filter(team=team).delete()
    waits.forecast(now=NOW)
    assert not Forecast.objects.filter(team=team).exists()
    assert current_wait(team=team, now=NOW).saying == Saying.NOT_AVAILABLE
    assert current_wait(now=NOW).saying == Saying.NOT_AVAILABLE


def test_it_is_known_how_often_one_likes_to_ask():
    make.ticket()
    waits.forecast(now=NOW)
    waits.forecast(now=NOW)
    assert Forecast.objects.filter(team=None).count() == 1
