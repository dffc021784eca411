"""F03: the other side puts a stranger's mail off and takes it the second time ("greylisting").

It knows us by sender and recipient. Elsewhere a new return address for each try made us a stranger each time, and the
mail never arrived. Here every try has the same sender and Message-ID, and nothing counts as kept before it is taken.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from mail import pace, sending
from standards.terms import Kind
from tests import make
from tests.mail.post_office import post_office
from tests.mail.posting import State, again
from tests.make import MONDAY_9AM
from tickets.actions import conversation, settling
from tickets.actions.writing import NextDate

__all__ = ["post_office"]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("answer", ["421 4.7.0 Try later", "450 4.2.0 Greylisted", "451 4.7.1 Please try again later"])
def test_it_is_the_same_mail_a_little_later_and_keeps_its_promise_only_then(post_office, answer) -> None:
    make.standard(window_minutes=240)
    ticket = make.ticket()
    written = MONDAY_9AM + timedelta(minutes=1)
    reply = conversation.reply(
        ticket, "We look at it today.", NextDate(nothing_more_because="It is answered."), by=make.user(), now=written
    )
    post_office.says(answer, at="RCPT", times=1)
    now = again(reply.delivery).next_at
    sending.send_due(now=now)
    settling.settle_all(now=now)
    promise = ticket.commitments.get(kind=Kind.FIRST_RESPONSE)
    assert promise.state == promise.State.RUNNING
    wait = again(reply.delivery).next_at - now
    assert timedelta(minutes=1) <= wait <= timedelta(minutes=15)

    # Told so by the greeting, all mail to that server waits; that wait and the mail's own are spread apart.
    held = pace.server().values_list("not_before", flat=True).first()
    later = max(now + wait, held or now)
    assert sending.send_due(now=later) == 1
    settling.settle_all(now=later)
    promise.refresh_from_db()
    assert (promise.outcome, promise.ended_at) == (promise.Outcome.KEPT, later)
    assert again(reply.delivery).state == State.SENT
    assert len(post_office.senders) == 2
    assert len(set(post_office.senders)) == 1
    assert [taken.mail["Message-ID"] for taken in post_office.taken] == [reply.delivery.message_id]
