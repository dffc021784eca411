"""Whatever happens: each stage is told once, to everybody whose business it is, while they work; two sweeps are one.

Three sequences; `tests/faults/test_forty_times_two_weeks.py` has many.
"""

import pytest

from tests import make
from tests.make import MONDAY_9AM, hours
from tests.tickets.telling import LAST_CALL, ivanas_ticket, mails
from tests.tickets.test_merging_at_once import at_once
from tests.tickets.two_weeks import TwoWeeks
from tickets.actions import warning_mails, warnings
from tickets.models import Warning


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_each_stage_is_told_once_to_whose_business_it_is_while_they_work(seed):
    TwoWeeks(seed).live(30)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_try", range(3))
def test_two_workers_at_one_moment_announce_and_tell_once(_try):
    ticket = ivanas_ticket()
    for minutes in range(3):
        make.promise(ticket, at=MONDAY_9AM, due=LAST_CALL + hours(minutes / 60 + 0.1), by=ticket.owner)

    def sweep():
        warnings.announce_all(now=LAST_CALL)
        return warning_mails.tell_all(now=LAST_CALL)

    assert sum(at_once(sweep, sweep)) in {1, 2}
    sweep()
    assert sorted(mail.recipient_name for mail in mails()) == ["Ivana", "Petra"]
    assert Warning.objects.count() == 4
    # Whoever was being written to, or had a mail a moment ago, hears of what came in between with the next one.
    later = LAST_CALL + hours(0.26)
    warning_mails.tell_all(now=later)
    for warning in Warning.objects.true_at(later):
        assert {person.name for person in warning.told.all()} == {"Ivana", "Petra"}
