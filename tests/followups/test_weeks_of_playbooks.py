"""Random days of a desk: whatever customers and colleagues do, each follow-up ends once and with a reason."""

import random
from datetime import timedelta

import pytest
import time_machine

from followups import tasks
from followups.actions import deciding, satisfaction
from followups.models import FollowUp, SatisfactionRequest
from mail.models import Delivery, Suppression
from people.terms import Channel
from tests import make
from tests.followups.playing import accepted
from tests.make import MONDAY_9AM
from tickets.actions import conversation, tickets
from tickets.actions.conversation import NextDate
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db
State, Step = FollowUp.State, FollowUp.Step
DAYS, TICKETS = 14, 8
_ENDED = {State.DONE, State.SKIPPED, State.FAILED}


def lived(seed):
    """Two weeks of a small desk; returns when they end."""
    dice = random.Random(seed)
    phones = ["", "01 555 0198"]
    everybody = [make.customer(name=f"Ana {n}", email=f"ana{n}@example.test", phone=phones[n % 2]) for n in range(5)]
    desk = []
    for day in range(DAYS):
        for hour in (9, 15):
            now = MONDAY_9AM + timedelta(days=day, hours=hour - 9, minutes=dice.randrange(50))
            with time_machine.travel(now, tick=False):
                if len(desk) < TICKETS:
                    kind = dice.choice(["question", "complaint"])
                    desk.append(make.ticket(customer=dice.choice(everybody), ticket_type=kind, now=now))
                something_happens(dice, dice.choice(desk), everybody, now)
                for _ in range(2):
                    tasks.plan()
                    tasks.carry_out()
                    for mail in Delivery.objects.filter(state=Delivery.State.QUEUED).order_by("pk"):
                        check_mail(mail, now)
                        accepted(mail, at=now)
                    tasks.finish()
    return now


def something_happens(dice, ticket, everybody, now):
    """One thing that a customer or a colleague does."""
    ticket = Ticket.objects.get(pk=ticket.pk)
    lead = ticket.team.lead
    planned = FollowUp.objects.filter(state=State.SCHEDULED).order_by("pk")
    asked = SatisfactionRequest.objects.filter(answers=None).order_by("pk").first()
    stops = Suppression.objects.filter(address=everybody[0].email)
    match dice.randrange(8):
        case 0 if ticket.is_open:
            said = "Which label is it?"
            until = NextDate(wait_until=now + timedelta(days=20))
            conversation.log_call(ticket, said, Message.Result.REACHED, until, by=lead, now=now)
        case 1 | 2 if ticket.is_open:
            tickets.resolve(ticket, at=now, now=now, by=None)
        case 3:
            conversation.receive(ticket, "Here it is.", channel=Channel.MAIL, at=now, now=now)
        case 4 if asked is not None:
            satisfaction.answer(asked, dice.choice(["yes", "no"]), now=now)
        case 5 if planned.exists():
            deciding.skip(dice.choice(planned), reason="She is here.", by=lead, now=now)
        case 6 if planned.exists():
            deciding.hold(dice.choice(planned), by=lead, now=now)
        case 7 if not stops.exists():
            Suppression.objects.create(address=everybody[0].email, purpose="optional", reason="Enough.", at=now)


def check_mail(mail, now):
    """It keeps the caps, and says nothing that has passed."""
    theirs = Delivery.objects.filter(recipient=mail.recipient, automatic=True, state=Delivery.State.SENT)
    unasked = theirs.exclude(purpose__in=["acknowledgement", "new_link"])
    if mail.automatic and mail.purpose != "acknowledgement":
        assert not unasked.filter(made_at__gt=mail.made_at - timedelta(days=1)).exists()
        assert unasked.filter(made_at__gt=mail.made_at - timedelta(days=7)).count() < 3
    assert mail.expires_at is None or mail.expires_at > now


def test_each_follow_up_ends_once_with_a_reason_or_is_still_to_come():
    now = lived(1)
    rows = list(FollowUp.objects.select_related("ticket", "playbook_step"))
    assert len(rows) > TICKETS
    for row in rows:
        assert (row.state in _ENDED) == (row.ended_at is not None)
        assert row.state not in {State.SKIPPED, State.FAILED} or row.reason
        if row.state == State.SCHEDULED and not row.held_at and not row.ticket.unplanned:
            assert row.due_at > now - timedelta(hours=1), row
        if row.state == State.DONE and row.step == Step.SILENCE_CLOSING:
            assert not row.ticket.commitments.open().exists() or row.ticket.is_open
    assert {row.step for row in rows} >= {Step.SETTLED_QUESTION, Step.CLOSING}
