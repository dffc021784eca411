"""Opening hours as people write and read them: "08:00-12:00, 13:00-16:00"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise

from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from standards.opening_hours import WEEKDAYS
from ui.formats import day_in_words, weekday_in_words

Spans = list[list[str]]

_SPAN = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(?:-|–|—|to|do)\s*(\d{1,2})(?:[:.](\d{2}))?", re.IGNORECASE)
_DATE_LINE = re.compile(r"(\d{4}-\d{2}-\d{2})\s*:?\s*(.*)")
_CLOSED = {"", "-", "closed", "zatvoreno"}


def read_spans(text: str) -> Spans:
    """The spans in a line like "08:00-12:00, 13:00-16:00"; none for an empty line or "closed".

    "8-16" and "8.30 - 16.00" are understood too. A `ValidationError` says what isn't.
    """
    if text.strip().casefold() in {*_CLOSED, _("closed")}:
        return []
    return [_read_span(part.strip()) for part in re.split(r"[,;\n]", text) if part.strip()]


def _read_span(part: str) -> list[str]:
    found = _SPAN.fullmatch(part)
    if found is None:
        raise ValidationError(_("“%(text)s” is not a span of time. Write it like 08:00-16:00.") % {"text": part})
    times = [(int(found[1]), int(found[2] or 0)), (int(found[3]), int(found[4] or 0))]
    for hour, minute in times:
        if minute > 59 or hour * 60 + minute > 24 * 60:
            raise ValidationError(
                _("“%(text)s”: there is no %(time)s on a clock.") % {"text": part, "time": f"{hour:02}:{minute:02}"}
            )
    start, end = [f"{hour:02}:{minute:02}" for hour, minute in times]
    if start == "24:00":
        raise ValidationError(_("“%(text)s”: write 00:00 for the start of a day.") % {"text": part})
    return [start, end]


def spell_spans(spans: Iterable[Iterable[str]]) -> str:
    """The line that `read_spans` reads back."""
    return ", ".join(f"{start}-{end}" for start, end in spans)


def show_spans(spans: Iterable[Iterable[str]]) -> str:
    """The spans for reading: "08:00–12:00, 13:00–16:00", or "closed"."""
    return ", ".join(f"{start}\u2013{end}" for start, end in spans) or _("closed")


def read_dates(text: str) -> dict[str, Spans]:
    """Dated overrides, one a line: "2026-12-24 08:00-12:00", or "2026-12-31 closed"."""
    found: dict[str, Spans] = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        match = _DATE_LINE.fullmatch(line)
        if match is None or not _is_date(match[1]):
            raise ValidationError(
                _("“%(line)s” does not begin with a date. Write it like 2026-12-24 08:00-12:00.") % {"line": line}
            )
        if match[1] in found:
            raise ValidationError(_("%(date)s is there twice.") % {"date": match[1]})
        found[match[1]] = read_spans(match[2])
        check_named(match[1], found[match[1]])
    return found


def spell_dates(date_hours: Mapping[str, Spans]) -> str:
    """The lines that `read_dates` reads back, in order of the dates."""
    return "\n".join(f"{day} {spell_spans(spans) or _('closed')}" for day, spans in sorted(date_hours.items()))


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def check_week(hours: Mapping[str, Spans]) -> None:
    """Refuse hours that can't be: each problem names its day. A week needs some opening time."""
    problems = []
    for day in WEEKDAYS:
        try:
            check_named(weekday_name(day), hours.get(day, []))
        except ValidationError as problem:
            problems.extend(problem.messages)
    if problems:
        raise ValidationError({"hours": problems})
    if not any(hours.get(day) for day in WEEKDAYS):
        raise ValidationError(
            {"hours": _("Write opening hours for at least one day. Without them nothing would ever fall due.")}
        )


def check_named(day: str, spans: Spans) -> None:
    """The same as `check_spans`; the refusal begins with the name of the day."""
    try:
        check_spans(spans)
    except ValidationError as problem:
        text = _("%(day)s: %(problem)s") % {"day": day, "problem": " ".join(problem.messages)}
        raise ValidationError(text) from None


def check_spans(spans: Spans) -> None:
    """Refuse empty and overlapping spans."""
    lengths = []
    for start, end in spans:
        if start == end:
            raise ValidationError(_("From %(time)s to %(time)s is no time at all.") % {"time": start})
        # "22:00-06:00" ends on the next day.
        lengths.append((start, end if end > start else f"{int(end[:2]) + 24}{end[2:]}", f"{start}-{end}"))
    for (_start, end, first), (start, _end, second) in pairwise(sorted(lengths)):
        if start < end:
            raise ValidationError(_("%(first)s and %(second)s overlap.") % {"first": first, "second": second})


def weekday_name(day: str) -> str:
    """The name of "mon" in the reader's language."""
    return capfirst(weekday_in_words(WEEKDAYS.index(day)))


def week_table(hours: Mapping[str, Spans]) -> list[tuple[str, str]]:
    """The week in as few lines as possible: ("Monday–Friday", "08:00–16:00"), ("Saturday–Sunday", "closed")."""
    groups: list[tuple[list[str], str]] = []
    for day in WEEKDAYS:
        shown = show_spans(hours.get(day, []))
        if groups and groups[-1][1] == shown:
            groups[-1][0].append(day)
        else:
            groups.append(([day], shown))
    return [(_days(days), shown) for days, shown in groups]


def _days(days: list[str]) -> str:
    first, last = weekday_name(days[0]), weekday_in_words(WEEKDAYS.index(days[-1]))
    return first if len(days) == 1 else f"{first}\u2013{last}"


def date_table(date_hours: Mapping[str, Spans], today: date) -> list[tuple[str, str]]:
    """The overrides from `today` on, in order, in words."""
    days = sorted((date.fromisoformat(day), spans) for day, spans in date_hours.items())
    return [(day_in_words(day, today), show_spans(spans)) for day, spans in days if day >= today]
