"""Facts about the demo's past: right by every rule, and everything that a promise can go through."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from itertools import count
from random import Random

import pytest
import time_machine
from django.db import transaction
from django.db.models import Q
from django.test import Client

from compliance import audit, published
from compliance.models import ClosedPeriod
from compliance.queues import current_wait
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
from tests.trails import differing
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


def test_every_due_time_follows_from_its_trail(demo):
    assert list(differing(Commitment.objects.all())) == []


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


def claims(demo):
    """Of the closed months of the claims' own standard: all that was due, what was kept, and what was finished."""
    rows = ClosedPeriod.objects.of_everybody().filter(standard_version__category__name="Damage claims")
    due = Commitment.objects.filter(
        standard_version__category__name="Damage claims", counted_due_at__lt=zagreb("2026-11-01 00:00")
    ).exclude(outcome__in=["moved", "merged", "withdrawn"])  # fmt: skip
    finished = due.exclude(outcome="").count()
    kept, all_due = (sum(getattr(row.tally.kept, name) for row in rows) for name in ("k", "n"))
    assert all_due == due.count()
    return kept, finished, all_due


def test_claims_look_well_by_what_was_closed_and_not_by_what_was_due(demo, db):
    kept, finished, due = claims(demo)
    assert kept / finished > 0.9
    assert kept / due < 0.6


def test_the_public_reads_only_the_honest_figure_of_the_claims(demo, db):
    kept, finished, due = claims(demo)
    with time_machine.travel(MONDAY, tick=False):
        page = Client().get("/en/").content.decode()
        data = json.loads(Client().get("/en/standards.json").content)
    article = re.search(r"<article[^>]*>(?:(?!</article>).)*A claim for damage.*?</article>", page, re.S)[0]
    words = " ".join(re.sub("<[^>]+>", " ", article).split())
    assert f"{round(100 * kept / due)} of 100 ({kept} of {due})" in words
    assert "Not met" in words
    of_the_finished = f"{round(100 * kept / finished)} of 100"
    assert of_the_finished not in words
    assert f"{kept} of {finished}" not in words
    (standard,) = [one for one in data["standards"] if one["sentence"].startswith("A claim for damage")]
    assert all(month["percent"] < 60 for month in standard["months"])


def test_months_have_closed_with_every_verdict_a_correction_and_exception_days(demo, db):
    edition = published.edition(MONDAY, demo.zone)
    assert edition.month.first == date(2026, 10, 1)
    assert {len(record.months) for record in edition.standards} >= {1, 4}
    verdicts = {record.verdict(month) for record in edition.standards for month in record.months}
    assert verdicts == {"met", "not_met", "too_few"}
    assert min(record.in_month(edition.month.first).kept.n for record in edition.standards) < 5
    assert edition.month.without_exceptions.n < edition.month.kept.n
    assert [correction.why for correction in edition.month.corrections] == ["voided"]
    assert len(edition.exceptions) == 1
    assert current_wait(now=MONDAY).has_times


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


def test_most_of_what_was_missed_has_a_reason_and_some_has_none_yet(demo):
    missed = Commitment.objects.filter(outcome__in=["kept_late", "not_done"], voided_at=None)
    with_reason = missed.exclude(delay_cause=None).count()
    assert missed.count() / 2 < with_reason < missed.count()
