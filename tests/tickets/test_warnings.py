"""What is about to be missed is said once, in time to act."""

import pytest

from tests import make
from tests.make import MONDAY_9AM, hours, zagreb
from tickets.actions import conversation, warnings
from tickets.actions.conversation import NextDate
from tickets.models import Warning

pytestmark = pytest.mark.django_db


def stages(now):
    warnings.announce_all(now=now)
    return list(Warning.objects.order_by("pk").values_list("stage", flat=True))


def test_each_stage_is_announced_once():
    make.standard(window_minutes=240)  # due at one; due soon at twelve, last call 24 minutes before
    make.ticket()
    assert stages(MONDAY_9AM + hours(2)) == []
    assert stages(MONDAY_9AM + hours(3)) == ["due_soon"]
    assert stages(MONDAY_9AM + hours(3.1)) == ["due_soon"]
    assert stages(MONDAY_9AM + hours(3.7)) == ["due_soon", "last_call"]
    assert stages(MONDAY_9AM + hours(5)) == ["due_soon", "last_call", "overdue"]
    assert stages(MONDAY_9AM + hours(50)) == ["due_soon", "last_call", "overdue"]


def test_after_an_outage_only_the_present_stage_is_announced():
    make.standard(window_minutes=240)
    make.ticket()
    assert stages(MONDAY_9AM + hours(30)) == ["overdue"]


def test_nothing_is_called_overdue_while_a_message_handed_in_before_is_in_hand():
    make.standard(window_minutes=240)
    ticket = make.ticket()
    now = MONDAY_9AM + hours(3.99)
    conversation.reply(
        ticket, "Here it is", NextDate(contact_by=zagreb("2026-11-24 11:00")), by=ticket.team.lead, now=now
    )
    assert "overdue" not in stages(MONDAY_9AM + hours(4.1))


def test_a_due_time_in_the_early_morning_is_announced_the_afternoon_before():
    make.standard(window_minutes=480, now=zagreb("2026-11-20 09:00"))
    ticket = make.ticket(now=zagreb("2026-11-23 08:30"))  # due on Tuesday at half past eight
    commitment = ticket.commitments.get()
    assert commitment.due_at == zagreb("2026-11-24 08:30")
    assert commitment.warn_at == zagreb("2026-11-23 14:00")
    assert commitment.last_call_at == zagreb("2026-11-23 15:00")


def test_an_automatic_acknowledgement_warns_nobody_before_it_is_overdue():
    make.standard(kind="acknowledge", clock="wall", window_minutes=15)
    commitment = make.ticket().commitments.get()
    assert commitment.warn_at == commitment.last_call_at == commitment.due_at
