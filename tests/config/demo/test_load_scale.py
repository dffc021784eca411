"""Facts about mass data."""

import pytest
import time_machine
from django.core.management import CommandError, call_command

from compliance import audit
from config.demo import scale
from people.models import Customer, Organisation
from tests.config.demo.scenes import MONDAY
from tickets.models import Commitment, Event, Message, Ticket


def test_mass_data_has_as_many_open_tickets_as_it_was_told(company, db):
    before = Ticket.objects.count()
    with time_machine.travel(MONDAY, tick=False):
        call_command("load_scale", tickets=300, open=40)
    made = Ticket.objects.order_by("-pk")[:300]
    assert Ticket.objects.count() == before + 300
    assert sum(ticket.is_open for ticket in made) == 40
    each = {model: model.objects.count() / 300 for model in (Commitment, Message, Event)} if not before else {}
    if each:
        assert 2.5 < each[Commitment] < 4.5
        assert 3.5 < each[Message] < 4.7
        assert 9 < each[Event] < 12
    assert list(audit.run(MONDAY)) == []
    assert Customer.objects.filter(email__contains=".53@").exists()


def test_open_tickets_of_mass_data_are_a_fifth_and_two_thousand_at_most():
    assert [scale.how_many_open(n) for n in (100, 10_000, 1_000_000)] == [20, 2000, 2000]


def test_mass_data_does_not_go_into_somebodys_own_database(company, db):
    Organisation.objects.update(demo=False)
    with pytest.raises(CommandError, match="not the demo's"):
        call_command("load_scale", tickets=10)
