"""What the public page shows of each standard. Everything that is counted comes from `compliance.published`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compliance.published import MONTHS, Month, Record, months_until
from compliance.results import Figure, Verdict, Weight
from compliance.words import k_of_n, result_in_words, says_share
from portal.result_words import likely, notes, times_in_words
from standards.models import StandardVersion
from ui import charts
from ui.formats import count_in_words, month_in_words, of_hundred, short_month

# A chart of so few months needs half the width.
FEW = 6


@dataclass(frozen=True)
class Line:
    """One month in the table of a standard."""

    month: str
    due: str
    kept: str
    not_kept: str
    by_a_new_date: str
    hundred: str
    likely: str
    verdict: Verdict | None


@dataclass(frozen=True)
class Result:
    """How the last closed month came out. `scale` is there where there are enough cases to say a share."""

    words: str
    is_grey: bool
    facts: tuple[str, ...]
    verdict: Verdict | None
    scale: charts.Scale | None
    scale_said: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Past:
    """The months so far: as bars, as a table with the newest month first, and all of them together."""

    bars: charts.Bars | None  # none where every month has too few cases for a share
    said: str
    together: str
    lines: tuple[Line, ...]
    notes: tuple[tuple[str, str], ...]

    @property
    def is_short(self) -> bool:
        """Whether the chart needs half the width only."""
        return self.bars is not None and len(self.bars.bars) <= FEW


@dataclass(frozen=True)
class Row:
    """One standard, or what people promised with dates of their own; without results while no month has closed."""

    version: StandardVersion | None
    result: Result | None
    past: Past | None
    times: str
    explanation: Mapping[str, str]


def row(record: Record, last: date | None) -> Row:
    """What is shown of `record` when the month that closed last began on `last`; no month has closed: None."""
    if last is None:
        return Row(record.version, None, None, "", {})
    target = Fraction(record.version.target_percent) / 100 if record.version else None
    month = record.in_month(last)
    return Row(
        version=record.version,
        result=_result(record, month, target),
        past=_past(record, target, last) if record.months else None,
        times=times_in_words(month),
        explanation=month.explanation,
    )


def _result(record: Record, month: Month, target: Fraction | None) -> Result:
    kept = month.kept
    return Result(
        words=result_in_words(kept, target) if kept.n else "",
        is_grey=kept.weight in {Weight.WORDS, Weight.GREY},
        facts=_facts(month, target),
        verdict=record.verdict(month),
        scale=_scale(kept, target),
        scale_said=_scale_in_words(kept, target),
        notes=tuple(notes(month)),
    )


def _facts(month: Month, target: Fraction | None) -> tuple[str, ...]:
    kept, name = month.kept, month_in_words(month.first, within=True)
    if kept.n:
        found = [_("%(kept)s in %(month)s") % {"kept": k_of_n(kept), "month": name}]
    else:
        found = [_("Nothing fell due in %(month)s.") % {"month": name}]
    if says_share(kept):
        found.append(_("likely %(low)s to %(high)s of 100") % likely(kept))
    if target is not None:
        found.append(_("target %(target)s of 100") % {"target": of_hundred(target)})
    return tuple(found)


def _scale(kept: Figure, target: Fraction | None) -> charts.Scale | None:
    if kept.share is None or kept.range is None or not says_share(kept):
        return None
    return charts.scale(kept.share, *kept.range, target)


def _scale_in_words(kept: Figure, target: Fraction | None) -> str:
    said = {"result": result_in_words(kept, target), **likely(kept)}
    if target is None:
        return _("%(result)s, likely between %(low)s and %(high)s") % said
    said["target"] = of_hundred(target)
    return _("%(result)s, likely between %(low)s and %(high)s, target %(target)s") % said


def _past(record: Record, target: Fraction | None, last: date) -> Past:
    months = record.months
    known = {month.first: month for month in months}
    span = (last.year - months[0].first.year) * 12 + last.month - months[0].first.month + 1
    firsts = months_until(last, min(span, MONTHS))
    points = [_point(record, known.get(first) or Month(first), target) for first in firsts]
    newest_first = list(reversed(months))
    return Past(
        bars=charts.bars(points, target, slots=FEW if len(firsts) <= FEW else MONTHS)
        if any(point.look for point in points)
        else None,
        said=_bars_in_words(months, target),
        together=_together(record, target),
        lines=tuple(_line(record, month, target) for month in newest_first),
        notes=tuple(
            (month_in_words(month.first), note)
            for month in newest_first
            if month.first != last
            for note in notes(month)
        ),
    )


def _point(record: Record, month: Month, target: Fraction | None) -> charts.Point:
    kept, name = month.kept, short_month(month.first)
    if kept.share is None:
        return charts.Point(name, "–", None)
    if not says_share(kept):
        return charts.Point(name, f"{kept.k}/{kept.n}", None)
    return charts.Point(name, of_hundred(kept.share, target), kept.share, str(record.verdict(month) or Verdict.MET))


def _bars_in_words(months: Sequence[Month], target: Fraction | None) -> str:
    each = ", ".join(f"{month_in_words(month.first)} {result_in_words(month.kept, target)}" for month in months)
    if target is None:
        return _("Kept, by month: %(each)s") % {"each": each}
    return _("Kept, by month: %(each)s; target %(target)s of 100") % {"each": each, "target": of_hundred(target)}


def _together(record: Record, target: Fraction | None) -> str:
    figure, count = record.all_together, len(record.months)
    if count < 2 or not says_share(figure):
        return ""
    return ngettext("%(n)d month: %(result)s (%(kept)s).", "%(n)d months together: %(result)s (%(kept)s).", count) % {
        "n": count,
        "result": result_in_words(figure, target),
        "kept": k_of_n(figure),
    }


def _line(record: Record, month: Month, target: Fraction | None) -> Line:
    kept, says = month.kept, says_share(month.kept)
    return Line(
        month=month_in_words(month.first),
        due=count_in_words(kept.n),
        kept=count_in_words(kept.k),
        not_kept=count_in_words(kept.n - kept.k),
        by_a_new_date=count_in_words(month.tally.as_agreed.k - kept.k),
        hundred=of_hundred(kept.share, target) if says and kept.share is not None else "",
        likely=_("%(low)s to %(high)s") % likely(kept) if says else "",
        verdict=record.verdict(month),
    )


@dataclass(frozen=True)
class Headline:
    """The sentence of the month, with what has to stand beside it."""

    loud: str
    text: str
    dots: charts.Dots | None
    said: str
    notes: tuple[str, ...]


def headline(month: Month) -> Headline:
    """What became of everything that was promised in the last closed month."""
    kept, name = month.kept, month_in_words(month.first, within=True)
    if kept.share is None:
        return Headline(_("Nothing fell due in %(month)s.") % {"month": name}, "", None, "", ())
    told = {"month": name, "k": count_in_words(kept.k), "n": count_in_words(kept.n)}
    rest = kept.n - kept.k
    text = _("In %(month)s we kept %(k)s of %(n)s promises as we first made them.") % told
    if rest:
        text += " " + ngettext("The other one we did not.", "The other %(rest)s we did not.", rest) % {
            "rest": count_in_words(rest)
        }
    dots = charts.of_a_hundred(kept.share)
    return Headline(
        loud=_("%(result)s kept.") % {"result": result_in_words(kept)},
        text=text,
        dots=charts.dots(dots) if says_share(kept) else None,
        said=_("%(kept)s of 100 kept, %(rest)s of 100 not kept") % {"kept": dots, "rest": 100 - dots},
        notes=tuple(notes(month)),
    )
