"""F05: the connection breaks before the mail was handed over whole.

Then nobody has it, and it may be sent again without asking: exactly one arrives, also of what may leave only once.
"""

from __future__ import annotations

import pytest

from mail import sending
from tests.mail.post_office import DROP, DROP_IN_THE_MIDDLE, post_office
from tests.mail.posting import Outcome, State, after, again, question

__all__ = ["post_office"]
pytestmark = pytest.mark.django_db
# More than what systems keep for a connection: the rest is still with us when it breaks.
LONG = "It prints, and then it does not. " * 100_000


@pytest.mark.parametrize(
    ("command", "how"), [("MAIL", DROP), ("RCPT", DROP), ("DATA", DROP), ("DATA", DROP_IN_THE_MIDDLE)]
)
def test_it_was_not_sent_and_one_arrives(post_office, command, how) -> None:
    mail = question(body=LONG if how == DROP_IN_THE_MIDDLE else "Is it settled?")
    post_office.says(how, at=command, times=2)
    for minutes in (0, 2, 10, 30):
        sending.send_due(now=after(minutes=minutes))
    assert [attempt.outcome for attempt in mail.attempts.all()] == [Outcome.RETRY, Outcome.RETRY, Outcome.SENT]
    assert again(mail).state == State.SENT
    assert len(post_office.taken) == 1
