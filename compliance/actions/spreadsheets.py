"""Lists as files: the columns, and how a row is written as CSV or XLSX. One row in memory at a time."""

from __future__ import annotations

import csv
import io
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
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
from people.terms import Channel
from standards.terms import Clock, Priority
from tickets.models import Commitment, DelayCause
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
SHOWN = (
    "ticket__customer", "ticket__team", "ticket__category", "accountable", "accountable_at_due",
    "standard_version__standard", "delay_cause",
)  # fmt: skip
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


def rows(found: Iterable[Commitment], *, now: datetime, zone: ZoneInfo) -> Iterator[list[Value]]:
    """Each of these cases as a row, in the language that is active; times are those of the wall clock in `zone`."""
    left = iter(found)
    while batch := list(islice(left, AT_ONCE)):
        reasons = told(batch)
        for line in lines(batch, now=now):
            row = line.commitment
            ticket, version = row.ticket, row.standard_version
            cause: DelayCause | None = getattr(row, "delay_cause", None)
            every_minute = row.clock in {Clock.WALL, Clock.CALENDAR_DAYS}
            yield [
                ticket_no(ticket.number),
                ticket.subject,
                ticket.customer.name,
                row.get_kind_display(),
                row.promised_text,
                row.get_source_display(),
                f"{version.standard.name} ({version})" if version else "",
                ticket.team.name,
                ticket.category.name if ticket.category else "",
                str(Channel(ticket.channel).label),
                str(Priority(ticket.priority).label),
                (row.accountable_at_due or row.accountable).name,
                _wall_clock(row.counted_due_at, zone),
                _wall_clock(row.ended_at, zone),
                str(BUCKETS[line.bucket]),
                _("yes") if row.was_moved else _("no"),  # type: ignore[attr-defined]
                _("yes") if row.is_exceptional else _("no"),  # type: ignore[attr-defined]
                int(line.took.total_seconds() // 60),
                _("day and night") if every_minute else _("working time"),
                reasons.get(row.pk, ""),
                str(cause.get_cause_display()) if cause else "",
            ]


def _wall_clock(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    return moment.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0) if moment else None
