"""Results side by side: by standard, kind, source, team, channel, category, person or month.

In the order of their own list or of the alphabet, never ranked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.cases import By
from compliance.earlier import Earlier, Took
from compliance.listed import Asked
from compliance.questions import month_of
from compliance.results import MISSED, Figure, Tally, Weight
from desk.compliance_charts import Scale, axis, scale
from desk.compliance_names import Names
from desk.forms.compliance import month_in_words
from people.terms import Channel
from standards.models import StandardVersion
from standards.terms import Kind
from tickets.models import Commitment

# The ways to compare, in the order of their tabs.
WAYS: dict[str, Promise] = {
    By.VERSION: gettext_lazy("Standard"),
    By.KIND: gettext_lazy("What is promised"),
    By.SOURCE: gettext_lazy("Source"),
    By.TEAM: gettext_lazy("Team"),
    By.CHANNEL: gettext_lazy("Channel"),
    By.CATEGORY: gettext_lazy("Category"),
    By.ACCOUNTABLE: gettext_lazy("Person"),
    By.MONTH: gettext_lazy("Month"),
}
# Who is compared like this is a person or a group of them: marked only far outside of what chance does.
_PEOPLE = {By.ACCOUNTABLE, By.TEAM}
MONTHS = 6


@dataclass(frozen=True)
class Row:
    """One line of the comparison, with what lists each of its numbers."""

    name: str
    note: str
    asked: Asked
    figure: Figure
    missed: Figure
    moved: int
    scale: Scale | None
    target: Fraction | None
    verdict: str
    stands_out: str
    counts_only: bool
    took: Took | None
    change: int | None

    @property
    def due(self) -> Asked:
        """Lists all that was due."""
        return self.asked

    @property
    def kept(self) -> Asked:
        """Lists what was kept as first promised."""
        return self.asked.listing(self.figure)

    @property
    def late(self) -> Asked:
        """Lists what was missed."""
        return self.asked.listing(self.missed)

    @property
    def put_later(self) -> Asked:
        """Lists what was moved."""
        return self.asked.but(moved=True)

    @property
    def has_share(self) -> bool:
        """Whether a percentage may stand beside its counts."""
        return not self.counts_only and self.figure.weight not in {Weight.NONE, Weight.WORDS}

    @property
    def fell(self) -> int:
        """By how many points it lies lower than in the month before."""
        return -(self.change or 0)

    @property
    def is_grey(self) -> bool:
        """Whether its percentage rests on few cases."""
        return self.figure.weight == Weight.GREY


@dataclass(frozen=True)
class Comparison:
    """One table of them; `start` is where the axes of its rows begin."""

    by: By
    title: str
    rows: Sequence[Row]
    start: int

    @property
    def has_targets(self) -> bool:
        """Whether its rows are measured against targets."""
        return any(row.target is not None for row in self.rows)

    @property
    def has_changes(self) -> bool:
        """Whether its rows stand beside those of the month before."""
        return any(row.change is not None or row.took for row in self.rows)

    @property
    def is_of_people(self) -> bool:
        """Whether it puts people beside each other."""
        return self.by == By.ACCOUNTABLE


def compare(
    by: By,
    tallies: Mapping[Any, Tally],
    asked: Asked,
    names: Names,
    *,
    whole: Tally,
    earlier: Earlier,
    zone: ZoneInfo,
) -> Comparison:
    """The table of these results, which `compliance.listed.grouped` has found."""
    lines = sorted(_lines(by, tallies, asked, names, zone), key=lambda line: line[0])
    targets = {key: _target(by, key, names) for _order, key, _name, _note, _asked in lines}
    figures = [(tallies[key].kept, targets[key]) for _order, key, _name, _note, _asked in lines]
    start = axis(pair for pair in figures if pair[0].n >= 5)
    rows = []
    for _order, key, name, note, narrower in lines:
        figure, target = tallies[key].kept, targets[key]
        few = by == By.ACCOUNTABLE and not figure.may_be_broken_down
        rows.append(
            Row(
                name,
                note,
                narrower,
                figure,
                tallies[key].figure(*MISSED),
                tallies[key].moved,
                None if few or figure.n < 5 else scale(figure, target, start),
                target,
                figure.verdict(target) if target is not None and figure.n else "",
                figure.stands_out(whole.kept) if by in _PEOPLE and not few else "",
                few,
                earlier.took.get(key) if by == By.VERSION else None,
                _change(figure, earlier.before.get(key)) if by == By.VERSION else None,
            )
        )
    return Comparison(by, str(WAYS[by]), rows, start)


def _change(figure: Figure, before: Figure | None) -> int | None:
    """By how many points it lies higher than in the month before; None where either rests on few cases."""
    if before is None or min(figure.n, before.n) < 5 or figure.percent is None or before.percent is None:
        return None
    return round(figure.percent) - round(before.percent)


def _target(by: By, key: Any, names: Names) -> Fraction | None:
    version = names.versions.get(key) if by == By.VERSION else None
    return Fraction(version.target_percent) if version else None


def _lines(
    by: By, keys: Iterable[Any], asked: Asked, names: Names, zone: ZoneInfo
) -> Iterable[tuple[Any, Any, str, str, Asked]]:
    """Of each key what it is sorted by, the key, its name, a remark, and the question that narrows to it."""
    make = _MAKERS[by]
    for key in keys:
        order, name, note, narrower = make(key, asked, names, zone)
        yield (order, str(key)), key, name, note, narrower


_Line = tuple[Any, str, str, Asked]


def _of_version(key: int | None, asked: Asked, names: Names, zone: ZoneInfo) -> _Line:
    version = names.versions.get(key) if key else None
    if version is None:
        narrower = asked if asked.question.source else asked.but(source=Commitment.Source.PROMISE)
        return len(names.versions), _("Promises of people"), "", narrower
    order = list(names.versions).index(version.pk)
    return (
        order,
        version.standard.name,
        _note(version),
        asked.but(standard=version.standard.code, version=version.number),
    )


def _note(version: StandardVersion) -> str:
    return _("%(code)s, version %(number)s") % {"code": version.standard.code, "number": version.number}


def _of_kind(key: str, asked: Asked, names: Names, zone: ZoneInfo) -> _Line:
    return Kind.values.index(key), str(Kind(key).label), "", asked.but(kind=key)


def _of_source(key: str, asked: Asked, names: Names, zone: ZoneInfo) -> _Line:
    source = Commitment.Source(key)
    return Commitment.Source.values.index(key), str(source.label), "", asked.but(source=key)


def _of_channel(key: str, asked: Asked, names: Names, zone: ZoneInfo) -> _Line:
    return Channel.values.index(key), str(Channel(key).label), "", asked.but(channel=key)


def _named(field: str, of: str) -> Callable[[int | None, Asked, Names, ZoneInfo], _Line]:
    def line(key: int | None, asked: Asked, names: Names, zone: ZoneInfo) -> _Line:
        known: dict[int, str] = getattr(names, of)
        name = known.get(key or 0, "")
        narrower = asked.but(**{field: key}) if key else replace(asked, no_category=True)
        return (not name, name.casefold()), name or _("Without a category"), "", narrower

    return line


def _of_month(key: date, asked: Asked, names: Names, zone: ZoneInfo) -> _Line:
    return key, month_in_words(key), "", asked.but(period=month_of(key, zone))


_MAKERS: dict[By, Callable[[Any, Asked, Names, ZoneInfo], _Line]] = {
    By.VERSION: _of_version,
    By.KIND: _of_kind,
    By.SOURCE: _of_source,
    By.CHANNEL: _of_channel,
    By.TEAM: _named("team", "teams"),
    By.CATEGORY: _named("category", "categories"),
    By.ACCOUNTABLE: _named("accountable", "people"),
    By.MONTH: _of_month,
}


def months_before(asked: Asked, zone: ZoneInfo) -> Asked:
    """The same question about the months that end with its period."""
    last = (asked.question.period.until - timedelta(seconds=1)).astimezone(zone).date()
    year, month = divmod(last.year * 12 + last.month - MONTHS, 12)
    first = month_of(date(year, month + 1, 1), zone)
    return asked.but(period=type(first)(first.since, month_of(last, zone).until))
