"""F02: the mail server takes the connection and says nothing more, at any point of the conversation.

Elsewhere one such server held the only sender for hours, because nobody had set a time to wait. Here each command has
its time, a task ends well before anybody takes it for dead, and who sends never holds all workers.
"""

from __future__ import annotations

import socket
import time
from datetime import timedelta

import pytest
from django.conf import settings as configured

from config import questions
from mail import outbox, sending
from mail import server as smtp_server
from mail.models import Attempt
from tests.mail.post_office import post_office
from tests.mail.posting import Outcome, State, after, again, planned, question, state

__all__ = ["post_office"]
pytestmark = pytest.mark.django_db
SOON = 0.3


@pytest.fixture(autouse=True)
def impatient(settings, monkeypatch) -> None:
    settings.EMAIL_TIMEOUT = SOON
    monkeypatch.setattr(smtp_server, "ANSWER_WITHIN", SOON)


def seconds_to_send() -> float:
    began = time.monotonic()
    sending.send_due(now=after())
    return time.monotonic() - began


def test_a_server_that_does_not_even_greet_is_away(settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", silent.getsockname()[1]
        mails = [planned() for _ in range(30)]
        assert seconds_to_send() < 5 * SOON, "once for all of them"
    assert [state(mail) for mail in mails] == [State.QUEUED] * 30
    assert not Attempt.objects.exists()


@pytest.mark.parametrize("command", ["EHLO", "MAIL", "RCPT", "DATA"])
def test_before_the_mail_was_handed_over_it_is_tried_again(post_office, command) -> None:
    mail = planned()
    post_office.says("250 at last", at=command, times=1, after=20)
    assert seconds_to_send() < 10 * SOON
    assert state(mail) == State.QUEUED
    post_office.forgets_orders()
    assert sending.send_due(now=after(minutes=2)) == 1
    assert len(post_office.taken) == 1


def test_behind_the_final_dot_nobody_knows(post_office) -> None:
    sure, once = planned(), question()
    post_office.says("250 at last", at=".", times=2, after=20)
    assert seconds_to_send() < 20 * SOON
    assert [again(mail).attempts.get().outcome for mail in (sure, once)] == [Outcome.UNKNOWN] * 2
    assert [state(mail) for mail in (sure, once)] == [State.QUEUED, State.UNKNOWN]


def test_a_lease_outlasts_the_longest_mail_and_a_task_ends_before_it_is_taken_for_dead() -> None:
    # MAIL, RCPT, DATA, the dot, and beginning anew.
    answer = timedelta(seconds=20)
    assert timedelta(seconds=5 * 20) + outbox.LEASE_MARGIN < outbox.LEASE
    assert timedelta(seconds=sending.BUDGET) + timedelta(seconds=10) + answer < timedelta(
        seconds=configured.Q_CLUSTER["timeout"]
    )
    assert questions.AT_ONCE["mail.tasks.send_queued"] < configured.Q_CLUSTER["workers"], "one is free for all else"
