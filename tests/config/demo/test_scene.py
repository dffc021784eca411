"""Facts about today's scene: something true in every lane, at any hour."""

from collections import Counter
from datetime import UTC

import pytest
import time_machine
from django.core.management import CommandError, call_command

from compliance import audit
from config.demo import loading
from config.demo.history import TICKETS
from config.demo.today import HOW_MANY
from desk import scope
from desk.horizon import HOUR, LANES, TODAY
from followups.models import FollowUp
from people.models import Organisation, User
from tests.config.demo.scenes import MONDAY, lanes
from tests.make import zagreb
from tickets.models import Commitment, DelayNotice, Draft, HandOver, Note, Ticket, Warning

# The fixtures nest: everything that needs the company alone stands above what needs its history.
NOWS = {
    "Monday before opening": "2026-11-23 07:00",
    "Monday morning": "2026-11-23 10:42",
    "Wednesday before closing": "2026-11-25 15:35",
    "Friday evening": "2026-11-27 18:10",
    "Saturday noon": "2026-11-28 12:00",
    "Sunday evening": "2026-11-29 21:00",
    "a public holiday": "2026-11-18 11:00",
    "Christmas Eve": "2026-12-24 11:30",
    "the first hour of the day the clocks change": "2026-10-25 00:30",
}


@pytest.mark.parametrize("at", NOWS.values(), ids=NOWS)
def test_every_lane_has_something_true_at_any_hour(company, db, at):
    now = zagreb(at).astimezone(UTC)
    loading.add_scene(now)
    counts = lanes(now)
    assert {lane for lane in LANES if not counts[lane]} == set()
    assert list(audit.run(now)) == []


def test_just_before_midnight_nothing_more_falls_due_today_and_that_is_not_made_up(company, db):
    now = zagreb("2026-11-29 23:30").astimezone(UTC)
    loading.add_scene(now)
    assert {lane for lane in LANES if not lanes(now)[lane]} <= {TODAY, HOUR}


def test_the_scene_shows_each_thing_once_at_least(company, db):
    loading.add_scene(MONDAY)
    assert Ticket.objects.count() == HOW_MANY
    open_ones = Commitment.objects.open()
    assert Draft.objects.filter(author__email="ivana@demo.test").count() == 2  # an apology, and after two calls
    assert Note.objects.exists()
    assert open_ones.filter(state="conditional").exists()
    assert DelayNotice.objects.to_tell(MONDAY).exists()
    assert open_ones.filter(source="internal").exists()
    assert open_ones.filter(kind="callback", slot_starts_at__isnull=False).exists()
    assert Ticket.objects.open().filter(owner=None).count() >= 2
    planned = FollowUp.objects.filter(state="scheduled", due_at__gt=MONDAY)
    assert planned.filter(step="settled_question").count() == 1
    assert planned.filter(step__startswith="silence_").count() == 4
    assert planned.filter(step="silence_second", held_at__isnull=False).exists()
    assert planned.filter(step="thank_you", ticket=None).count() == 1
    stages = Counter(row.stage(MONDAY) for row in open_ones)
    assert {"overdue", "last_call", "due_soon", "on_track", "paused", "conditional"} <= set(stages)
    assert not Warning.objects.filter(commitment__state="running").exists()


def test_a_colleague_is_away_and_one_question_is_not_answered(company, db):
    loading.add_scene(MONDAY)
    nina = User.objects.absent(MONDAY).get()
    asked = HandOver.objects.waiting().get()
    assert (asked.asked_of.email, asked.commitment.accountable) == ("ivana@demo.test", asked.commitment.lead)
    assert HandOver.objects.filter(answer="taken").count() == 1
    assert not Commitment.objects.running().filter(accountable=nina, due_at__lt=nina.absences.get().ends_at).exists()


def test_ivana_finds_her_own_in_nearly_every_lane(company, db):
    loading.add_scene(MONDAY)
    counts = lanes(MONDAY, scope.MINE, "ivana@demo.test")
    assert {lane for lane in LANES if not counts[lane]} <= {TODAY}


def test_a_promise_due_right_after_the_next_opening_is_announced_today(company, db):
    now = zagreb("2026-11-27 14:30").astimezone(UTC)  # a Friday
    loading.add_scene(now)
    trapped = Commitment.objects.running().get(due_at=zagreb("2026-11-30 08:30"))
    assert trapped.stage(now) == "due_soon"


def test_the_demo_fills_only_an_empty_database(company, db):
    with pytest.raises(CommandError, match="There is data in this database already"):
        call_command("load_demo")
    call_command("load_demo", if_empty=True)
    assert not Ticket.objects.exists() or Ticket.objects.count() == TICKETS + HOW_MANY


def test_the_scene_is_added_once_a_day_and_only_to_the_demo(company, db, capsys):
    before = Ticket.objects.count()
    for at, after in (("2026-11-24 09:00", 1), ("2026-11-24 21:00", 1), ("2026-11-25 08:00", 2)):
        with time_machine.travel(zagreb(at), tick=False):
            call_command("load_demo", today=True)
        assert Ticket.objects.count() == before + after * HOW_MANY
    Organisation.objects.update(demo=False)
    with time_machine.travel(zagreb("2026-11-26 08:00"), tick=False):
        call_command("load_demo", today=True)
    assert Ticket.objects.count() == before + 2 * HOW_MANY
    assert "not the demo" in capsys.readouterr().out
