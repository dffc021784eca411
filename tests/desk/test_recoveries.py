"""The page on which a miss is owned."""

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from followups.models import Recovery
from standards.terms import TicketType
from tests import make
from tests.make import MONDAY_9AM, hours, zagreb
from tests.test_query_counts import MOST

pytestmark = pytest.mark.django_db


def test_before_the_worker_has_opened_it_the_page_says_the_same_as_afterwards():
    customer = make.customer(phone="01 555 0198")
    ticket = make.ticket(customer=customer, ticket_type=TicketType.COMPLAINT, now=MONDAY_9AM)
    missed = make.promise(ticket, at=MONDAY_9AM, due=MONDAY_9AM + hours(2), words="You have the invoice")
    lead = Client()
    lead.force_login(ticket.team.lead)
    with time_machine.travel(zagreb("2026-11-23 13:00"), tick=False), CaptureQueriesContext(connection) as queries:
        page = lead.get(f"/desk/recoveries/{missed.pk}/").content.decode()
    assert not Recovery.objects.exists()
    assert "15:00" in page.partition("is to have the letter by")[2][:200]
    assert "3. Tell it in writing" in page
    assert len(queries) <= MOST
