"""A server that is away or asks for patience: all mail waits, one tries, and then all leave in their order."""

from __future__ import annotations

import smtplib
from datetime import timedelta

import pytest

from config import questions
from mail import pace, readiness, sending
from mail.models import Attempt, MailServer
from mail.server import judged
from tests.mail.post_office import DROP, post_office
from tests.mail.posting import State, after, again, planned, state

__all__ = ["post_office"]
pytestmark = pytest.mark.django_db


def send(**later: float) -> int:
    return sending.send_due(now=after(**later))


def test_told_to_slow_down_all_mail_waits_and_not_each_asks_by_itself(post_office):
    mails = [planned() for _ in range(30)]
    post_office.says("421 4.7.0 Too many messages, slow down", at="RCPT")
    assert send() == 0
    assert Attempt.objects.count() == 1
    assert [state(mail) for mail in mails] == [State.QUEUED] * 30
    assert send(seconds=50) == 0
    assert post_office.connections == 1, "nobody asks again so soon"


def test_longer_and_longer_one_mail_asks_and_when_it_is_taken_all_leave(post_office):
    for _mail in range(30):
        planned()
    post_office.says("452 4.7.1 Rate limit exceeded", at="RCPT", times=3)
    waits = []
    for _time in range(3):
        now = MailServer.objects.first().not_before if waits else after()
        assert sending.send_due(now=now) == 0
        waits.append((MailServer.objects.get().not_before - now) / timedelta(minutes=1))
    for wait, about in zip(waits, [1, 5, 15], strict=True):
        assert max(1, 0.8 * about) <= wait <= 1.2 * about
    assert Attempt.objects.count() == 3
    # Those that were put off themselves come later.
    assert sending.send_due(now=MailServer.objects.get().not_before) >= 27
    assert MailServer.objects.get().why == ""


def test_a_server_that_is_away_is_tried_once_a_minute_and_mail_then_leaves_in_the_order_of_its_time(
    post_office, settings, monkeypatch
):
    there = settings.EMAIL_PORT
    mails = [planned(due_at=after(seconds=-number)) for number in range(25)]
    settings.EMAIL_PORT = 1
    for minute in range(3):
        assert send(minutes=2 * minute) == 0
    assert Attempt.objects.count() == 0
    assert "refused" in MailServer.objects.get().why
    # The same server is there again.
    MailServer.objects.update(name=f"127.0.0.1:{there}")
    settings.EMAIL_PORT = there
    assert send(minutes=10) == 25
    assert post_office.recipients == [mail.recipient for mail in reversed(mails)]


def test_what_waits_for_the_server_is_not_looked_for_and_is_said_to_be_late(post_office):
    planned()
    post_office.says("421 4.3.2 Going down", at="EHLO")
    post_office.says("421 4.3.2 Going down", at="HELO")
    send()
    assert "mail.tasks.send_queued" not in questions.has_work(after(seconds=30))[1]
    assert "mail.tasks.send_queued" in questions.has_work(after(minutes=2))[1]
    assert readiness.reasons(after(seconds=30))[-1] == "mail-server-in-trouble"


def test_while_one_tries_the_others_wait_for_what_becomes_of_it():
    planned()
    planned()
    pace.hold("421 slow down", now=after(), after_a_trial=False, longer_and_longer=True)
    trial, other = pace.claim(20, now=after(minutes=2)), pace.claim(20, now=after(minutes=2))
    assert (trial.is_a_trial, len(trial.due), len(other.due)) == (True, 1, 0)


def test_two_workers_told_the_same_at_one_time_count_it_once():
    for _worker in range(2):
        pace.hold("421 slow down", now=after(), after_a_trial=False, longer_and_longer=True)
    assert MailServer.objects.get().troubles == 1


def test_a_server_that_is_back_is_known_to_be_when_nothing_waits_any_more(post_office):
    pace.hold("The mail server refused the connection.", now=after(), after_a_trial=False, longer_and_longer=False)
    assert send(minutes=2) == 0
    assert not MailServer.objects.in_trouble().exists()


def test_with_a_limit_so_many_leave_a_minute_whoever_sends_them(post_office, settings):
    settings.MAIL_PER_MINUTE = 60
    mails = [planned() for _ in range(100)]
    assert send() == 10
    assert send() == 0, "another worker at the same moment"
    assert not questions.has_work(after(milliseconds=500))[1]
    assert [send(seconds=second) for second in range(1, 51)] == [1] * 50
    assert again(mails[59]).state == State.SENT
    assert send(minutes=30) == 10, "what was not used is not saved up"


@pytest.mark.parametrize(
    ("reply", "about_all"),
    [
        ("421 4.3.2 Going down", True),
        ("452 4.3.1 Full", True),
        ("452 Insufficient system storage", True),
        ("452 4.2.2 Mailbox full", False),
        ("454 Throttling failure: Maximum sending rate exceeded", True),
        ("450 4.2.0 Greylisted, come back in a minute", False),
        ("450 4.7.1 Recipient address rejected: Greylisted", False),
        ("450 4.7.1 Error: too much mail from 192.0.2.1", True),
        ("451 4.7.650 The mail server has been temporarily rate limited", True),
        ("450 4.2.1 The user you are trying to contact is receiving mail at a rate that", False),
        ("451 4.3.0 Try again", False),
        ("550 5.7.1 too many complaints", False),
    ],
)
def test_what_is_said_about_one_recipient_slows_nothing_else_down(reply, about_all):
    code, text = int(reply[:3]), reply[4:].encode()
    assert judged(smtplib.SMTPRecipientsRefused({"ana@example.test": (code, text)})).about_all is about_all
    assert judged(smtplib.SMTPDataError(code, text)).about_all is about_all


def test_a_connection_that_breaks_for_one_mail_slows_nothing_else_down(post_office):
    mails = [planned() for _ in range(3)]
    post_office.says(DROP, at="DATA", to=mails[0].recipient)
    assert send() == 2
    assert not MailServer.objects.exists()
