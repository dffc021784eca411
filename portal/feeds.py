"""The published figures for machines and for other people's pages: data, table, one line, snippet.

All carry the number of the edition, so that two copies can be compared.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from compliance.published import Edition, Month, Record
from compliance.results import Bucket, Figure
from people.models import Organisation
from portal.result_words import result_in_words
from standards.models.standard import words_in
from ui.formats import count_in_words, month_in_words

COLUMNS = (
    "version", "standard", "standard_version", "sentence", "target_percent", "month", "due", "kept", "percent",
    "likely_low_percent", "likely_high_percent", "verdict", "kept_after_move", "moved", "kept_late", "not_done",
    "without_exception_days_due", "without_exception_days_kept", "final", "first_published_due",
    "first_published_kept", "explanation",
)  # fmt: skip
# A spreadsheet would take a cell that begins like this for a formula; full-width forms too.
_FORMULA = tuple("=+-@\t\r＝＋－＠")


@dataclass(frozen=True)
class Reader:
    """For whom and where it is published."""

    organisation: Organisation
    language: str

    def address(self, name: str = "front", **parts: Any) -> str:
        """The whole address of a public page in this language."""
        path = reverse(f"portal:{name}", kwargs={"language": self.language, **parts})
        return f"{settings.SITE_URL.rstrip('/')}{path}"


def as_json(edition: Edition, reader: Reader) -> str:
    """Everything that is published, exact."""
    return json.dumps(
        {
            "version": edition.number,
            "organisation": reader.organisation.name,
            "language": reader.language,
            "zone": reader.organisation.zone,
            "address": reader.address(),
            "month": f"{edition.month.first:%Y-%m}" if edition.month else None,
            "all": _month(edition.month, None) if edition.month else None,
            "standards": [_standard(record, reader) for record in edition.standards],
            "promises": [_month(month, None) for month in edition.promises.months],
            "exception_days": [
                {
                    "from": days.starts_at.isoformat(),
                    "until": days.ends_at.isoformat(),
                    "for_one_team": days.team_id is not None,
                    "reason": words_in(days.reason, reader.language),
                }
                for days in edition.exceptions
            ],
        },
        ensure_ascii=False,
        indent=1,
    )


def as_csv(edition: Edition, reader: Reader) -> str:
    """A line for each month of each standard in force, and of what people promised (those have no standard)."""
    table = StringIO()
    writer = csv.writer(table, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for record in (*edition.standards, edition.promises):
        writer.writerows(_lines(edition.number, record, reader))
    # So that spreadsheets know the letters for what they are.
    return "\ufeff" + table.getvalue()


def in_one_line(edition: Edition, reader: Reader) -> str:
    """The sentence of the month, for a newsletter or a notice board."""
    return f"{sentence(edition, reader.organisation)} {reader.address()} [{edition.number}]\n"


def as_snippet(edition: Edition, reader: Reader) -> str:
    """The same as a piece of HTML for another site: no script, no frame, no picture that reports who looks."""
    return format_html(
        '<p lang="{}">{} <a href="{}">{}</a> <small>{}</small></p>\n',
        reader.language,
        sentence(edition, reader.organisation),
        reader.address(),
        _("What we promise, and whether we keep it"),
        edition.number,
    )


def badge_snippet(reader: Reader, words: str) -> str:
    """The picture of the wait for another site, with its words for whoever does not see it."""
    return format_html(
        '<a href="{}"><img src="{}" height="24" alt="{}"></a>\n', reader.address(), reader.address("wait-badge"), words
    )


def sentence(edition: Edition, organisation: Organisation) -> str:
    """ "City Services Desk kept 1,186 of 1,281 promises in October 2026 (93 of 100)."."""
    if edition.month is None or not edition.month.kept.n:
        return _("%(name)s has not published results yet.") % {"name": organisation.name}
    kept = edition.month.kept
    return _("In %(month)s %(name)s kept %(k)s of %(n)s promises as first made: %(result)s.") % {
        "name": organisation.name,
        "k": count_in_words(kept.k),
        "n": count_in_words(kept.n),
        "month": month_in_words(edition.month.first, within=True),
        "result": result_in_words(kept),
    }


def cell(text: str) -> str:
    """A text for a table, with an apostrophe before what a spreadsheet would work out."""
    return f"'{text}" if text.strip().startswith(_FORMULA) or text.startswith(("\t", "\r")) else text


def _standard(record: Record, reader: Reader) -> dict[str, Any]:
    version = record.version
    assert version is not None
    language = reader.language
    return {
        "code": version.standard.code,
        "standard_version": version.number,
        "kind": version.kind,
        "sentence": version.sentence_in(language),
        "exclusions": words_in(version.exclusions, language),
        "if_missed": words_in(version.if_missed, language),
        "target_percent": float(version.target_percent),
        "in_force_from": version.effective_from.isoformat() if version.effective_from else None,
        "address": reader.address("standard-version", code=version.standard.code, number=version.number),
        "months": [_month(month, record, language) for month in record.months],
    }


def _month(month: Month, record: Record | None, language: str = "") -> dict[str, Any]:
    low, high = month.kept.range or (None, None)
    found: dict[str, Any] = {
        "month": f"{month.first:%Y-%m}",
        "due": month.kept.n,
        "kept": month.kept.k,
        "percent": _percent(month.kept.share),
        "likely_low_percent": _percent(low),
        "likely_high_percent": _percent(high),
        **{str(bucket): month.tally[bucket] for bucket in Bucket if bucket != Bucket.KEPT},
        "moved": month.tally.moved,
        "without_exception_days": _figure(month.without_exceptions),
        "final": month.final_from is None,
        "first_published": _figure(month.first_published),
        "corrections": [
            {
                "at": correction.at.isoformat(),
                "due": correction.due,
                "kept": correction.kept,
                "why": correction.why,
            }
            for correction in month.corrections
        ],
    }
    if record is not None:
        found["verdict"] = record.verdict(month)
        found["explanation"] = words_in(dict(month.explanation), language)
        found["half_done_within_minutes"] = month.median_minutes
        found["nine_in_ten_done_within_minutes"] = month.ninth_minutes
    return found


def _figure(figure: Figure | None) -> dict[str, Any] | None:
    return None if figure is None else {"due": figure.n, "kept": figure.k, "percent": _percent(figure.share)}


def _percent(share: Any) -> float | None:
    return None if share is None else round(float(share) * 100, 2)


def _lines(number: str, record: Record, reader: Reader) -> Iterator[list[Any]]:
    version = record.version
    says: Iterable[Any] = ("", "", "", "")
    if version is not None:
        sentence = cell(version.sentence_in(reader.language))
        says = (cell(version.standard.code), version.number, sentence, version.target_percent)
    for month in record.months:
        data = _month(month, record, reader.language)
        ordinary = data["without_exception_days"] or {}
        first = data["first_published"] or {}
        yield [
            number, *says, *(data[name] for name in COLUMNS[5:11]), data["verdict"] or "",
            *(data[name] for name in COLUMNS[12:16]), ordinary.get("due", ""), ordinary.get("kept", ""),
            "yes" if data["final"] else "no", first.get("due", ""), first.get("kept", ""), cell(data["explanation"]),
        ]  # fmt: skip
