"""I30: a line break in a subject or an address became a header of its own, and the mail went to others as well.

An encoded subject decodes to a real line break. Here what comes in is one line from the first moment on, what goes
out with control signs is refused in words, and the one builder refuses again whatever the rows say.
"""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from mail.building import Letter, build
from mail.models import Delivery
from mail.parsing import parse
from tests import make
from tests.mail.letters import letter
from tests.make import MONDAY_9AM, hours
from tests.tickets.arriving import LATER, arrives
from tickets.actions import conversation
from tickets.actions.conversation import NextDate
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
BREAKS = ["\r\n", "\n", "\r", "\x00", "\x0b", "\x0c", "\x1b", "\x7f", "\x85", "\u2028", "\u2029"]


@pytest.mark.parametrize("sign", BREAKS)
def test_the_builder_refuses_what_the_rows_say(sign):
    for field in ("subject", "recipient_name", "sender_name", "in_reply_to", "references", "key"):
        delivery = make.delivery(in_reply_to="<1@example.test>")
        setattr(delivery, field, f"a{sign}Bcc: eve@evil.test")
        try:
            mail = build(delivery, now=MONDAY_9AM)
        except ValidationError:
            continue
        # A name is cleaned instead.
        assert field in {"recipient_name", "sender_name"}, field
        head = Letter.of(mail).content.partition(b"\r\n\r\n")[0]
        assert b"\nBcc" not in head
        assert sign.encode() not in head.replace(b"\r\n", b"")


def test_nothing_of_the_kind_is_planned():
    for field in ("subject", "recipient_name", "sender_name", "recipient", "in_reply_to"):
        with pytest.raises(ValidationError):
            make.delivery(**{field: "a@example.test\r\nBcc: eve@evil.test"})


@pytest.mark.parametrize(
    "subject", ["=?utf-8?q?a=0D=0ABcc:_eve@evil.test?=", "=?utf-8?b?YQpCY2M6IGV2ZQ==?=", "a\x00b\x0bc", "a\u2028Bcc: x"]
)
def test_a_subject_that_breaks_lines_is_one_line_and_can_be_answered(subject):
    assert len(parse(letter(subject=subject)).subject.splitlines()) == 1
    make.organisation(support_address="support@example.test")
    arrives(letter(subject=subject, sender="=?utf-8?q?A=0D=0Ana?= <ana@example.test>"))
    ticket = Ticket.objects.get()
    next_date = NextDate(contact_by=MONDAY_9AM + hours(30))
    conversation.reply(ticket, "Hello.", next_date, by=ticket.team.lead, now=LATER)
    content = Letter.of(build(Delivery.objects.get(), now=LATER)).content
    assert b"\nBcc" not in content.partition(b"\r\n\r\n")[0]
