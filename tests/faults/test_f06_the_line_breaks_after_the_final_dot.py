"""F06: the connection breaks, or nothing more is heard, when the whole mail was handed over.

SMTP cannot tell whether it was taken. Elsewhere that counted as sent (and mail was lost), or as failed (and customers
had it five times). Here it is said as it is: not known. What was promised is sent once more, ten minutes later and as
the same mail, so that programs can merge the two; what may come once at most is left, with a remark.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from followups.actions import followups
from followups.models import FollowUp
from mail import sending
from mail import server as smtp_server
from mail.models import Attempt, Delivery
from tests.followups.playing import ASKED, RESOLVED, resolved_ticket
from tests.mail.post_office import DROP, post_office
from tests.mail.posting import Outcome, State, after, again, planned, question

__all__ = ["post_office"]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("silence", [False, True])
def test_what_was_promised_is_repeated_once_as_the_same_mail(post_office, monkeypatch, silence) -> None:
    monkeypatch.setattr(smtp_server, "ANSWER_WITHIN", 0.3)
    mail = planned()
    post_office.says("250 at last" if silence else DROP, at=".", times=1, after=20 if silence else 0)
    sending.send_due(now=after())
    assert again(mail).next_at == after(minutes=10)
    assert sending.send_due(now=after(minutes=9)) == 0
    assert sending.send_due(now=after(minutes=10)) == 1
    assert [attempt.outcome for attempt in mail.attempts.all()] == [Outcome.UNKNOWN, Outcome.SENT]
    assert {taken.mail["Message-ID"] for taken in post_office.taken} == {mail.message_id}


def test_not_known_twice_it_waits_for_a_person_and_is_counted(post_office) -> None:
    mail = planned()
    post_office.says(DROP, at=".")
    for hour in range(5):
        sending.send_due(now=after(hours=hour))
    assert (again(mail).state, len(post_office.taken)) == (State.UNKNOWN, 2)
    assert Attempt.objects.filter(outcome=Outcome.UNKNOWN).count() == 2
    assert list(Delivery.objects.in_trouble()) == [mail]


def test_a_question_is_asked_once_at_most_and_says_that_nobody_knows(post_office) -> None:
    followup = followups.carry_out(followups.plan(resolved_ticket(), now=RESOLVED), now=ASKED)
    post_office.says(DROP, at=".", times=1)
    for hour in range(3):
        sending.send_due(now=ASKED + timedelta(hours=hour))
    assert len(post_office.taken) == 1
    done = followups.finish(followup, now=ASKED)
    assert (done.state, done.reason) == (FollowUp.State.DONE, "It is not known whether the mail arrived.")


def test_one_of_many_holds_up_no_other(post_office) -> None:
    mails = [question() for _ in range(30)]
    post_office.says(DROP, at=".", to=mails[10].recipient)
    assert sending.send_due(now=after()) == 29
    assert len(post_office.taken) == 30
