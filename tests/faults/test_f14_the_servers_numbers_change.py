"""F14: UIDVALIDITY changes or the folder was moved: every mail is seen as if it were new.

Elsewhere each was filed, and confirmed, once more. Here the same bytes are the same mail; and whatever was at the
server for more than a day before we saw it gets no automatic answer.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from followups.actions import followups
from followups.models import FollowUp
from mail import fetching
from mail.models import Account, Delivery, InboundMail
from tests import make
from tests.faults.dovecot import account_at, dovecot
from tests.mail.letters import letter
from tickets.actions import intake
from tickets.models import Message, Ticket

__all__ = ["dovecot"]
pytestmark = pytest.mark.django_db

NUMBER = 30


def mails() -> list[bytes]:
    return [
        letter(sender=f"somebody{n}@example.test", subject=f"Matter {n}", message_id=f"<{n}@example.test>")
        for n in range(NUMBER)
    ]


def the_worker_looks(account: Account, now: datetime) -> None:
    Account.objects.filter(pk=account.pk).update(next_at=now)
    fetching.fetch(account.pk, now=now)
    intake.file_all(now=now)
    for ticket in Ticket.objects.filter(unplanned=True):
        followups.plan(ticket, now=now)
    for followup in FollowUp.objects.due(now):
        followups.carry_out(followup, now=now)


def test_all_mails_seen_anew_are_the_same_mails(dovecot):
    now, user = datetime.now(UTC), dovecot.a_user()
    make.standard(now=now - timedelta(days=1))
    account = account_at(dovecot.port, user=user, now=now)
    dovecot.deliver(*mails(), user=user)
    the_worker_looks(account, datetime.now(UTC))
    places = set(InboundMail.objects.values_list("uidvalidity", "uid"))
    dovecot.renumber(user)
    dovecot.deliver(letter("A new one.", message_id="<new@example.test>"), user=user)
    for _minute in range(2):
        the_worker_looks(account, datetime.now(UTC))
    assert InboundMail.objects.count() == Message.objects.filter(direction="in").count() == NUMBER + 1
    assert Delivery.objects.filter(purpose="acknowledgement").count() == NUMBER + 1
    assert places.isdisjoint(InboundMail.objects.values_list("uidvalidity", "uid"))
    assert dovecot.flags(user=user) == [True] * (NUMBER + 1)


def test_what_lay_there_for_more_than_a_day_gets_no_automatic_answer(dovecot):
    now, user = datetime.now(UTC), dovecot.a_user()
    make.standard(now=now - timedelta(days=9))
    account = account_at(dovecot.port, user=user, now=now)
    late, in_time = (letter(f"It is {word}.", sender=f"{word}@example.test") for word in ("late", "early"))
    long_ago = letter("It is from last year.", sender="last-year@example.test")
    dovecot.deliver(late, user=user, at=now - timedelta(hours=25))
    dovecot.deliver(in_time, user=user, at=now - timedelta(hours=23))
    dovecot.deliver(long_ago, user=user, at=now - timedelta(days=300))
    the_worker_looks(account, now)
    assert [mail.recipient for mail in Delivery.objects.filter(purpose="acknowledgement")] == ["early@example.test"]
    # The clocks run since it reached the server, whenever we came to look.
    waited = now - Ticket.objects.get(customer__email="late@example.test").opened_at
    assert abs(waited - timedelta(hours=25)) < timedelta(seconds=2)
    assert not Ticket.objects.filter(customer__email="last-year@example.test").exists()
    assert sorted(dovecot.flags(user=user)) == [False, True, True]
