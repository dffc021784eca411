"""What can be promised is learned with what is still open, and would have been kept when it is replayed."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from compliance.replaying import Case, replay
from compliance.safe_dates import safe_time, upper_limit
from compliance.survival import Observation, curve, quantile
from tests import make
from tests.make import hours
from tickets.models import Ticket

BEGAN = datetime(2026, 1, 5, 8, tzinfo=UTC)


def finished(count: int, length: int = 60) -> list[Observation]:
    return [Observation(length + number, True) for number in range(count)]


def test_the_narrowest_group_with_enough_finished_ones_is_asked():
    narrow, broad = finished(29), finished(150, length=600)
    assert safe_time([narrow, broad]).level == 1
    assert safe_time([[*narrow, Observation(100, True)], broad]).level == 0
    assert safe_time([narrow]) is None


def test_where_more_than_one_in_ten_never_ends_nothing_is_promised_though_a_broader_group_would():
    narrow = [*finished(120), *[Observation(5000, False)] * 20]
    found = safe_time([narrow, finished(1000)])
    assert (found.time, found.level) == (None, 0)


def test_few_finished_ones_are_believed_with_caution():
    few, many = finished(60), finished(60) * 2
    assert safe_time([few]).time > quantile(curve(few), 0.9)
    assert safe_time([many]).time == quantile(curve(many), 0.9)


def test_the_limit_lies_above_the_curve_and_nears_it_with_more_cases():
    few, many = finished(60), finished(60) * 50
    for steps, limit in zip(curve(few), upper_limit(few), strict=True):
        assert steps.open <= limit.open + 1e-12
    gaps = [
        sum(limit.open for limit in upper_limit(group)) - sum(step.open for step in curve(group))
        for group in (few, many)
    ]
    assert gaps[1] < gaps[0]


def test_the_limit_of_a_small_sample_is_high_enough_four_times_in_five():
    chance, true = random.Random(7), 60 * 2.302585  # nine tenths of an exponential time with mean 60
    enough = 0
    for _sample in range(200):
        sample = [Observation(round(chance.expovariate(1 / 60)), True) for _number in range(60)]
        promised = safe_time([sample]).time
        enough += promised is None or promised >= true
    assert enough >= 160


def lives(slow: float) -> Iterator[Case]:
    """Half a year of things that take about an hour; a share of them is never finished."""
    chance = random.Random(11)
    now = BEGAN + timedelta(days=180)
    for number in range(2000):
        opened = BEGAN + timedelta(hours=number * 2)
        ends = None if chance.random() < slow else opened + timedelta(minutes=chance.expovariate(1 / 60))
        end = min(ends or now, now)
        yield Case(("all",), opened, end, ends is not None and ends <= now, minutes(opened, end), minutes)


def minutes(since: datetime, until: datetime) -> int:
    return -(-(until - since) // timedelta(minutes=1))


def test_replayed_on_what_ends_safe_dates_are_kept_as_often_as_asked():
    scores = replay(lives(0), share=0.9, window=timedelta(days=60))["ours"]
    assert 0.87 < scores.kept_share < 0.93
    assert scores.refusal_rate == 0


def test_replayed_on_what_often_never_ends_the_naive_way_promises_and_fails_and_ours_declines():
    scores = replay(lives(0.3), share=0.9, window=timedelta(days=60))
    assert scores["closed_only"].kept_share < 0.7
    assert scores["ours"].refusal_rate == 1
    assert scores["ours"].kept_share is None


def test_without_a_window_of_history_nothing_is_judged():
    assert replay([], share=0.9, window=timedelta(days=60))["ours"].refusal_rate is None


@pytest.fixture
def file(tmp_path: Path) -> Path:
    lines = ["opened,closed,kind,place"]
    for case in lives(0.05):
        lines.append(f"{case.opened:%Y-%m-%d %H:%M},{case.end.isoformat() if case.finished else ''},water,north")
    path = tmp_path / "cases.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def asked(*arguments: str) -> str:
    out = StringIO()
    call_command("backtest_promises", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_prints_the_table_of_a_file_as_json(file: Path):
    columns = ("--opened", "opened", "--finished", "closed", "--group", "kind,place")
    told = json.loads(asked("--csv", str(file), *columns, "--quantile", "0.8", "--window-days", "30", "--json"))
    assert (told["quantile"], told["window_days"], told["unit"], told["cases"]) == (0.8, 30, "hours", 2000)
    assert set(told["methods"]) == {"closed_only", "one_curve", "ours"}
    ours = told["methods"]["ours"]
    assert 0.75 < ours["kept_share"] < 0.85
    assert ours["median_promise"] > 1
    assert ours["pinball_loss"] > 0
    assert "safe dates (ours)" in asked("--csv", str(file), *columns)


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        (["--opened", "opened"], "name its columns"),
        (["--opened", "opened", "--finished", "ended"], "has no column ended"),
        (["--opened", "kind", "--finished", "closed"], "is no time like"),
        (["--opened", "opened", "--finished", "closed", "--quantile", "1"], "between 0 and 1"),
    ],
)
def test_the_command_says_what_it_cannot_read(file: Path, columns: list[str], why: str):
    with pytest.raises(CommandError, match=why):
        asked("--csv", str(file), *columns)


@pytest.mark.django_db
def test_our_own_tickets_are_counted_in_working_time():
    lately = timezone.now() - timedelta(days=3)
    for _number in range(2):
        ticket = make.ticket(now=lately)
        Ticket.objects.filter(pk=ticket.pk).update(resolved_at=lately + hours(24), state="resolved")
    told = json.loads(asked("--json"))
    assert (told["unit"], told["cases"]) == ("working hours", 2)
