"""Lists as files: the columns, and how a row is written as CSV or XLSX. One row in memory at a time."""

from __future__ import annotations

import csv
import io
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import BinaryIO
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from compliance.reasons import told
from compliance.times import lines
from compliance.words import BUCKETS
from people.models import Team, User
from people.terms import Channel
from standards.models import Category, StandardVersion
from standards.terms import Clock, Kind, Priority
from tickets.models import Commitment, DelayCause
from tickets.models.commitment import CommitmentQuerySet
from ui.formats import ticket_no

AT_ONCE = 1000
Value = str | int | datetime | None
COLUMNS: list[Promise] = [
    gettext_lazy("Ticket"),
    gettext_lazy("Subject"),
    gettext_lazy("Customer"),
    gettext_lazy("What is promised"),
    gettext_lazy("Words of the promise"),
    gettext_lazy("Source"),
    gettext_lazy("Service standard"),
    gettext_lazy("Team"),
    gettext_lazy("Category"),
    gettext_lazy("Channel"),
    gettext_lazy("Priority"),
    gettext_lazy("Answered for it"),
    gettext_lazy("Fell due"),
    gettext_lazy("Ended"),
    gettext_lazy("What became of it"),
    gettext_lazy("Was moved"),
    gettext_lazy("Exception day"),
    gettext_lazy("Minutes used"),
    gettext_lazy("Counted in"),
    gettext_lazy("Reason told to the customer"),
    gettext_lazy("Reason"),
]
# What a row needs of the rows that are many; what is few is looked up by key.
WITH = ("ticket__customer", "delay_cause")
NEEDED = (
    *("kind", "source", "promised_text", "clock", "standard_version_id", "calendar_version_id", "accountable_id"),
    *("accountable_at_due_id", "started_at", "counted_due_at", "ended_at", "outcome", "replaces_id", "follows_id"),
    *("follows_why", "ticket__number", "ticket__subject", "ticket__team_id", "ticket__category_id"),
    *("ticket__channel", "ticket__priority", "ticket__customer__name", "delay_cause__cause"),
)
_EVERY_MINUTE = {Clock.WALL, Clock.CALENDAR_DAYS}
_COULD_BE_RUN = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """The text as a spreadsheet shows it and never runs it as a formula, without what no XML can hold."""
    text = ILLEGAL_CHARACTERS_RE.sub("", text)
    return f"'{text}" if text.startswith(_COULD_BE_RUN) else text


class Sheet(ABC):
    """A file to which rows are added."""

    def __init__(self, into: BinaryIO) -> None:
        self._into = into

    def add(self, row: Sequence[Value]) -> None:
        """Write one row."""
        self._write([harmless(value) if isinstance(value, str) else value for value in row])

    @abstractmethod
    def _write(self, row: Sequence[Value]) -> None: ...

    @abstractmethod
    def close(self) -> None:
        """Write what is still to be written; the file itself stays open."""


class CsvSheet(Sheet):
    """Comma separated, UTF-8 with the mark by which spreadsheets know it, times as "2026-10-30 16:00"."""

    def __init__(self, into: BinaryIO) -> None:
        super().__init__(into)
        self._text = io.TextIOWrapper(into, encoding="utf-8-sig", newline="", write_through=False)
        self._csv = csv.writer(self._text)

    def _write(self, row: Sequence[Value]) -> None:
        self._csv.writerow([f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else value for value in row])

    def close(self) -> None:
        """As `Sheet`."""
        self._text.detach()


class XlsxSheet(Sheet):
    """A workbook with one sheet, its first row fixed; rows go to disk as they come."""

    def __init__(self, into: BinaryIO) -> None:
        super().__init__(into)
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet(_("Promises"))
        self._sheet.freeze_panes = "A2"

    def _write(self, row: Sequence[Value]) -> None:
        self._sheet.append(row)

    def close(self) -> None:
        """As `Sheet`."""
        self._book.save(self._into)


@dataclass(frozen=True)
class _Words:
    """Everything that many rows say in the same words, looked up once."""

    people: dict[int, str]
    teams: dict[int, str]
    categories: dict[int | None, str]
    standards: dict[int | None, str]
    labels: dict[str, str]

    @staticmethod
    def read() -> _Words:
        versions = StandardVersion.objects.select_related("standard")
        choices = (Kind, Commitment.Source, Channel, Priority, DelayCause.Cause)
        labels = {str(code): str(label) for one in choices for code, label in one.choices}
        return _Words(
            dict(User.objects.values_list("pk", "name")),
            dict(Team.objects.values_list("pk", "name")),
            dict(Category.objects.values_list("pk", "name")),
            {version.pk: f"{version.standard.name} ({version})" for version in versions},
            labels | {str(bucket): str(words) for bucket, words in BUCKETS.items()},
        )


def rows(found: CommitmentQuerySet, *, now: datetime, zone: ZoneInfo) -> Iterator[list[Value]]:
    """Each of these cases as a row, in the language that is active; times are those of the wall clock in `zone`."""
    words, yes_or_no = _Words.read(), {True: _("yes"), False: _("no")}
    day_and_night, working_time = _("day and night"), _("working time")
    left = found.select_related(*WITH).only(*NEEDED).iterator(chunk_size=AT_ONCE)
    while batch := list(islice(left, AT_ONCE)):
        reasons = told(batch)
        for line in lines(batch, now=now):
            row, ticket = line.commitment, line.commitment.ticket
            cause: DelayCause | None = getattr(row, "delay_cause", None)
            yield [
                ticket_no(ticket.number),
                ticket.subject,
                ticket.customer.name,
                words.labels[row.kind],
                row.promised_text,
                words.labels[row.source],
                words.standards.get(row.standard_version_id, ""),
                words.teams[ticket.team_id],
                words.categories.get(ticket.category_id, ""),
                words.labels[ticket.channel],
                words.labels[ticket.priority],
                words.people[row.accountable_at_due_id or row.accountable_id],
                _wall_clock(row.counted_due_at, zone),
                _wall_clock(row.ended_at, zone),
                words.labels[line.bucket],
                yes_or_no[row.was_moved],  # type: ignore[attr-defined]  # annotated
                yes_or_no[row.is_exceptional],  # type: ignore[attr-defined]  # annotated
                int(line.took.total_seconds() // 60),
                day_and_night if row.clock in _EVERY_MINUTE else working_time,
                reasons.get(row.pk, ""),
                words.labels[cause.cause] if cause else "",
            ]


def _wall_clock(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    return moment.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0) if moment else None
