"""Do we keep our word? All that the compliance page shows of one question, read in a dozen queries at most.

Counts come from `compliance`, and each figure with the question that lists exactly its cases.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from compliance import listed, ratings
from compliance.cases import By, Counted
from compliance.earlier import Earlier, earlier
from compliance.listed import Asked, Overdue
from compliance.models import ExceptionDay
from compliance.questions import Days, midnight
from compliance.results import MISSED, Bucket, Figure, Period, Tally
from compliance.satisfaction import Satisfaction
from compliance.trend import Point, Trend, trend
from desk import compliance_charts as charts
from desk.compliance_names import Names, names
from desk.compliance_rows import WAYS, Comparison, compare, months_before
from desk.compliance_why import Cell, Reason, heat, reasons
from people.models import User

WEEKS = 13
_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Week:
    """One bar of the chart, with what lists its cases."""

    tally: Tally
    point: Point
    bar: charts.Bar
    asked: Asked

    @property
    def monday(self) -> date:
        """Its first day."""
        return self.point.week

    @property
    def figure(self) -> Figure:
        """Kept as first promised, of all."""
        return self.tally.kept

    @property
    def misses(self) -> Figure:
        """How many were missed."""
        return self.tally.missed

    @property
    def moves(self) -> int:
        """How many were moved."""
        return self.tally.moved

    @property
    def limits(self) -> tuple[float, float] | None:
        """Between which percentages it lies by chance."""
        point = self.point
        return None if point.low is None or point.high is None else (point.low * 100, point.high * 100)

    @property
    def kept(self) -> Asked:
        """Lists what was kept as first promised."""
        return self.asked.listing(self.figure)

    @property
    def missed(self) -> Asked:
        """Lists what was missed."""
        return self.asked.listing(self.tally.missed)

    @property
    def moved(self) -> Asked:
        """Lists what was moved."""
        return self.asked.but(moved=True)


@dataclass(frozen=True)
class Page:
    """Everything, as it stands at `now`."""

    asked: Asked
    names: Names
    counted: Counted
    target: Fraction | None
    scale: charts.Scale | None
    comparison: Comparison
    chart: charts.Chart
    weeks: Sequence[Week]
    trend: Trend
    reasons: Sequence[Reason]
    hours: Sequence[int]
    days: Sequence[tuple[str, Sequence[Cell]]]
    satisfaction: Satisfaction | None
    overdue: Overdue
    earlier: Earlier
    exceptions: Sequence[tuple[date, dict[str, str]]]  # the first day, and the reason by language
    leads: bool

    @property
    def tally(self) -> Tally:
        """What became of all that fell due in the period."""
        return self.counted.all

    # A template asks a tally for a bucket before it asks for an attribute, so what it shows stands here.
    @property
    def result(self) -> Figure:
        """Kept as first promised, of all."""
        return self.tally.kept

    @property
    def ordinary_result(self) -> Figure:
        """The same without exception days."""
        return self.counted.ordinary.kept

    @property
    def as_agreed(self) -> Figure:
        """Kept, moves in time included."""
        return self.tally.as_agreed

    @property
    def misses(self) -> Figure:
        """Late, not done and overdue."""
        return self.tally.missed

    @property
    def moves(self) -> int:
        """How many were moved."""
        return self.tally.moved

    @property
    def was_corrected(self) -> bool:
        """Whether another result was published first."""
        first = self.earlier.published
        return first is not None and (first.k, first.n) != (self.result.k, self.result.n)

    @property
    def odd_weeks(self) -> bool:
        """Whether weeks before the last one lie outside of what chance does."""
        return not self.trend.signal and any(week.point.signal for week in self.weeks)

    @property
    def verdict(self) -> str:
        """Of the headline; empty where nothing has a target."""
        return self.tally.kept.verdict(self.target) if self.target is not None and self.tally.due else ""

    @property
    def parts(self) -> list[charts.Part]:
        """What became of all, as a bar."""
        return charts.parts(self.tally)

    @property
    def buckets(self) -> list[tuple[Bucket, str, Figure, Asked]]:
        """Each bucket that has cases, how it is drawn, its figure and its list; kept always stands there."""
        found = []
        for bucket, look in charts.LOOKS.items():
            figure = self.tally.figure(bucket)
            if figure.k or bucket == Bucket.KEPT:
                found.append((bucket, look, figure, self.asked.listing(figure)))
        return found

    @property
    def kept(self) -> Asked:
        """Lists what was kept as first promised."""
        return self.asked.listing(self.tally.kept)

    @property
    def missed(self) -> Asked:
        """Lists what was missed."""
        return self.asked.listing(self.tally.missed)

    @property
    def moved(self) -> Asked:
        """Lists what was moved."""
        return self.asked.but(moved=True)

    @property
    def ordinary(self) -> Asked:
        """Lists all but what fell due on exception days."""
        return self.asked.but(days=Days.ORDINARY)

    @property
    def exceptional(self) -> Asked:
        """Lists what fell due on exception days."""
        return self.asked.but(days=Days.EXCEPTION)

    @property
    def exceptional_due(self) -> int:
        """How many did."""
        return self.counted.all.due - self.counted.ordinary.due

    @property
    def ordinary_kept(self) -> Asked:
        """Lists what of that was kept."""
        return self.ordinary.listing(self.counted.ordinary.kept)

    @property
    def ways(self) -> list[tuple[str, str]]:
        """By what one can compare; people only where others' results may be seen."""
        return [(way, str(words)) for way, words in WAYS.items() if way != By.ACCOUNTABLE or self.leads]


