"""Facts about counting, on plain rows: no database."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest

from compliance import results
from compliance.results import ALL, Bucket, Case, Figure, Period, Tally, Verdict, Weight, bucket_of, tally
from compliance.satisfaction import Request, satisfaction
from compliance.survival import Observation, curve, quantile
from compliance.trend import trend
from tests.source import modules

OCTOBER = Period(datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC))
DUE = datetime(2026, 10, 15, 12, 0, tzinfo=UTC)
LATER = DUE + timedelta(days=2)
NOW = datetime(2026, 11, 25, tzinfo=UTC)
MOMENT, HOUR, DAY = timedelta(microseconds=1), timedelta(hours=1), timedelta(days=1)


def case(**fields):
    """A next response, due in the middle of October, that was kept an hour before."""
    given = {
        "kind": "next_response", "state": "ended", "outcome": "kept",
        "counted_due_at": DUE, "due_at": DUE, "ended_at": DUE - HOUR,
    }  # fmt: skip
    return Case(**{**given, **fields})


def running(**fields):
    return case(**{"state": "running", "outcome": "", "ended_at": None, **fields})


@pytest.mark.parametrize(
    ("bucket", "row"),
    [
        (Bucket.KEPT, case()),
        (Bucket.KEPT, case(ended_at=DUE)),
        (Bucket.KEPT_AFTER_MOVE, case(due_at=LATER, ended_at=DUE + MOMENT)),
        (Bucket.KEPT, case(due_at=LATER, ended_at=DUE)),  # moved, and done by the first time all the same
        (Bucket.KEPT_LATE, case(outcome="kept_late", ended_at=DUE + MOMENT)),
        (Bucket.KEPT_LATE, case(outcome="kept_late", due_at=LATER, ended_at=LATER + HOUR)),
        (Bucket.NOT_DONE, case(outcome="not_done", ended_at=DUE + DAY)),
        (Bucket.NOT_DONE, running()),
        (Bucket.NOT_DONE, running(due_at=LATER)),
        (Bucket.MOVED_AHEAD, running(due_at=NOW)),
        (Bucket.MOVED_AHEAD, running(due_at=NOW + DAY)),
        (Bucket.MOVED_AHEAD, running(state="paused", due_at=LATER)),
        (Bucket.WITHDRAWN_LATE, case(outcome="withdrawn", ended_at=DUE + MOMENT)),
        (Bucket.WITHDRAWN_LATE, case(outcome="merged", due_at=LATER, ended_at=DUE + HOUR)),
        (None, case(outcome="withdrawn", ended_at=DUE)),
        (None, case(outcome="merged")),
        (None, case(outcome="moved")),
        (None, case(voided=True)),
        (None, running(state="conditional", counted_due_at=None, due_at=None)),
        (None, running(state="paused", counted_due_at=None)),
    ],
)
def test_every_commitment_lies_in_exactly_one_bucket_or_is_not_counted(bucket, row):
    assert bucket_of(row, OCTOBER, NOW) == bucket


def test_a_period_begins_with_its_first_moment_and_ends_before_its_last():
    def counted(moment):
        return bucket_of(case(counted_due_at=moment, due_at=moment, ended_at=moment), OCTOBER, NOW) is not None

    assert [counted(OCTOBER.since - MOMENT), counted(OCTOBER.since)] == [False, True]
    assert [counted(OCTOBER.until - MOMENT), counted(OCTOBER.until)] == [True, False]


def test_a_running_period_counts_what_fell_due_before_now():
    assert bucket_of(case(), OCTOBER, DUE) is None
    assert bucket_of(case(), OCTOBER, DUE + MOMENT) == Bucket.KEPT
    assert bucket_of(running(), OCTOBER, DUE + MOMENT) == Bucket.NOT_DONE


@pytest.mark.parametrize(
    ("bucket", "after"), [(Bucket.NOT_HELD, 7 * DAY), (Bucket.KEPT, 7 * DAY + MOMENT), (Bucket.KEPT, None)]
)
def test_a_resolution_is_kept_when_it_held_for_seven_days(bucket, after):
    ended = DUE - HOUR
    row = case(kind="resolution", ended_at=ended, reopened_at=ended + after if after else None)
    assert bucket_of(row, OCTOBER, NOW) == bucket


def test_a_resolution_after_a_move_has_to_hold_too_and_a_late_one_stays_late():
    again = LATER + DAY
    moved = case(kind="resolution", due_at=LATER, ended_at=LATER, reopened_at=again)
    late = case(kind="resolution", outcome="kept_late", ended_at=LATER, reopened_at=again)
    assert bucket_of(moved, OCTOBER, NOW) == Bucket.NOT_HELD
    assert bucket_of(late, OCTOBER, NOW) == Bucket.KEPT_LATE


def test_a_result_is_final_when_its_period_has_passed_a_resolution_seven_days_later():
    assert not OCTOBER.is_final("update", OCTOBER.until - MOMENT)
    assert OCTOBER.is_final("update", OCTOBER.until)
    assert not OCTOBER.is_final("resolution", OCTOBER.until + 7 * DAY - MOMENT)
    assert OCTOBER.is_final("resolution", OCTOBER.until + 7 * DAY)
    assert OCTOBER.is_running(OCTOBER.until - MOMENT)
    assert not OCTOBER.is_running(OCTOBER.until)


def of_all_kinds():
    return [
        *[case()] * 7,
        case(due_at=LATER, ended_at=LATER),
        running(due_at=NOW + DAY),
        case(outcome="kept_late", ended_at=DUE + HOUR),
        running(),
        running(due_at=DUE + HOUR),
        case(outcome="withdrawn", ended_at=DUE + HOUR),
        case(outcome="withdrawn", ended_at=DUE - HOUR),
        case(outcome="moved"),
    ]


def test_the_headline_counts_what_was_kept_as_first_promised_of_all_that_was_due():
    result = tally(of_all_kinds(), OCTOBER, NOW)
    assert (result.kept.k, result.kept.n) == (7, 13)
    assert (result.as_agreed.k, result.as_agreed.n) == (8, 13)
    assert (result.missed.k, result.missed.n) == (3, 13)
    assert result.moved == 3
    assert result.due == sum(result[bucket] for bucket in Bucket)


def test_the_buckets_of_a_figure_list_exactly_its_cases():
    rows = of_all_kinds()
    result = tally(rows, OCTOBER, NOW)
    for figure in (result.kept, result.as_agreed, result.missed, *(result.figure(bucket) for bucket in Bucket)):
        listed = [bucket_of(row, OCTOBER, NOW) for row in rows]
        assert sum(bucket in figure.of for bucket in listed) == figure.k
        assert sum(bucket in figure.among for bucket in listed) == figure.n


def test_sums_add_cases_and_never_shares():
    small, large = Tally({Bucket.KEPT: 1}), Tally({Bucket.KEPT: 0, Bucket.NOT_DONE: 99})
    assert (small + large).kept == Figure(1, 100, (Bucket.KEPT,), ALL)


def test_the_longest_overdue_is_still_owed():
    longest = results.longest_overdue(of_all_kinds(), OCTOBER, NOW)
    assert longest == running()
    assert results.longest_overdue([case(outcome="not_done", ended_at=LATER)], OCTOBER, NOW) is None


@pytest.mark.parametrize(
    ("n", "weight"),
    [(0, Weight.NONE), (4, Weight.WORDS), (5, Weight.GREY), (29, Weight.GREY), (30, Weight.PLAIN)],
)
def test_how_a_figure_is_shown_depends_on_how_many_cases_there_are(n, weight):
    assert Figure(0, n).weight == weight


def test_a_person_or_a_breakdown_is_shown_from_ten_cases_on():
    assert [Figure(0, n).may_be_broken_down for n in (9, 10)] == [False, True]


@pytest.mark.parametrize(
    ("k", "n", "target", "verdict"),
    [
        (37, 43, 90, Verdict.TOO_FEW),
        (585, 612, 90, Verdict.MET),
        (369, 401, 95, Verdict.NOT_MET),
        (232, 268, 80, Verdict.MET),
        (11, 12, 90, Verdict.TOO_FEW),
        (0, 0, 90, Verdict.TOO_FEW),
        (500, 500, 100, Verdict.TOO_FEW),
        (499, 500, 100, Verdict.NOT_MET),
        (5, 5, None, Verdict.TOO_FEW),
        (0, 5, "0.1", Verdict.TOO_FEW),
    ],
)
def test_there_is_one_verdict(k, n, target, verdict):
    assert Figure(k, n).verdict(target) == verdict


def test_the_likely_range_is_that_of_wilson():
    low, high = Figure(37, 43).range
    assert (round(low * 100), round(high * 100)) == (73, 93)
    assert Figure(0, 9).range[0] == 0
    assert Figure(9, 9).range[1] == 1
    assert Figure(0, 0).range is None


def test_the_exact_verdict_agrees_with_the_range_wherever_rounding_cannot_hide_it():
    for n in range(1, 70):
        for k in range(n + 1):
            low, high = Figure(k, n).range
            for target in (50, 80, "92.5", 95, 99):
                share = float(Fraction(target) / 100)
                if min(abs(low - share), abs(high - share)) > 1e-9:
                    expected = Verdict.MET if low >= share else Verdict.NOT_MET if high < share else Verdict.TOO_FEW
                    assert Figure(k, n).verdict(target) == expected, (k, n, target)


def test_only_who_lies_outside_the_wide_limits_is_marked():
    everybody = Figure(900, 1000)
    assert Figure(45, 50).stands_out(everybody) == ""
    assert Figure(38, 50).stands_out(everybody) == "below"
    assert Figure(40, 50).stands_out(everybody) == ""
    assert Figure(300, 300).stands_out(everybody) == "above"
    assert Figure(0, 0).stands_out(everybody) == ""


def weeks(*shares, n=100):
    monday = date(2026, 6, 29)
    return [(monday + timedelta(weeks=index), Figure(share, n)) for index, share in enumerate(shares)]


def test_chance_is_neither_better_nor_worse():
    assert trend(weeks(93, 94, 92, 93, 95, 94, 90, 93, 94, 95, 93, 94)).signal == ""


def test_a_week_outside_three_sigma_is_worse_while_it_is_the_newest():
    falls = trend(weeks(*[92, 94] * 6, 80))
    assert (falls.signal, [point.signal for point in falls.points]) == ("worse", [""] * 12 + ["worse"])
    assert trend(weeks(*[92, 94] * 6, 80, 92)).signal == ""


def test_eight_in_a_row_on_one_side_are_better_seven_are_not():
    assert trend(weeks(*[90] * 8, *[94] * 8)).signal == "better"
    assert trend(weeks(*[90] * 8, *[94] * 7)).signal == ""


def test_a_week_without_cases_has_no_limits_and_breaks_no_run():
    chart = weeks(*[90] * 8, *[94] * 8)
    chart[12:12] = [(date(2026, 9, 28), Figure(0, 0))]
    found = trend(chart)
    assert found.signal == "better"
    assert (found.points[12].low, found.points[12].signal) == (None, "")
    assert trend([]).signal == trend([(date(2026, 9, 28), Figure(0, 0))]).signal == ""


def test_limits_are_wider_where_there_are_fewer_cases_and_stay_between_none_and_all():
    few, many = trend([(date(2026, 6, 29), Figure(9, 10)), (date(2026, 7, 6), Figure(900, 1000))]).points
    assert few.low < many.low < 0.9 < many.high < few.high == 1.0


def test_the_open_ones_count_in_a_median():
    done = [Observation(minutes, True) for minutes in (10, 20, 30)]
    assert quantile(curve(done), 0.5) == 20
    waiting = [Observation(40, False)] * 4
    assert quantile(curve([*done, *waiting]), 0.5) is None
    assert quantile(curve([*done, *[Observation(5, False)] * 3]), 0.5) == 20


@pytest.mark.parametrize(
    ("observations", "share", "expected"),
    [
        ([], 0.5, None),
        ([Observation(60, False)] * 9, 0.5, None),
        ([Observation(60, True)], 0.9, 60),
        ([Observation(0, True)] * 9 + [Observation(7, True)], 0.9, 0),
        ([Observation(n, True) for n in range(1, 11)], 0.9, 9),
        ([Observation(n, True) for n in range(1, 11)], 0.95, 10),
        ([Observation(5, True), Observation(5, False)], 0.5, 5),  # at one time the finished come first
        ([Observation(5, True, 3.0), Observation(9, True, 1.0)], 0.75, 5),
        ([Observation(5, True, 1e-7), Observation(9, True, 1e-7)], 0.5, 5),
    ],
)
def test_a_quantile_is_the_first_duration_by_which_so_many_are_done(observations, share, expected):
    assert quantile(curve(observations), share) == expected


def test_outcome_and_handling_are_counted_apart():
    asked = [
        *[Request(True, "yes", 5)] * 6, Request(True, "yes", 1), Request(True, "yes"),
        Request(True, "no", 4), Request(True, "not_quite", 2), *[Request(True)] * 30, Request(False),
    ]  # fmt: skip
    said = satisfaction(asked)
    assert (said.settled.k, said.settled.n) == (8, 10)
    assert (said.handling.k, said.handling.n) == (7, 9)
    assert (said.answered.k, said.answered.n, said.asked) == (10, 40, 41)
    assert (said.well_but_not_settled, said.settled_but_badly) == (1, 1)
    assert not said.few_answered


@pytest.mark.parametrize(("answered", "few"), [(0, True), (19, True), (20, False)])
def test_fewer_than_one_answer_in_five_is_said(answered, few):
    asked = [Request(True, "yes", 5)] * answered + [Request(True)] * (100 - answered)
    assert satisfaction(asked).few_answered == few


def test_counting_knows_no_framework_and_no_database():
    pure = {"compliance/results.py", "compliance/trend.py", "compliance/satisfaction.py", "compliance/survival.py"}
    known = [name for module in modules() if module.name in pure for name, _line in module.imports()]
    assert known
    assert not [name for name in known if name.startswith(("django", "tickets", "standards", "people", "followups"))]
