"""Compares what `compliance` counts with the table that was written out by hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime
from random import Random

from compliance.cases import By, as_case, cases, counted, longest_overdue, tallies
from compliance.models import ExceptionDay
from compliance.questions import Days, Question, month_of
from compliance.results import Bucket, Period, Tally, bucket_of
from compliance.times import times
from tests.compliance.expected import Expected, line, seen, word_for
from tests.compliance.lives import DAY, Life, World
from tests.make import ZAGREB, zagreb
from tickets.models import Commitment

SINCE, NOW = datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
FROM_EVER = Period(SINCE - DAY, NOW + DAY)
MONTHS = [month_of(date(2026, month, 1), ZAGREB) for month in range(6, 13)]
WORDS = {
    "K1": Bucket.KEPT, "not held": Bucket.NOT_HELD, "K2": Bucket.KEPT_AFTER_MOVE, "M": Bucket.MOVED_AHEAD,
    "L": Bucket.KEPT_LATE, "O": Bucket.NOT_DONE, "W": Bucket.WITHDRAWN_LATE,
}  # fmt: skip
STORMS = [(zagreb("2026-08-10 00:00"), zagreb("2026-08-13 00:00"), None)]


def world(seed: str, bulk: int) -> World:
    """So many commitments, stored, with a storm for everybody and a strike of one team."""
    made = World(Random(seed), NOW, since=SINCE, bulk=bulk)
    made.store()
    strike = (zagreb("2026-09-29 00:00"), zagreb("2026-10-03 00:00"), made.teams[1])
    for starts_at, ends_at, team in [*STORMS, strike]:
        ExceptionDay.objects.create(
            starts_at=starts_at, ends_at=ends_at, team=team, reason={"en": "A storm"}, declared_by=made.people[0],
            declared_at=starts_at,
        )  # fmt: skip
    return made


def is_exceptional(life: Life, of: World) -> bool:
    promised = seen(life, NOW).promised
    strike = zagreb("2026-09-29 00:00") <= promised < zagreb("2026-10-03 00:00") and life.team == of.teams[1].pk
    return strike or any(since <= promised < until for since, until, _team in STORMS)


def differences(of: World, periods: Sequence[Period]) -> list[str]:
    """Every figure of these periods that is not the one written out by hand."""
    return [what for period in periods for what in _of_period(of, period)] + rows_that_differ(of)


def _of_period(of: World, period: Period) -> list[str]:
    counted_ones = [
        life
        for life in of.lives
        if word_for(life, seen(life, NOW), period.since, period.until, NOW) and life.source != "internal"
    ]
    by_kind: dict[tuple[str, str], list[Life]] = defaultdict(list)
    for life in counted_ones:
        by_kind[life.kind, life.source].append(life)
    whole = [life for life in counted_ones if life.kind != "acknowledge"]
    found = _compare(of, Question(period), whole)
    for (kind, source), lives in sorted(by_kind.items()):
        found += _compare(of, Question(period, kind=kind, source=source), lives)
    for team in of.teams:
        found += _compare(of, Question(period, team=team.pk), [life for life in whole if life.team == team.pk])
    for person in of.people:
        answered = [life for life in whole if life.accountable == person.pk]
        found += _compare(of, Question(period, accountable=person.pk), answered)
    by_person = tallies(Question(period), By.ACCOUNTABLE, viewer=None, now=NOW, zone=ZAGREB)
    by_team = tallies(Question(period), By.TEAM, viewer=None, now=NOW, zone=ZAGREB)
    by_hour = tallies(Question(period), By.HOUR, viewer=None, now=NOW, zone=ZAGREB)
    for side_by_side in (by_person, by_team, by_hour):
        if sum(one.all.due for one in side_by_side.values()) != len(whole):
            found.append(f"{period.since:%Y-%m}: the parts of {list(side_by_side)[:3]} are not the whole")
    return found


def _compare(of: World, question: Question, lives: list[Life]) -> list[str]:
    expected = line(lives, question.period.since, question.period.until, NOW)
    ordinary = line(
        [life for life in lives if not is_exceptional(life, of)], question.period.since, question.period.until, NOW
    )
    result = counted(question, viewer=None, now=NOW, zone=ZAGREB)
    late = longest_overdue(question, viewer=None, now=NOW)
    took = times(question, viewer=None, now=NOW, most=None)
    differ = [
        *_tally_differs(result.all, expected),
        *_tally_differs(result.ordinary, ordinary),
        *([] if (late.due_at if late else None) == expected.oldest else ["longest overdue"]),
        *([] if (took.median, took.ninth) == (expected.half, expected.ninth) else [f"times {took} {expected}"]),
        *([] if expected.due == _listed(question) else ["list"]),
        *([] if expected.due - ordinary.due == _listed(question, days=Days.EXCEPTION) else ["exception days"]),
    ]
    for word, bucket in WORDS.items():
        figure = result.all.figure(bucket)
        if not expected.words[word] == figure.k == cases(question.listing(figure), viewer=None, now=NOW).count():
            differ.append(f"list of {bucket}")
    return [f"{question}: {what}" for what in differ]


def _listed(question: Question, **more: Days) -> int:
    return cases(Question(**{**vars(question), **more}), viewer=None, now=NOW).count()


def _tally_differs(tally: Tally, expected: Expected) -> list[str]:
    got = {word: tally[bucket] for word, bucket in WORDS.items()}
    differ = [f"{word}: {n}, not {expected.words[word]}" for word, n in got.items() if n != expected.words[word]]
    if (tally.due, tally.kept.k, tally.moved) != (expected.due, expected.kept, expected.moved):
        differ.append(f"{tally} is not {expected}")
    if tally.as_agreed.k != expected.words["K1"] + expected.words["K2"]:
        differ.append("kept as agreed")
    if expected.due:
        for mine, theirs in zip(tally.kept.range or (), expected.range(), strict=True):
            if abs(mine - theirs) > 1e-12:
                differ.append("likely range")
    return differ


def rows_that_differ(of: World) -> list[str]:
    """Row by row: what the database says, what the pure rules say and what happened."""
    stored = {row.pk: row for row in Commitment.objects.all()}
    again: dict[int, datetime] = {}
    for row in stored.values():
        if row.follows_why == "reopened":
            again[row.follows_id] = min(row.started_at, again.get(row.follows_id, row.started_at))
    everything = [
        Question(FROM_EVER),
        Question(FROM_EVER, source="internal"),
        Question(FROM_EVER, kind="acknowledge"),
    ]
    in_sql = {row.pk: row for question in everything for row in cases(question, viewer=None, now=NOW)}
    found = []
    for life in of.lives:
        word = word_for(life, seen(life, NOW), FROM_EVER.since, FROM_EVER.until, NOW)
        pure = {key: bucket_of(as_case(stored[key], again.get(key)), FROM_EVER, NOW) for key in life.rows}
        counts = {key: bucket for key, bucket in pure.items() if bucket}
        by_sql = {key: in_sql[key].bucket for key in life.rows if key in in_sql}
        moved = {key: as_case(stored[key]).moved for key in counts}
        if counts != by_sql or moved != {key: in_sql[key].was_moved for key in by_sql}:
            found.append(f"{life}: {counts} in Python, {by_sql} in SQL")
        if list(counts.values()) != ([WORDS[word]] if word else []):
            found.append(f"{life}: {counts}, not {word}")
    return found