def read(asked: Asked, *, by: str, viewer: User, now: datetime, zone: ZoneInfo) -> Page:
    """The page of that question, compared by `by`, as far as `viewer` may see results."""
    leads = listed.leads(viewer)
    known = names(viewer, leads=leads)
    way = _way(by, leads)

    def results(of: Asked, *ways: By) -> dict[By, dict]:
        return listed.grouped(listed.seen(of, viewer=viewer, now=now, zone=zone), *ways, zone=zone)

    found = results(asked, By.VERSION, *([way] if way not in {By.VERSION, By.MONTH} else []))
    if way == By.MONTH:
        found |= results(months_before(asked, zone), By.MONTH)
    counted = sum(found[By.VERSION].values(), Counted())
    target = _target(found[By.VERSION], known)
    tallies = {key: one.all for key, one in found[way].items()}
    weeks = _weeks_before(asked, now, zone)
    by_week = {monday: one.all for monday, one in results(weeks, By.WEEK)[By.WEEK].items()}
    mondays = _mondays(weeks.question.period, zone)
    each = [by_week.get(monday, Tally()) for monday in mondays]
    course = trend([(monday, tally.kept) for monday, tally in zip(mondays, each, strict=True)])
    chart = charts.weeks(each, course, target)
    missed = listed.seen(asked.but(buckets=MISSED), viewer=viewer, now=now, zone=zone)
    when, why = listed.missed_when_and_why(missed, zone=zone)
    hours, days = heat(when, asked)
    kept = counted.all.kept
    known_earlier = earlier(asked, zone=zone) if viewer.is_manager else Earlier()
    return Page(
        asked=asked,
        names=known,
        counted=counted,
        target=target,
        scale=charts.scale(kept, target, charts.axis([(kept, target)])) if kept.n >= 5 else None,
        comparison=compare(way, tallies, asked, known, whole=counted.all, earlier=known_earlier, zone=zone),
        chart=chart,
        weeks=[
            Week(tally, point, bar, weeks.but(period=_week(point.week, zone)))
            for tally, point, bar in zip(each, course.points, chart.bars, strict=True)
        ],
        trend=course,
        reasons=reasons(why, asked),
        hours=hours,
        days=days,
        satisfaction=ratings.figures(listed.said(asked, viewer=viewer, now=now).order_by())
        if listed.asks_of_tickets(asked)
        else None,
        overdue=listed.overdue_now(asked, viewer=viewer, now=now, zone=zone),
        earlier=known_earlier,
        exceptions=_exceptions(asked.question.period, zone) if counted.had_exceptions else [],
        leads=leads,
    )


def _exceptions(period: Period, zone: ZoneInfo) -> list[tuple[date, dict[str, str]]]:
    days = ExceptionDay.objects.in_force().touching(period.since, period.until)
    return [(one.starts_at.astimezone(zone).date(), one.reason) for one in days]


def _way(by: str, leads: bool) -> By:
    way = By(by) if by in WAYS else By.VERSION
    return By.VERSION if way == By.ACCOUNTABLE and not leads else way


def _target(by_version: Mapping[int | None, Counted], known: Names) -> Fraction | None:
    """What the targets of the standards come to together for these cases; None where no case has one."""
    due = {key: one.all.due for key, one in by_version.items() if key in known.versions}
    if not sum(due.values()):
        return None
    wanted = sum((Fraction(known.versions[key].target_percent) * n for key, n in due.items()), Fraction(0))
    return wanted / sum(due.values())


def _weeks_before(asked: Asked, now: datetime, zone: ZoneInfo) -> Asked:
    """The same question about the whole weeks that end with its period, or with the present one."""
    last = min(asked.question.period.until - timedelta(seconds=1), now).astimezone(zone).date()
    monday = last - timedelta(days=last.weekday())
    first, following = monday - (WEEKS - 1) * _WEEK, monday + _WEEK
    return asked.but(period=Period(midnight(first, zone), midnight(following, zone)))


def _mondays(period: Period, zone: ZoneInfo) -> list[date]:
    first = period.since.astimezone(zone).date()
    return [first + index * _WEEK for index in range(WEEKS)]


def _week(monday: date, zone: ZoneInfo) -> Period:
    return Period(midnight(monday, zone), midnight(monday + _WEEK, zone))
