"""Sending: what each answer of a real SMTP server does to a mail, its batch and its mailbox."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import OperationalError

from mail import outbox, sending
from mail import server as smtp_server
from mail.models import Attempt, Delivery
from tests.mail.post_office import DROP, PostOffice, opened, post_office
from tests.mail.posting import Outcome, State, after, again, planned, question, state
from tests.make import MONDAY_9AM

__all__ = ["post_office"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def strict_post_office(settings) -> Iterator[PostOffice]:
    """A server that takes mail only from who knows the password."""
    yield from opened(PostOffice(password="right", sign_in_required=True), settings)


@pytest.fixture(autouse=True)
def _a_batch_is_not_stopped():
    sending.Draining.now = False
    yield
    sending.Draining.now = False


def send(now=MONDAY_9AM, **fields) -> int:
    return sending.send_due(now=now, **fields)


def outcomes(mail) -> list[str]:
    return [attempt.outcome for attempt in mail.attempts.all()]


def paused_why(mail) -> str:
    return again(mail).mailbox.sending_paused_why


def is_for_people(words: str) -> bool:
    """No remains of the machine: no Python types, bytes, braces or tracebacks."""
    return bool(words) and not any(sign in words for sign in ("b'", "{'", "('", "Error", "Exception", "smtplib", "\\n"))


# --- Accepted -------------------------------------------------------------------------------------


def test_what_is_due_leaves_and_is_sent_when_the_server_accepted_it(post_office):
    mail, later = planned(), planned(due_at=after(minutes=1))
    assert send() == 1
    assert post_office.recipients == [mail.recipient]
    assert (state(mail), again(mail).ended_at, outcomes(mail)) == (State.SENT, MONDAY_9AM, [Outcome.SENT])
    assert state(later) == State.QUEUED


def test_a_whole_batch_goes_over_one_connection(post_office):
    for _mail in range(45):
        planned()
    assert send() == 45
    assert (len(post_office.taken), post_office.connections) == (45, 1)


def test_nothing_due_opens_no_connection(post_office):
    planned(due_at=after(minutes=1))
    assert send() == 0
    assert post_office.connections == 0


def test_what_was_cancelled_or_would_come_too_late_does_not_leave(post_office):
    taken_back, too_late = planned(), planned(expires_at=after(seconds=-1))
    outbox.cancel_one(taken_back, now=MONDAY_9AM, reason="Taken back")
    assert send() == 0
    assert post_office.taken == []
    assert [state(taken_back), state(too_late)] == [State.CANCELLED, State.EXPIRED]


# --- Not now --------------------------------------------------------------------------------------


def test_greylisting_is_waited_out_and_the_mail_arrives_once(post_office):
    mail = planned()
    post_office.says("450 4.2.0 Greylisted, come back in a minute", at="RCPT", times=1)
    assert send() == 0
    found = again(mail)
    assert (found.state, outcomes(mail)) == (State.QUEUED, [Outcome.RETRY])
    assert after(seconds=60) <= found.next_at <= after(seconds=72)
    assert "450" in found.reason
    assert is_for_people(found.reason)
    assert send(now=after(seconds=40)) == 0
    assert send(now=found.next_at) == 1
    assert [taken.mail["Message-ID"] for taken in post_office.taken] == [mail.message_id]


def test_one_that_has_to_wait_does_not_hold_up_the_others(post_office):
    mails = [planned() for _ in range(3)]
    post_office.says("450 4.2.1 Mailbox busy", at="RCPT", to=mails[0].recipient)
    assert send() == 2
    assert post_office.recipients == [mails[1].recipient, mails[2].recipient]


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("MAIL", "421 4.3.2 Going down"),
        ("MAIL", "451 4.7.1 Slow down"),
        ("DATA", "452 4.3.1 Full"),
        (".", "451 4.3.0 Try again"),
        (".", "421 4.3.2 Too busy"),
    ],
)
def test_every_not_now_is_tried_again_and_pauses_nothing(post_office, command, answer):
    mail = planned()
    post_office.says(answer, at=command, times=1)
    assert send() == 0
    assert (state(mail), paused_why(mail)) == (State.QUEUED, "")
    assert is_for_people(again(mail).reason)
    assert send(now=after(hours=2)) == 1
    assert len(post_office.taken) == 1


def test_a_server_that_cannot_be_reached_costs_no_mail_a_try(post_office):
    mails = [planned() for _ in range(3)]
    post_office.stop()
    assert send() == 0
    assert [state(mail) for mail in mails] == [State.QUEUED] * 3
    assert Attempt.objects.count() == 0
    assert is_for_people(again(mails[0]).reason)
    post_office.__init__()
    post_office.start()
    sending.settings.EMAIL_PORT = post_office.port
    assert send(now=after(minutes=5)) == 3


# --- Refused for good -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "answer"), [("RCPT", "550 5.1.1 No such user"), ("DATA", "554 5.7.1 Spam"), (".", "550 5.7.1 Refused")]
)
def test_a_mail_that_is_refused_has_failed_and_the_next_leaves_over_the_same_connection(post_office, command, answer):
    refused, other = planned(), planned()
    post_office.says(answer, at=command, to=refused.recipient)
    assert send() == 1
    assert (state(refused), state(other)) == (State.FAILED, State.SENT)
    assert answer[4:] in again(refused).reason
    assert is_for_people(again(refused).reason)
    assert post_office.connections == 1
    assert paused_why(other) == ""
    assert send(now=after(days=1)) == 0


def test_a_mail_larger_than_the_server_takes_is_not_handed_over(post_office):
    large, other = planned(body="The printer prints. " * 60_000), planned()
    post_office.largest = 1_000_000
    assert send() == 1
    assert (state(large), state(other)) == (State.FAILED, State.SENT)
    assert post_office.commands.count("MAIL") == 1
    assert "at most" in again(large).reason
    assert is_for_people(again(large).reason)


# --- Our own settings -----------------------------------------------------------------------------


def nothing_is_burnt(mails) -> bool:
    return all(again(mail).state == State.QUEUED for mail in mails) and not any(
        attempt.outcome in {Outcome.REFUSED, Outcome.RETRY} for attempt in Attempt.objects.all()
    )


def test_a_wrong_password_pauses_the_mailbox_and_burns_nothing(strict_post_office, settings, caplog):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "desk", "wrong"
    mails = [planned() for _ in range(3)]
    assert send() == 0
    assert nothing_is_burnt(mails)
    assert Attempt.objects.count() == 0
    assert "535" in paused_why(mails[0])
    assert is_for_people(paused_why(mails[0]))
    assert "PAUSED" in caplog.text
    connections = strict_post_office.connections
    assert send(now=after(hours=1)) == 0
    assert strict_post_office.connections == connections, "no further try may lock the account"
    settings.EMAIL_HOST_PASSWORD = "right"
    outbox.resume_mailboxes()
    assert send(now=after(hours=1)) == 3


def test_a_server_that_wants_a_password_we_do_not_have_pauses_the_mailbox(strict_post_office):
    mails = [planned() for _ in range(3)]
    assert send() == 0
    assert nothing_is_burnt(mails)
    assert "530" in paused_why(mails[0])
    assert is_for_people(paused_why(mails[0]))
    assert send(now=after(hours=1)) == 0


@pytest.mark.parametrize(
    ("commands", "answer"),
    [
        (["EHLO", "HELO"], "550 5.7.1 Not from there"),
        (["MAIL"], "550 5.7.1 Sender not allowed"),
        (["MAIL"], "553 5.7.1 Not your address"),
        (["RCPT"], "530 5.7.0 Authentication required"),
    ],
)
def test_a_server_that_does_not_take_us_pauses_the_mailbox(post_office, commands, answer):
    mails = [planned() for _ in range(3)]
    for command in commands:
        post_office.says(answer, at=command)
    assert send() == 0
    assert nothing_is_burnt(mails)
    assert answer[:3] in paused_why(mails[0])
    assert is_for_people(paused_why(mails[0]))
    post_office.forgets_orders()
    assert send(now=after(hours=1)) == 0
    outbox.resume_mailboxes()
    assert send(now=after(hours=1)) == 3


def test_a_paused_mailbox_does_not_stop_the_others(post_office):
    from people.actions import organisation

    first = planned()
    outbox.pause_mailboxes([first.mailbox_id], "535 Wrong password")
    made = organisation.Organisation.objects.get()
    made.support_address = "help@example.test"
    made.save()
    other = planned()
    assert other.mailbox != first.mailbox
    assert send() == 1
    assert post_office.recipients == [other.recipient]


def test_without_a_server_nothing_is_sent_and_nothing_is_burnt(post_office, settings):
    settings.MAIL_PAUSED_REASON = "no-server"
    mail = planned()
    assert send() == 0
    assert (state(mail), outcomes(mail)) == (State.QUEUED, [])


# --- Connections that break -----------------------------------------------------------------------


@pytest.mark.parametrize("command", ["EHLO", "MAIL", "RCPT", "DATA"])
def test_a_connection_that_ends_before_the_mail_was_handed_over_is_tried_again(post_office, command):
    mail = question()
    post_office.says(DROP, at=command, times=1)
    send()
    assert state(mail) in {State.QUEUED, State.SENT}
    assert Outcome.UNKNOWN not in outcomes(mail)
    send(now=after(hours=1))
    assert (state(mail), len(post_office.taken)) == (State.SENT, 1)


def test_a_broken_connection_is_replaced_for_the_next_mail(post_office):
    first, second = planned(), planned()
    post_office.says(DROP, at="DATA", to=first.recipient)
    assert send() == 1
    assert state(second) == State.SENT
    assert post_office.connections == 2


def test_a_connection_that_ends_after_the_final_dot_is_repeated_once_with_the_same_message_id(post_office):
    mail = planned(at_least_once=True)
    post_office.says(DROP, at=".", times=1)
    send()
    assert Outcome.UNKNOWN in outcomes(mail)
    send(now=after(hours=1))
    assert (state(mail), outcomes(mail)) == (State.SENT, [Outcome.UNKNOWN, Outcome.SENT])
    assert [taken.mail["Message-ID"] for taken in post_office.taken] == [mail.message_id] * 2
    assert len({taken.mail["X-Followthrough-Id"] for taken in post_office.taken}) == 1


def test_what_may_leave_at_most_once_is_not_repeated_when_nobody_knows(post_office):
    mail = question()
    post_office.says(DROP, at=".", times=1)
    for hour in range(3):
        send(now=after(hours=hour))
    assert (state(mail), len(post_office.taken)) == (State.UNKNOWN, 1)
    assert is_for_people(again(mail).reason)


def test_twice_unknown_it_waits_for_a_person(post_office):
    mail = planned(at_least_once=True)
    post_office.says(DROP, at=".")
    for hour in range(4):
        send(now=after(hours=hour))
    assert (state(mail), len(post_office.taken)) == (State.UNKNOWN, 2)


def test_a_server_that_falls_silent_is_given_up_in_time(post_office, monkeypatch):
    monkeypatch.setattr(smtp_server, "ANSWER_WITHIN", 0.3)
    silent, other = planned(), planned()
    post_office.says("250 ok", at="MAIL", times=1, after=3)
    assert send() == 1
    assert (state(silent), outcomes(silent)) == (State.QUEUED, [Outcome.RETRY])
    assert is_for_people(again(silent).reason)
    assert state(other) == State.SENT


def test_silence_after_the_final_dot_is_not_known(post_office, monkeypatch):
    monkeypatch.setattr(smtp_server, "ANSWER_WITHIN", 0.3)
    mail = question()
    post_office.says("250 2.0.0 taken", at=".", times=1, after=3)
    assert send() == 0
    assert (state(mail), outcomes(mail)) == (State.UNKNOWN, [Outcome.UNKNOWN])


# --- One bad mail ---------------------------------------------------------------------------------


def test_a_broken_header_ends_that_mail_only(post_office):
    before, broken, behind = planned(), planned(), planned()
    Delivery.objects.filter(pk=broken.pk).update(in_reply_to="<a@b>\r\nBcc: everybody@example.test")
    assert send() == 2
    assert [state(mail) for mail in (before, broken, behind)] == [State.SENT, State.FAILED, State.SENT]
    assert is_for_people(again(broken).reason)
    assert send(now=after(days=1)) == 0


def test_a_broken_builder_ends_that_mail_only(post_office, monkeypatch):
    mails = [planned() for _ in range(3)]
    build = sending.build

    def breaks(delivery, **fields):
        if delivery.pk == mails[1].pk:
            raise KeyError("name")
        return build(delivery, **fields)

    monkeypatch.setattr(sending, "build", breaks)
    assert send() == 2
    assert [state(mail) for mail in mails] == [State.SENT, State.FAILED, State.SENT]
    assert post_office.connections == 1


def test_an_address_that_our_server_cannot_spell_ends_that_mail_only(post_office):
    odd, other = planned(recipient="željko@example.test"), planned()
    assert send() == 1
    assert post_office.recipients == [other.recipient]
    assert (state(odd), paused_why(other)) == (State.FAILED, "")
    assert "č" in again(odd).reason


# --- Stopping between two mails -------------------------------------------------------------------


def test_told_to_stop_a_batch_ends_between_two_mails(post_office, monkeypatch):
    mails = [planned() for _ in range(5)]
    deliver = sending.Server.deliver

    def deliver_and_be_told(*args):
        done = deliver(*args)
        sending.Draining.now = len(post_office.taken) == 2
        return done

    monkeypatch.setattr(sending.Server, "deliver", deliver_and_be_told)
    assert send() == 2
    assert [state(mail) for mail in mails] == [State.SENT] * 2 + [State.QUEUED] * 3
    sending.Draining.now = False
    assert send() == 3


def test_a_batch_stops_taking_mail_when_its_time_is_up(post_office):
    mails = [planned() for _ in range(5)]
    post_office.says("250 2.0.0 taken", at=".", after=0.3)
    sent = send(budget=0.5)
    assert sent in {1, 2}
    assert [state(mail) for mail in mails] == [State.SENT] * sent + [State.QUEUED] * (5 - sent)


# --- The database -----------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_database_that_restarts_while_a_mail_leaves_loses_no_outcome(post_office, monkeypatch):
    mail = planned()
    finish, failed = outbox.finish, []

    def finish_when_it_is_back(*args, **fields):
        if len(failed) < 2:
            failed.append(True)
            raise OperationalError("terminating connection due to administrator command")
        finish(*args, **fields)

    monkeypatch.setattr(outbox, "finish", finish_when_it_is_back)
    monkeypatch.setattr(sending, "DATABASE_IS_BACK_WITHIN", (0, 0, 0))
    assert send() == 1
    assert (state(mail), outcomes(mail)) == (State.SENT, [Outcome.SENT])
    assert len(post_office.taken) == 1
