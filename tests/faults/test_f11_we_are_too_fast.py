"""F11: the mail server says that we are too fast.

Elsewhere each mail heard that by itself and came back by itself: thousands of tries an hour, until the server listed
the sender as a nuisance. Here one answer holds for all mail and all workers; one mail asks again, later and later.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection

from mail import sending
from mail.models import Attempt, MailServer
from tests.mail.post_office import post_office
from tests.mail.posting import Outcome, State, after, planned, state

__all__ = ["post_office"]
pytestmark = pytest.mark.django_db(transaction=True)
MAILS, SENDERS = 200, 2


def send(now: datetime) -> int:
    try:
        return sending.send_due(now=now)
    finally:
        connection.close()


@pytest.mark.parametrize(("command", "answer"), [("RCPT", "452 4.7.1 Rate exceeded"), ("MAIL", "451 4.7.0 Slow down")])
def test_the_whole_server_is_left_in_peace_and_then_all_leave_once(post_office, command, answer) -> None:
    mails = [planned() for _ in range(MAILS)]
    post_office.says(answer, at=command)
    now, end = after(), after(hours=3)
    with ThreadPoolExecutor(SENDERS) as senders:
        while now < end:
            assert list(senders.map(send, [now] * SENDERS)) == [0] * SENDERS
            now += timedelta(seconds=30)
        # Both may be in the middle of a mail when the first is told; then 1, 5, 15, 30, 60 minutes.
        assert Attempt.objects.count() <= SENDERS + 6
        assert {state(mail) for mail in mails} == {State.QUEUED}
        post_office.forgets_orders()
        sent = 0
        while now < end + timedelta(hours=3):
            sent += sum(senders.map(send, [now] * SENDERS))
            now += timedelta(minutes=1)
    assert sent == MAILS
    assert sorted(post_office.recipients) == sorted(mail.recipient for mail in mails)
    assert Attempt.objects.filter(outcome=Outcome.RETRY).count() <= SENDERS + 6
    assert not MailServer.objects.in_trouble().exists()
