"""After a standstill nothing is sent in a heap: a person lets it go on, or skips it."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from followups import tasks
from followups.actions import holding
from followups.models import FollowUp, Hold
from mail.models import Delivery
from tests import make
from tests.make import hours, zagreb
from tickets.actions import tickets

pytestmark = pytest.mark.django_db
RESOLVED = zagreb("2026-11-23 10:00")
DUE = zagreb("2026-11-24 10:00")
BACK = zagreb("2026-11-24 14:00")


@pytest.fixture(autouse=True)
def three_are_many(monkeypatch):
    monkeypatch.setattr(holding, "SO_MANY", 3)


def pile(number, time_machine):
    """So many questions that fell due on Tuesday at ten."""
    time_machine.move_to(RESOLVED, tick=False)
    for _ in range(number):
        tickets.resolve(make.ticket(), at=RESOLVED, now=RESOLVED, by=None)
    tasks.plan()


def carry_out(now, time_machine):
    time_machine.move_to(now, tick=False)
    tasks.carry_out()
    return Delivery.objects.count()


def test_a_few_that_are_late_go_by_themselves(time_machine):
    pile(3, time_machine)
    assert carry_out(BACK, time_machine) == 3
    assert not Hold.objects.exists()


def test_many_that_are_in_time_go_by_themselves(time_machine):
    pile(4, time_machine)
    assert carry_out(DUE + timedelta(minutes=5), time_machine) == 4


def test_many_that_are_late_wait_for_a_person(time_machine):
    pile(4, time_machine)
    assert carry_out(BACK, time_machine) == 0
    assert carry_out(BACK + hours(1), time_machine) == 0
    assert holding.held(Hold.objects.get()).count() == 4


def test_meanwhile_what_is_new_goes_on(time_machine):
    pile(4, time_machine)
    carry_out(BACK, time_machine)
    make.ticket(now=BACK)
    time_machine.move_to(BACK + timedelta(seconds=1), tick=False)
    tasks.plan()
    FollowUp.objects.filter(step="acknowledgement").update(due_at=BACK + timedelta(seconds=1))
    assert carry_out(BACK + timedelta(seconds=2), time_machine) == 1


def test_released_it_goes_on_and_is_not_held_again(time_machine):
    pile(4, time_machine)
    carry_out(BACK, time_machine)
    assert holding.decide(Hold.objects.get(), "send", by=make.manager(), now=BACK) == 4
    assert carry_out(BACK + timedelta(minutes=1), time_machine) == 4
    assert Hold.objects.count() == 1


def test_skipped_it_keeps_who_said_so(time_machine):
    pile(4, time_machine)
    carry_out(BACK, time_machine)
    holding.decide(Hold.objects.get(), "skip", by=make.manager(name="Mara"), now=BACK)
    reasons = FollowUp.objects.filter(step="settled_question").values_list("state", "reason")
    assert set(reasons) == {("skipped", "Skipped by Mara after a standstill.")}
    assert carry_out(BACK + timedelta(minutes=1), time_machine) == 0
    assert FollowUp.objects.filter(step="closing", state="scheduled").count() == 4


def test_it_is_decided_once(time_machine):
    pile(4, time_machine)
    carry_out(BACK, time_machine)
    hold = Hold.objects.get()
    with pytest.raises(ValidationError, match="Choose"):
        holding.decide(hold, "", by=make.manager(), now=BACK)
    holding.decide(hold, "send", by=make.manager(), now=BACK)
    with pytest.raises(ValidationError, match="decided already"):
        holding.decide(hold, "skip", by=make.manager(), now=BACK)


def test_three_days_later_nothing_old_is_told(time_machine):
    pile(2, time_machine)
    opened = make.ticket(now=RESOLVED)
    tasks.plan()
    assert carry_out(zagreb("2026-12-04 09:00"), time_machine) == 0
    ended = FollowUp.objects.exclude(step="closing")
    assert set(ended.values_list("state", "reason")) == {("skipped", "It would have come too late.")}
    assert opened.followups.get().step == "acknowledgement"
