"""F01: the mail server refuses every connection for two hours.

Elsewhere each waiting mail counted the outage as its own failure: some gave up after three tries in three seconds,
others came back all at once when the server did, in any order, and brought it down again. Here no mail is tried while
there is nobody to take it, one look a minute asks for all of them, and all leave in the order of their time.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from desk import condition
from mail import readiness, sending
from mail import server as smtp_server
from mail.models import Attempt, Delivery
from tests import make
from tests.mail.post_office import PostOffice, opened
from tests.mail.posting import State, after, planned

pytestmark = pytest.mark.django_db
MAILS, OUTAGE = 120, timedelta(hours=2)


def test_nothing_is_lost_doubled_or_out_of_order(settings, monkeypatch) -> None:
    make.organisation()
    waiting = [planned(due_at=after(seconds=-number)) for number in range(MAILS)]
    too_late = [planned(expires_at=after(minutes=90)) for _ in range(10)]
    tries = []
    look = smtp_server.Server.open

    def counted(server):
        tries.append(1)
        return look(server)

    monkeypatch.setattr(smtp_server.Server, "open", counted)
    next(closed := opened(PostOffice(), settings))
    closed.close()

    for second in range(0, OUTAGE.seconds, 20):
        sending.send_due(now=after(seconds=second))
        if second == 120:
            assert condition.read(now=after(seconds=second)).mail_is_late(after(seconds=second))
            assert "mail-server-in-trouble" in readiness.reasons(after(seconds=second))
    assert 60 <= len(tries) <= 125, "about one look a minute for all mail together"
    assert not Attempt.objects.exists()

    settings.MAIL_PER_MINUTE = 60
    back = PostOffice(port=settings.EMAIL_PORT)
    reopened = opened(back, settings)
    next(reopened)
    try:
        second, per_second = OUTAGE.seconds + 90, []
        while Delivery.objects.filter(state=State.QUEUED).exists():
            per_second.append(sending.send_due(now=after(seconds=second)))
            second += 1
            assert len(per_second) < 300, "something waits for ever"
    finally:
        reopened.close()
    assert max(per_second) <= 1 + 10, "the one that tries, and then at a limited rate"
    assert back.recipients == [mail.recipient for mail in reversed(waiting)]
    assert [row.state for row in Delivery.objects.filter(pk__in=[mail.pk for mail in too_late])] == [State.EXPIRED] * 10
    assert not condition.read(now=after(hours=3)).mail_is_late(after(hours=3))
