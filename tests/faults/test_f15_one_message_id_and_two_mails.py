"""F15: two mails bear the same Message-ID and say different things.

Elsewhere the second was taken for a copy of the first and thrown away: some programs count their mails from one
at each start. Here a Message-ID is no key; a mail is a copy only if its date, its author and its words are equal too.
"""

from __future__ import annotations

import pytest

from mail.models import InboundMail
from tests.mail.letters import letter
from tests.tickets import arriving
from tests.tickets.arriving import arrives, reply_to

pytestmark = pytest.mark.django_db
DATE = "Mon, 23 Nov 2026 09:00:00 +0100"


@pytest.mark.parametrize(
    "second",
    [
        {"body": "It prints grey stripes."},
        {"date": "Mon, 23 Nov 2026 09:00:01 +0100"},
        {"date": ""},
        {"sender": "Eve <eve@example.test>"},
    ],
)
def test_both_are_kept_and_both_are_read(second):
    ticket = arriving.anas_ticket()
    one = {"body": "It does not print.", "to": reply_to(ticket), "date": DATE}
    mails = [arrives(letter(**one)), arrives(letter(**{**one, **second}))]
    assert InboundMail.objects.count() == 2
    assert not InboundMail.objects.filter(state=InboundMail.State.DUPLICATE).exists()
    assert all(mail.state in {InboundMail.State.FILED, InboundMail.State.UNVERIFIED} for mail in mails)
