"""What nobody asked for and could not leave by day does not leave at night: it waits for the next polite moment."""

import pytest

from followups.actions import followups, thanking
from followups.models import FollowUp
from mail import outbox
from mail.models import Delivery
from tests import make
from tests.followups.playing import ASKED, accepted, resolved_ticket
from tests.make import zagreb
from tickets.actions import conversation

pytestmark = pytest.mark.django_db
State, Step = FollowUp.State, FollowUp.Step
CLOSED, NEXT_MORNING = zagreb("2026-11-24 16:00"), zagreb("2026-11-25 08:00")


def question(ticket):
    followups.plan(ticket, now=ticket.resolved_at)
    return followups.carry_out(ticket.followups.get(step=Step.SETTLED_QUESTION), now=ASKED)


def not_left(followup, *, now=CLOSED):
    """Our mail server took nothing until the desk closed."""
    outbox.expire(now=now)
    return followups.finish(followup, now=now)


def test_it_waits_for_the_next_morning_and_leaves_as_another_mail():
    asked = question(resolved_ticket())
    assert asked.delivery.expires_at == CLOSED
    again = not_left(asked)
    assert (again.state, again.due_at, asked.delivery_id) == (State.SCHEDULED, NEXT_MORNING, again.delivery_id)
    leaves = followups.carry_out(again, now=NEXT_MORNING)
    assert leaves.delivery_id != asked.delivery_id
    accepted(leaves.delivery, at=NEXT_MORNING)
    assert followups.finish(leaves, now=NEXT_MORNING).state == State.DONE
    assert Delivery.objects.filter(state=Delivery.State.EXPIRED).get().key == asked.delivery.key


def test_not_where_it_is_no_longer_true():
    asked = question(resolved_ticket())
    outbox.expire(now=CLOSED)
    conversation.receive(asked.ticket, "It is cold again.", channel="mail", at=CLOSED, now=CLOSED)
    ended = followups.finish(asked, now=CLOSED)
    assert (ended.state, ended.reason) == (State.SKIPPED, "It would have come too late.")


def test_what_a_person_sends_now_has_until_its_last_day():
    ticket = resolved_ticket()
    followups.plan(ticket, now=ticket.resolved_at)
    asked = followups.carry_out(ticket.followups.get(step=Step.SETTLED_QUESTION), now=ASKED, by=ticket.team.lead)
    assert asked.delivery.expires_at == asked.latest_at


def test_thanks_wait_as_well():
    ana = make.customer(email="ana@example.test")
    thanks = thanking.plan(ana, "a heating", delivered_at=zagreb("2026-11-23 14:00"), by=make.user(), now=ASKED)
    left = followups.carry_out(thanks, now=ASKED)
    again = not_left(left)
    assert (again.state, again.due_at) == (State.SCHEDULED, NEXT_MORNING)
    assert followups.carry_out(again, now=NEXT_MORNING).delivery_id != left.delivery_id


def test_a_day_counts_from_when_a_mail_has_left():
    ana = make.customer(email="ana@example.test")
    first, second = question(resolved_ticket(customer=ana)), resolved_ticket(customer=ana)
    left_at = zagreb("2026-11-24 15:30")
    accepted(first.delivery, at=left_at)
    followups.plan(second, now=second.resolved_at)
    waits = followups.carry_out(second.followups.get(step=Step.SETTLED_QUESTION), now=NEXT_MORNING)
    assert (waits.state, waits.due_at) == (State.SCHEDULED, zagreb("2026-11-25 15:30"))
