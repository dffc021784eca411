"""Whoever leaves hands over what they answer for, all of it at once."""

import pytest
from django.core.exceptions import ValidationError

from people.actions import teams
from tests import make
from tests.make import MONDAY_9AM, hours
from tickets.actions import handover
from tickets.actions import tickets as actions
from tickets.models import Commitment

pytestmark = pytest.mark.django_db


def test_what_somebody_answers_for_goes_to_the_lead_when_they_leave():
    admin, leaver, team = make.administrator(), make.user(), make.team()
    ticket, other = make.ticket(team=team), make.ticket(team=team)
    mine = make.promise(ticket)
    actions.assign(ticket, leaver, by=leaver, now=MONDAY_9AM)
    make.promise(other)
    handover.deactivate(leaver, by=admin, now=MONDAY_9AM + hours(1))
    ticket.refresh_from_db()
    mine.refresh_from_db()
    assert ticket.owner is None
    assert mine.accountable == team.lead
    assert not Commitment.objects.open().filter(accountable=leaver).exists()
    leaver.refresh_from_db()
    assert not leaver.is_active


def test_a_lead_leaves_only_when_there_is_another_and_nothing_changes_before():
    admin, lead = make.administrator(), make.user()
    team = make.team(lead=lead)
    commitment = make.promise(make.ticket(team=team))
    assert commitment.accountable == lead
    with pytest.raises(ValidationError, match="Name another lead first"):
        handover.deactivate(lead, by=admin, now=MONDAY_9AM + hours(1))
    commitment.refresh_from_db()
    assert commitment.accountable == lead
    successor = make.user()
    teams.change(team, name=team.name, lead=successor)
    handover.deactivate(lead, by=admin, now=MONDAY_9AM + hours(1))
    commitment.refresh_from_db()
    assert commitment.accountable == successor


def test_who_answered_when_it_fell_due_stays_on_the_record():
    admin, leaver, team = make.administrator(), make.user(), make.team()
    ticket = make.ticket(team=team)
    commitment = make.promise(ticket)
    actions.assign(ticket, leaver, by=leaver, now=MONDAY_9AM)
    handover.deactivate(leaver, by=admin, now=commitment.due_at + hours(1))
    commitment.refresh_from_db()
    assert (commitment.accountable, commitment.accountable_at_due) == (team.lead, leaver)
