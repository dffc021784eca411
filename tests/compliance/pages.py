"""Compares what people and machines are told with the table that was written out by hand."""

from __future__ import annotations

import csv
import io
import json
import re
from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, datetime
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.test import Client

from compliance import listed
from compliance.questions import month_of
from people.models import User
from tests.compliance.counting import FROM_EVER, NOW, WORDS, is_exceptional
from tests.compliance.expected import line, seen, word_for
from tests.compliance.lives import Life, World
from tests.desk.figures import figures
from tests.make import ZAGREB

CLOSED = [date(2026, month, 1) for month in (7, 8, 9, 10)]
# A number as each language writes it, and what stands between the kept and those that were due.
_OF = {"en": (",", "of"), "hr": (".", "od")}
_LAST_MONTH = {"en": "in October 2026", "hr": "u listopadu 2026."}


@dataclass(frozen=True)
class Told:
    """What the table says of one promise: when it counts, and as what."""

    promised: datetime
    word: str
    moved: bool
    exceptional: bool
    life: Life


class Table:
    """The table, put in order once, so that each of some thousand figures can be looked up in it."""

    def __init__(self, of: World) -> None:
        self.world = of
        self.codes = {version.standard.code: kind for kind, version in of.versions.items()}
        rows = []
        for life in of.lives:
            known = seen(life, NOW)
            word = word_for(life, known, FROM_EVER.since, FROM_EVER.until, NOW)
            if word:
                rows.append(Told(known.promised, word, known.agreed > known.promised, is_exceptional(life, of), life))
        self._rows = sorted(rows, key=lambda told: told.promised)
        self._moments = [told.promised for told in self._rows]

    def between(self, since: datetime, until: datetime) -> list[Told]:
        """What fell due in that time."""
        return self._rows[bisect_left(self._moments, since) : bisect_left(self._moments, until)]

    def lives(self, month: date, **like: Any) -> list[Life]:
        """What is published of a month: told to customers, and like this."""
        period = month_of(month, ZAGREB)
        return [
            told.life
            for told in self.between(period.since, period.until)
            if all(getattr(told.life, name) == value for name, value in like.items())
        ]

    def told_to_customers(self, month: date) -> list[Life]:
        """The headline: without colleagues' words and automatic acknowledgements."""
        return [life for life in self.lives(month) if life.source != "internal" and life.kind != "acknowledge"]


def public_differences(table: Table, client: Client) -> list[str]:
    """Every published figure that is not in the table, in each language and each form."""
    found = []
    for language in ("en", "hr"):
        data = json.loads(client.get(f"/{language}/standards.json").content)
        found += _json_differs(table, data)
        found += _csv_differs(table, client.get(f"/{language}/standards.csv").content.decode("utf-8-sig"))
        pages = {
            name: client.get(f"/{language}/{name}").content.decode() for name in ("", "standards.txt", "standards.html")
        }
        found += _words_differ(table, language, pages)
    return found


def desk_differences(table: Table, viewer: User) -> tuple[int, list[str]]:
    """How many figures of the compliance page were looked up, in both languages, and which are not in the table."""
    client, looked_up, found = Client(), 0, []
    for language in ("en", "hr"):
        User.objects.filter(pk=viewer.pk).update(language=language)
        client.force_login(viewer)
        for month in (*CLOSED, date(2026, 11, 1)):
            for by in ("version", "kind", "source", "team", "accountable"):
                html = client.get(f"/desk/compliance/?month={month:%Y-%m}&by={by}").content.decode()
                for href, said in figures(_in_english_digits(html, language)).items():
                    expected = held(table, href)
                    if expected is None:
                        continue
                    looked_up += 1
                    if expected != said:
                        found.append(f"{language} {href}: {said}, not {expected}")
    return looked_up, found


def _json_differs(table: Table, data: dict[str, Any]) -> list[str]:
    found = _month_differs("all", data["all"], table.told_to_customers(CLOSED[-1]), table)
    for standard in data["standards"]:
        for month in standard["months"]:
            lives = table.lives(_month(month), kind=table.codes[standard["code"]], source="standard")
            found += _month_differs(standard["code"], month, lives, table)
    for month in data["promises"]:
        found += _month_differs("promises", month, table.lives(_month(month), source="promise"), table)
    told = sum(month["due"] for standard in data["standards"] for month in standard["months"])
    if not told or len(data["promises"]) != len(CLOSED):
        found.append("months are missing")
    return found


