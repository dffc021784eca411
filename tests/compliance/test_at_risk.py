"""Promises to look at early: not due soon, and open for so long that most of their like were missed."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance.actions import learning
from compliance.at_risk import at_risk
from compliance.models import TimeTaken
from compliance.survival import Observation, chance_of_lasting, curve, still_open
from standards.terms import Kind
from standards.working_time import add_working_time
from tests import make
from tests.desk.looking import page
from tests.make import MONDAY_9AM, hours, zagreb
from tickets.actions import commitments
from tickets.certain import certain
from tickets.models import Commitment

pytestmark = pytest.mark.django_db

# Of forty resolutions within forty working hours, twenty took two hours, five took thirty and fifteen took fifty.
TOOK = [120] * 20 + [1800] * 5 + [3000] * 15
NOW = MONDAY_9AM


def history(took: list[int] = TOOK) -> None:
    """So many that were done lately, after so many working minutes."""
    make.standard(kind=Kind.RESOLUTION, window_minutes=2400, now=zagreb("2026-10-01 08:00"))
    ticket = make.ticket(now=zagreb("2026-10-19 08:00"))
    first = ticket.commitments.get()
    for minutes in took:
        ended = add_working_time(first.calendar_version.working, first.started_at, timedelta(minutes=minutes))
        row = Commitment.objects.get(pk=first.pk)
        row.pk, row.state, row.ended_at = None, "ended", ended
        row.outcome = "kept" if ended <= certain(first.due_at) else "kept_late"
        row.save(force_insert=True)
    commitments.withdraw(first, why="test", by=make.manager(), now=zagreb("2026-10-19 08:30"))
    learning.learn(now=NOW)


def opened(at: str) -> Commitment:
    """A resolution that runs since then, within forty working hours."""
    return make.ticket(now=zagreb(at), subject=f"Open since {at}").commitments.get()


def listed(now=NOW) -> list[Commitment]:
    keys = [one.pk for one in at_risk(Commitment.objects.all(), now=now)]
    return [Commitment.objects.get(pk=key) for key in keys]


@pytest.mark.parametrize(
    ("elapsed", "until", "chance"),
    [(0, 40, 0.4), (10, 40, 0.8), (30, 40, 1.0), (40, 50, 0.0), (50, 60, None), (0, 5, 1.0)],
)
def test_the_chance_is_the_share_still_open_then_of_those_open_now(elapsed, until, chance):
    steps = curve([*[Observation(10, True)] * 5, *[Observation(20, True)] * 1, *[Observation(50, True)] * 4])
    found = chance_of_lasting(steps, elapsed, until)
    assert found == (pytest.approx(chance) if chance is not None else None)


def test_of_nothing_everything_is_still_open():
    assert still_open([], 10) == 1.0


def test_what_has_been_open_longer_than_the_quick_ones_is_looked_at_early():
    history()
    fresh, old = opened("2026-11-23 08:30"), opened("2026-11-19 08:00")
    assert old.stage(NOW) == "on_track"
    assert listed() == [old], "fifteen of twenty that lasted two hours were missed, and of all forty fifteen"
    (one,) = at_risk(Commitment.objects.all(), now=NOW)
    assert (one.chance, one.sample) == (pytest.approx(15 / 20, abs=0.01), 40)
    assert fresh.pk != one.pk


def test_what_is_due_soon_is_no_longer_on_the_early_list():
    history()
    old = opened("2026-11-19 08:00")
    assert listed(certain(old.warn_at) - timedelta(minutes=1)) == [old]
    assert listed(certain(old.warn_at)) == []


def test_what_is_open_for_longer_than_all_others_is_on_it_without_a_number():
    history([60] * 40)
    opened("2026-11-19 08:00")
    (one,) = at_risk(Commitment.objects.all(), now=NOW)
    assert one.chance is None


def test_too_few_that_were_done_say_nothing():
    history(TOOK[6:35])
    opened("2026-11-19 08:00")
    assert listed() == []


def test_a_team_without_enough_of_its_own_learns_from_everybody():
    history()
    ticket = make.ticket(team=make.team(), now=zagreb("2026-11-19 08:00"))
    assert listed() == [ticket.commitments.get()]


def test_what_was_learned_days_ago_is_not_used():
    history()
    opened("2026-11-19 08:00")
    TimeTaken.objects.update(as_of=NOW - timedelta(days=3))
    assert listed() == []


def test_what_a_person_promised_is_not_guessed_at():
    history()
    make.promise(at=zagreb("2026-11-19 08:00"), due=zagreb("2026-12-01 08:00"), kind=Kind.RESOLUTION)
    assert [row.source for row in listed()] == ["standard"] * len(listed())


def test_pauses_are_no_time_of_ours():
    history()
    paused = opened("2026-11-19 08:00")
    # It stood still for all but an hour of it.
    Commitment.objects.filter(pk=paused.pk).update(due_at=add_working_time(
        paused.calendar_version.working, certain(paused.due_at), timedelta(hours=16)
    ))  # fmt: skip
    assert listed() == []


def test_to_learn_again_replaces_and_forgets():
    history()
    before = TimeTaken.objects.count()
    learning.learn(now=NOW + hours(1))
    assert TimeTaken.objects.count() == before
    learning.learn(now=NOW + timedelta(days=400))
    assert not TimeTaken.objects.exists()


def test_the_list_says_how_probable_it_is_and_leads_to_what_can_be_done():
    history()
    old = opened("2026-11-19 08:00")
    with time_machine.travel(NOW, tick=False):
        html = page(make.manager(), "/desk/early/")
        assert "Open since 2026-11-19" in html
        for words in ("at risk", "of ten like it, 8 are missed", "known from 40", f"/desk/commitments/{old.pk}/move/"):
            assert words in html, words
        assert "Nothing looks as if" in page(make.user(), "/desk/early/"), "of a team that is not theirs"


def test_it_costs_three_queries_however_many_there_are():
    history()
    for number in range(12):
        opened(f"2026-11-19 08:{number:02}")
    with CaptureQueriesContext(connection) as queries:
        assert len(at_risk(Commitment.objects.all(), now=NOW)) == 12
    assert len(queries) == 3
