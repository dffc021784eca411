"""I06: a help desk believed its own control headers when strangers wrote them, and its gateway told what it had done.

Here none of our headers gives a right to anything when it comes in: at most it ends a loop, and only with a signature
that is ours. Whoever hands over mail by HTTP reads a number and nothing else.
"""

from __future__ import annotations

import pytest

from mail.building import build
from mail.models import InboundMail
from tests.mail.letters import letter
from tests.mail.signing import hand_over
from tests.make import MONDAY_9AM, hours
from tests.tickets import arriving
from tests.tickets.arriving import LATER, answered, arrives, everything, reply_to
from tickets.actions.conversation import NextDate
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
# Generic headers, by which any program's mail is known; a person's mail does not have them.
_OF_MACHINES = {"auto-submitted", "precedence", "list-unsubscribe", "list-unsubscribe-post", "return-path"}
_OF_EVERY_MAIL = {"from", "to", "reply-to", "subject", "message-id", "mime-version", "content-type"}
_INVENTED = {
    "X-Followthrough-Ticket": "1", "X-Followthrough-Role": "administrator", "X-Followthrough-State": "resolved",
    "X-Followthrough-Team": "Bills", "X-Followthrough-Verified": "yes", "X-Followthrough-Signature": "1:AAAA",
}  # fmt: skip


@pytest.fixture
def ticket():
    return arriving.anas_ticket()


def headers_of_ours(ticket: Ticket) -> dict[str, str]:
    """Every header that a mail of ours carries, as its receiver could copy it; who and what it is about left out."""
    ours = build(answered(ticket, NextDate(contact_by=MONDAY_9AM + hours(30))), now=LATER).message()
    plain = {
        "from",
        "to",
        "subject",
        "message-id",
        "mime-version",
        "content-type",
        "content-transfer-encoding",
        "reply-to",
    }
    return {name: str(value) for name, value in ours.items() if name.lower() not in plain | _OF_MACHINES}


@pytest.mark.parametrize("invented", [True, False])
def test_our_headers_from_outside_change_nothing(ticket, invented):
    """A customer's mail does the same with all of them as without any. Only a true signature says: this is ours."""
    copied = {name: value for name, value in headers_of_ours(ticket).items() if "Signature" not in name}
    given = _INVENTED if invented else copied
    address = reply_to(ticket)
    plain = arrives(letter("One.", to=address, message_id="<1@example.test>"))
    after_plain = [everything(ticket)[0][0]["state"], plain.state]
    more = {name.lower().replace("-", "_"): value for name, value in given.items()}
    dressed = arrives(letter("Two.", to=address, message_id="<2@example.test>", **more))
    assert [everything(ticket)[0][0]["state"], dressed.state] == after_plain
    assert ticket.messages.filter(body__in=["One.", "Two."], human=True).count() == 2


def test_to_nobodys_ticket_they_lead_nowhere(ticket):
    before = everything(ticket)
    more = {name.lower().replace("-", "_"): value for name, value in _INVENTED.items()}
    mail = arrives(letter("Close it.", sender="eve@evil.test", **more))
    assert mail.state == InboundMail.State.FILED
    assert everything(ticket) == before
    assert Ticket.objects.exclude(pk=ticket.pk).get().customer.email == "eve@evil.test"


def test_the_gateway_tells_a_number_only(ticket):
    for raw in (
        letter(to=reply_to(ticket)),
        letter(sender="eve@evil.test", subject="Re: [T-1]"),
        letter("", sender="<>"),
    ):
        answer = hand_over(raw, f"msg_{len(raw)}")
        assert answer.status_code == 200
        assert answer.json() == {"id": str(InboundMail.objects.latest("pk").pk)}
