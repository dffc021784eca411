from datetime import timedelta

import pytest

from compliance.expected import Expected, expected
from tests import make
from tests.make import MONDAY_9AM, hours

pytestmark = pytest.mark.django_db


def test_what_customers_said_they_need_stands_beside_what_they_would_be_promised():
    draft = make.standard(published=False, ticket_type="complaint")
    for wanted in (2, 4, 6, 30, 50):
        make.ticket(ticket_type="complaint", expected_by=MONDAY_9AM + hours(wanted))
    make.ticket(ticket_type="complaint")
    make.ticket(expected_by=MONDAY_9AM + hours(1))
    assert expected(draft, now=MONDAY_9AM + hours(1)) == Expected(5, hours(6))
    assert expected(draft, now=MONDAY_9AM + timedelta(days=91)) is None


def test_what_a_handful_said_is_not_taken_for_what_all_need():
    draft = make.standard(published=False)
    for _number in range(4):
        make.ticket(expected_by=MONDAY_9AM + hours(2))
    assert expected(draft, now=MONDAY_9AM + hours(1)) is None