def _month_differs(what: str, month: dict[str, Any], lives: list[Life], table: Table) -> list[str]:
    period = month_of(_month(month), ZAGREB)
    expected = line(lives, period.since, period.until, NOW)
    ordinary = line([life for life in lives if not is_exceptional(life, table.world)], period.since, period.until, NOW)
    right = {
        "due": expected.due,
        "moved": expected.moved,
        **{str(bucket): expected.words[word] for word, bucket in WORDS.items()},
        "percent": round(100 * expected.kept / expected.due, 2),
    }
    low, high = (round(100 * share, 2) for share in expected.range())
    right |= {"likely_low_percent": low, "likely_high_percent": high}
    if expected.due != ordinary.due:
        right["without_exception_days"] = {
            "due": ordinary.due, "kept": ordinary.kept, "percent": round(100 * ordinary.kept / ordinary.due, 2)
        }  # fmt: skip
    return [f"{what} {month['month']} {name}: {month[name]}, not {n}" for name, n in right.items() if month[name] != n]


def _csv_differs(table: Table, text: str) -> list[str]:
    found, rows = [], list(csv.DictReader(io.StringIO(text)))
    for row in rows:
        kind = table.codes.get(row["standard"])
        like = {"kind": kind, "source": "standard"} if kind else {"source": "promise"}
        period = month_of(_month(row), ZAGREB)
        expected = line(table.lives(_month(row), **like), period.since, period.until, NOW)
        right = {
            "due": expected.due, "kept": expected.kept, "moved": expected.moved, "kept_late": expected.words["L"],
            "kept_after_move": expected.words["K2"], "not_done": expected.words["O"],
        }  # fmt: skip
        found += [f"{row['month']} {name}: {row[name]}, not {n}" for name, n in right.items() if row[name] != str(n)]
    return found if len(rows) >= 5 * len(CLOSED) else [*found, f"only {len(rows)} lines"]


def _words_differ(table: Table, language: str, pages: dict[str, str]) -> list[str]:
    """The sentence of the month in every form, and each standard's line on the page."""
    mark, of = _OF[language]
    period = month_of(CLOSED[-1], ZAGREB)

    def said(lives: list[Life]) -> str:
        expected = line(lives, period.since, period.until, NOW)
        return f"{expected.kept:,} {of} {expected.due:,}".replace(",", mark)

    whole = said(table.told_to_customers(CLOSED[-1]))
    found = [f"{language}: no {whole} on {name or 'the page'}" for name, text in pages.items() if whole not in text]
    page = " ".join(unescape(re.sub(r"<[^>]+>", " ", pages[""])).split())
    each = [table.lives(CLOSED[-1], kind=kind, source="standard") for kind in table.codes.values()]
    for lives in [*each, table.lives(CLOSED[-1], source="promise")]:
        if f"{said(lives)} {_LAST_MONTH[language]}" not in page:
            found.append(f"{language}: no {said(lives)} {_LAST_MONTH[language]}")
    return found


def held(table: Table, href: str) -> int | None:
    """How many cases an address must hold; None where it asks for what the table does not know."""
    parts = urlsplit(href)
    asked = listed.read(dict(parse_qsl(parts.query)), zone=ZAGREB, now=NOW)
    question = asked.question
    if not parts.path.endswith("/cases/") or asked.cause or asked.overdue or asked.no_category:
        return None
    if question.category or question.channel or question.priority:
        return None
    wanted = {word for word, bucket in WORDS.items() if not question.buckets or bucket in question.buckets}
    kind = table.codes.get(question.standard, question.kind)
    return sum(
        told.word in wanted
        and (not question.moved or told.moved)
        and (not question.days or told.exceptional == (question.days == "exception"))
        and (told.life.kind == kind if kind else told.life.kind != "acknowledge")
        and (not question.standard or told.life.source == "standard")
        and (told.life.source == question.source if question.source else told.life.source != "internal")
        and (not question.team or told.life.team == question.team)
        and (not question.accountable or told.life.accountable == question.accountable)
        and (not asked.weekday or told.promised.astimezone(ZAGREB).isoweekday() == asked.weekday)
        and (asked.hour is None or told.promised.astimezone(ZAGREB).hour == asked.hour)
        for told in table.between(question.period.since, question.period.until)
    )


def _in_english_digits(html: str, language: str) -> str:
    return re.sub(r"(\d)\.(\d{3})\b", r"\1,\2", html) if language == "hr" else html


def _month(of: dict[str, Any]) -> date:
    return date.fromisoformat(f"{of['month']}-01")
