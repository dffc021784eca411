"""F18: mails that the standard library's parser raises on, is slow on, or reads as something they are not.

Elsewhere each of these stopped a fetch loop or could not be stored. Here each is read as well as can be; its text can
be looked at, and administrators have it as it came.
"""

from __future__ import annotations

import re
from time import monotonic

import pytest

from mail.models import InboundMail
from people.models import Customer
from tests import make
from tests.desk.looking import signed_in
from tests.mail.mutants import MEASURED
from tests.tickets.arriving import arrives
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", MEASURED)
def test_it_is_kept_read_as_well_as_can_be_and_can_be_looked_at(name):
    make.organisation(support_address="support@example.test")
    make.standard()
    raw, began = MEASURED[name], monotonic()
    mail = arrives(raw)
    assert monotonic() - began < 10
    assert bytes(mail.raw) == raw
    desk = signed_in(make.administrator())
    if mail.state == InboundMail.State.FILED:
        ticket = Ticket.objects.get()
        shown = desk.get(f"/desk/tickets/{ticket.number}/")
        assert (shown.status_code, bool(ticket.messages.get().body)) == (200, True)
        for line in (ticket.subject, Customer.objects.get().name, Customer.objects.get().email):
            assert not re.search(r"[\x00-\x1f\x7f]", line)
    else:
        assert (mail.state, bool(mail.why_parked)) == (InboundMail.State.PARKED, True)
        assert desk.get(f"/desk/parked-mail/{mail.pk}/").status_code == 200
        assert desk.get(f"/desk/parked-mail/{mail.pk}/original/").getvalue() == raw


def test_senders_without_an_address_do_not_become_one_customer():
    make.organisation(support_address="support@example.test")
    for name in ("nobody", "only an at", "three ats"):
        assert arrives(MEASURED[name]).state == InboundMail.State.PARKED
    assert not Customer.objects.exists()
