"""Promises that wait for the customer: told with a condition, started from the customer's message, once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils.translation import override

from compliance.cases import counted
from compliance.questions import Question, month_of
from mail.models import Delivery
from standards.terms import Kind
from tests import make
from tests.make import MONDAY_9AM, ZAGREB, hours, zagreb
from tickets.actions import commitments, conditions, conversation, setting_aside, settling
from tickets.actions.conditions import Condition
from tickets.actions.conversation import NextDate, Told
from tickets.actions.writing import Left
from tickets.certain import certain
from tickets.models import Commitment, Message, MessagePromise, Ticket
from tickets.wording import starts_when

pytestmark = pytest.mark.django_db
NOW = MONDAY_9AM + hours(1)
TWO_DAYS = Condition("you send the invoice", days=2)
TOLD = Told(words="The refund", starts_when=TWO_DAYS)
AND_NEXT = NextDate(contact_by=NOW + hours(50))


@pytest.fixture
def ticket() -> Ticket:
    return make.ticket()


def reply(ticket, *told, next_date=AND_NEXT, now=NOW) -> Message:
    return conversation.reply(ticket, "Hello.", next_date, told=told or [TOLD], by=ticket.team.lead, now=now)


def accepted(message, at=NOW):
    Delivery.objects.filter(pk=message.delivery_id).update(state=Delivery.State.SENT, ended_at=at)
    settling.settle(message, now=at)
    return message.ticket.commitments.filter(state=Commitment.State.CONDITIONAL).first()


def wrote(ticket, at, body="Here it is.") -> Message:
    return conversation.receive(ticket, body, channel="mail", at=at, now=at)


@pytest.fixture
def waiting(ticket) -> Commitment:
    return certain(accepted(reply(ticket)))


def test_the_mail_says_what_it_waits_for_and_how_long_it_takes_then(ticket):
    body = certain(reply(ticket).delivery).body
    assert "What we promise: The refund, within 2 working days after you send the invoice." in body


@pytest.mark.parametrize(
    ("language", "minutes", "days", "said"),
    [
        ("en", None, 1, "Within 1 working day after you send it."),
        ("en", 240, None, "Within 4 working hours after you send it."),
        ("bs", 60, None, "U roku od 1 radnog sata nakon što you send it."),
        ("sr-latn", None, 2, "U roku od 2 radna dana nakon što you send it."),
        ("ms", None, 2, "Dalam masa 2 hari bekerja selepas you send it."),
        ("hr", None, 5, "U roku od 5 radnih dana nakon što you send it."),
        ("hr", None, 1, "U roku od 1 radnog dana nakon što you send it."),
    ],
)
def test_how_long_it_takes_is_said_in_the_grammar_of_each_language(language, minutes, days, said):
    with override(language):
        assert starts_when("you send it.", minutes, days) == said


def test_it_has_no_time_and_counts_nowhere_until_it_has_started(ticket, waiting):
    november = Question(month_of(NOW.date(), ZAGREB), source="promise", kind=Kind.CUSTOM)
    assert (waiting.stage(NOW), waiting.due_at, waiting.promised_text) == ("conditional", None, "The refund")
    assert counted(november, viewer=None, now=NOW + hours(24 * 5), zone=ZAGREB).all.due == 0
    conditions.came_true(waiting, wrote(ticket, NOW + hours(2)), by=ticket.team.lead, now=NOW + hours(3))
    assert counted(november, viewer=None, now=NOW + hours(24 * 5), zone=ZAGREB).all.due == 1


def test_the_clock_counts_from_the_message_and_not_from_the_click(ticket, waiting):
    came = wrote(ticket, zagreb("2026-11-24 10:00"))
    started = conditions.came_true(waiting, came, by=ticket.team.lead, now=zagreb("2026-11-25 15:00"))
    assert (started.started_at, started.due_at) == (came.at, zagreb("2026-11-26 16:00"))


def test_whoever_looks_too_late_finds_it_overdue(ticket, waiting):
    came, late = wrote(ticket, zagreb("2026-11-24 10:00")), zagreb("2026-11-27 09:00")
    started = conditions.came_true(waiting, came, by=ticket.team.lead, now=late)
    assert started.is_overdue(late)


def test_without_a_message_it_counts_from_now(ticket, waiting):
    assert conditions.came_true(waiting, None, by=ticket.team.lead, now=NOW + hours(5)).started_at == NOW + hours(5)


def test_not_yet_leaves_it_waiting_and_an_earlier_message_starts_nothing(ticket, waiting):
    came = wrote(ticket, NOW + hours(2))
    still = conditions.not_yet(waiting, came, by=ticket.team.lead, now=NOW + hours(3))
    assert (still.state, still.unmet_until) == (Commitment.State.CONDITIONAL, came.at)
    with pytest.raises(ValidationError, match="before the promise"):
        conditions.came_true(waiting, ticket.messages.first(), by=ticket.team.lead, now=NOW + hours(3))


def test_a_message_that_only_waits_gives_the_customer_no_date(ticket):
    with pytest.raises(ValidationError, match="what happens next"):
        reply(ticket, next_date=None)


def test_it_may_stand_beside_a_question(ticket):
    waiting = accepted(reply(ticket, next_date=NextDate(wait_until=NOW + hours(48))))
    assert waiting is not None
    ticket.refresh_from_db()
    assert ticket.state == Ticket.State.WAITING_ON_CUSTOMER


def test_half_a_condition_is_refused(ticket):
    for half in (Condition("", days=2), Condition("you send it"), Condition("you send it", minutes=60, days=1)):
        with pytest.raises(ValidationError):
            reply(ticket, Told("The refund", starts_when=half))


def test_resolving_asks_about_it_and_the_customer_is_told(ticket, waiting):
    with pytest.raises(ValidationError, match="Still promised: The refund"):
        reply(ticket, next_date=NextDate(resolves=True), now=NOW + hours(1))
    resolves = NextDate(resolves=True, left={waiting.pk: Left.WITHDRAWN})
    message = conversation.reply(ticket, "Settled.", resolves, by=ticket.team.lead, now=NOW + hours(1))
    assert "No longer planned: The refund." in certain(message.delivery).body
    accepted(message, NOW + hours(1))
    waiting.refresh_from_db()
    assert waiting.outcome == Commitment.Outcome.WITHDRAWN


def test_done_before_it_started_it_was_kept(ticket, waiting):
    kept = commitments.keep(waiting, at=NOW + hours(1), now=NOW + hours(1), by=ticket.team.lead)
    assert (kept.outcome, kept.started_at) == (Commitment.Outcome.KEPT, NOW + hours(1))


def test_set_aside_and_taken_up_again_it_waits_again(ticket, waiting):
    aside = setting_aside.set_aside(ticket, Ticket.SetAside.TEST, by=ticket.team.lead, now=NOW + hours(1))
    setting_aside.take_up_again(aside, by=ticket.team.lead, now=NOW + hours(2))
    again = ticket.commitments.get(state=Commitment.State.CONDITIONAL)
    assert (again.condition, again.window_days) == ("you send the invoice", 2)


def test_the_database_refuses_a_condition_that_says_too_little_or_too_much(ticket):
    told = MessagePromise.objects.get(message=reply(ticket), kind=Kind.CUSTOM)
    name = "message_promise_condition_has_a_window_and_no_time"
    for wrong in ({"window_days": None}, {"due_at": NOW}, {"window_days": 0}):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            MessagePromise.objects.filter(pk=told.pk).update(**wrong)
    waiting = Commitment.objects.filter(pk=certain(accepted(told.message)).pk)
    with pytest.raises(IntegrityError, match="commitment_conditional_has_no_time_yet"), transaction.atomic():
        waiting.update(window_days=None)
    promised = Commitment.objects.filter(pk=make.promise(ticket).pk)
    with pytest.raises(IntegrityError, match="commitment_unmet_has_a_condition"), transaction.atomic():
        promised.update(unmet_until=NOW + timedelta(days=1))


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_start_it_once():
    ticket = make.ticket()
    waiting, came, ready = certain(accepted(reply(ticket))), wrote(ticket, NOW + hours(2)), Barrier(2)

    def start(_number: int) -> str:
        ready.wait()
        try:
            conditions.came_true(waiting, came, by=ticket.team.lead, now=NOW + hours(3))
        except ValidationError as refusal:
            return refusal.messages[0]
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(start, range(2))) == ["", "The clock of this promise runs already."]
