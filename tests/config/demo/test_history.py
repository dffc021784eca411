"""Facts about the demo's past: right by every rule, and everything that a promise can go through."""

from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random

import pytest
from django.db import transaction
from django.db.models import Count, Q

from compliance import audit
from config.demo import loading
from config.demo.history import TICKETS
from config.demo.rows import Rows
from config.demo.scenarios import ALL
from config.demo.special import BEGIN, Special
from config.demo.today import HOW_MANY
from desk import scope
from followups.models import FollowUp, SatisfactionAnswer
from mail.models import Delivery
from standards.models import StandardVersion
from tests.config.demo.scenes import MONDAY, lanes
from tests.make import zagreb
from tickets.actions.warnings import unannounced
from tickets.models import Commitment, Event, Message, MessagePromise, Ticket, Warning


@pytest.fixture(scope="module")
def demo(company):
    """The company with its history and the scene of a Monday morning."""
    with transaction.atomic():
        loading.add_history(MONDAY)
        loading.add_scene(MONDAY)
        yield company
        transaction.set_rollback(True)


def told(company, seed):
    """What the generator makes of a seed, without a database: rows as plain values."""
    keys = count(1)
    rows, rng = Rows(lambda _model: next(keys)), Random(seed)
    special = Special(company, rows, MONDAY, rng)
    loading.tell_history(company, rows, special, list(range(1, 61)), 60 - len(BEGIN), MONDAY, rng)
    return {
        model.__name__: [{k: v for k, v in vars(row).items() if k != "pauses"} for row in made]
        for model, made in rows.made.items()
    }


def test_the_same_seed_gives_the_same_rows_and_another_seed_others(company):
    assert told(company, 7) == told(company, 7)
    assert told(company, 7) != told(company, 8)


def test_our_words_name_a_time_and_do_not_hurt():
    avoid = (
        "unfortunately", "as soon as possible", "soon", "shortly", "just ", "simply", "inconvenience", "goodwill",
        "courtesy", "obviously", "patience", "nažalost", "uskoro", "što prije", "neugodnosti", "jednokratno",
    )  # fmt: skip
    for scenario in ALL:
        for words in scenario.words.values():
            ours = (words.begins, words.obstacle, words.delay, words.news, words.question, words.solves)
            for text in ours:
                assert not [word for word in avoid if word in text.lower()], text


def test_the_whole_history_is_told_in_less_than_ten_seconds(company):
    started = datetime.now(UTC)
    told(company, 3)
    assert datetime.now(UTC) - started < timedelta(seconds=10)


def test_history_and_scene_break_no_invariant(demo, db):
    assert [(finding.check.name, finding.rows[:3]) for finding in audit.run(MONDAY)] == []
    assert Ticket.objects.count() == TICKETS + HOW_MANY


def test_past_mail_was_sent_and_nothing_waits_to_leave(demo, db):
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
    assert not Delivery.objects.filter(ended_at__gt=MONDAY).exists()
    assert not Delivery.objects.exclude(recipient__endswith=".test").exists()
    assert not Message.objects.filter(unsettled=True).exists()
    assert not Ticket.objects.filter(unplanned=True).exists()
    assert not FollowUp.objects.filter(state="scheduled", due_at__lte=MONDAY).exists()


def test_nothing_has_happened_in_the_future(demo, db):
    assert not Message.objects.filter(at__gt=MONDAY).exists()
    assert not Event.objects.filter(at__gt=MONDAY).exists()
    assert not Commitment.objects.filter(Q(ended_at__gt=MONDAY) | Q(started_at__gt=MONDAY)).exists()


def test_only_todays_warnings_are_left_for_the_worker(demo, db):
    assert 1 <= unannounced(MONDAY).count() <= HOW_MANY
    assert Warning.objects.filter(stage="overdue").exists()


def test_claims_look_well_by_what_was_closed_and_not_by_what_was_due(demo, db):
    due = Commitment.objects.filter(
        kind="resolution", counted_due_at__lt=MONDAY, ticket__category__name="Damage claims"
    ).exclude(outcome="moved")  # fmt: skip
    found = due.aggregate(
        all=Count("pk"), kept=Count("pk", filter=Q(outcome="kept")), ended=Count("pk", filter=~Q(outcome=""))
    )
    assert found["kept"] / found["ended"] > 0.9
    assert found["kept"] / found["all"] < 0.6


def test_about_six_in_a_hundred_are_never_finished(demo, db):
    overdue = Commitment.objects.running().filter(kind="resolution", due_at__lt=MONDAY - timedelta(days=1))
    assert 0.04 < overdue.values("ticket").distinct().count() / TICKETS < 0.09


def test_everything_that_a_promise_can_go_through_has_happened(demo, db):
    rows = Commitment.objects
    assert set(rows.filter(state="ended").values_list("outcome", flat=True)) == set(Commitment.Outcome)
    assert rows.filter(follows_why="after_a_miss", outcome="kept").exists()
    assert rows.filter(follows_why="reopened", kind="resolution").exists()
    assert rows.filter(replaces__may_get_in_the_way__gt="", outcome="kept").exists()
    assert MessagePromise.objects.exclude(moves=None).filter(reason__gt="").exists()
    missed_twice = rows.filter(ticket__customer__name="Amra Delić", outcome__in=["kept_late", "not_done"])
    assert missed_twice.values("ticket").distinct().count() >= 2
    assert {*SatisfactionAnswer.objects.values_list("outcome", flat=True)} == {"yes", "not_quite", "no"}
    assert SatisfactionAnswer.objects.filter(outcome="yes", handling__lte=2).exists()
    assert Message.objects.filter(channel="phone", result="not_reached").exists()
    assert Event.objects.filter(kind="ticket.merged").exists()


def test_every_member_of_staff_finds_work_of_their_own(demo, db):
    for who in ("ivana", "marko", "petra"):
        counts = lanes(MONDAY, scope.MINE, f"{who}@demo.test")
        assert sum(counts.values()) >= 3, who


def test_a_standard_changed_on_the_first_of_a_month(demo, db):
    newer = StandardVersion.objects.get(number=2)
    assert newer.effective_from == zagreb("2026-10-01 00:00")
    used = Commitment.objects.filter(kind="first_response").values_list("standard_version__number", "ticket__opened_at")
    assert {(number, opened >= newer.effective_from) for number, opened in used} == {(1, False), (2, True)}
